//! How long there is to answer an event.

use std::future::Future;
use std::time::{Duration, SystemTime};

use tokio::time::timeout;

use countermand_core::failure::CallFailure;

/// What is kept for telling the record and handing it back.
const FOR_THE_RECORD: Duration = Duration::from_millis(250);
/// No call is begun that has less: its answer would come when nobody waits for it any more.
pub(crate) const LEAST_FOR_A_CALL: Duration = Duration::from_millis(250);
/// Of what is left, this part is kept for what has to be done afterwards, but not more than it can take.
const KEPT: u32 = 16;
const MOST_KEPT: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// Until when what is done now is waited for.
    static UNTIL: Option<SystemTime>;
}

/// The deadline of the calls that are made here; `None` where nobody has set one.
pub(crate) fn deadline() -> Option<SystemTime> {
    UNTIL.try_with(|until| *until).ok().flatten()
}

/// Until when calls are waited for.
#[derive(Debug, Clone, Copy)]
pub struct TimeLeft {
    until: Option<SystemTime>,
}

impl TimeLeft {
    /// As long as it takes: for a person, who can interrupt it.
    pub const ENDLESS: Self = Self { until: None };

    /// From now on.
    pub fn of(time: Duration) -> Self {
        let until = SystemTime::now().checked_add(time.saturating_sub(FOR_THE_RECORD));
        Self { until }
    }

    #[cfg(test)]
    pub(crate) fn until(time: SystemTime) -> Self {
        Self { until: Some(time) }
    }

    /// The same, but for what is kept for the next thing to do: whoever waits for one thing as long as there is time
    /// never gets to the next.
    #[must_use]
    pub fn but_for_what_follows(self) -> Self {
        let kept = self
            .left()
            .map(|left| (left / KEPT).clamp(LEAST_FOR_A_CALL, MOST_KEPT));
        let until = self.until.zip(kept);
        Self {
            until: until.and_then(|(until, kept)| until.checked_sub(kept)),
        }
    }

    /// `None` where there is no end to it.
    pub(crate) fn left(self) -> Option<Duration> {
        let until = self.until?;
        Some(until.duration_since(SystemTime::now()).unwrap_or_default())
    }

    pub(crate) fn is_enough_for_a_call(self) -> bool {
        self.left().is_none_or(|left| left >= LEAST_FOR_A_CALL)
    }

    /// The answer of AWS, or that we could not wait for it.
    pub(crate) async fn answer<T>(
        self,
        answer: impl Future<Output = Result<T, CallFailure>>,
    ) -> Result<T, CallFailure> {
        self.wait(answer).await.unwrap_or(Err(CallFailure::NoTime))
    }

    /// What came of it in time. What can no more be finished is not begun.
    pub(crate) async fn wait<F: Future>(self, answer: F) -> Option<F::Output> {
        let answer = UNTIL.scope(self.until, answer);
        match self.left() {
            Some(left) if left < LEAST_FOR_A_CALL => None,
            Some(left) => timeout(left, answer).await.ok(),
            None => Some(answer.await),
        }
    }
}

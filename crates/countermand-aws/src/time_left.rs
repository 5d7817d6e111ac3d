//! The deadline for the answer to an event.

use std::future::Future;
use std::time::{Duration, SystemTime};

use tokio::time::timeout;

use countermand_core::failure::CallFailure;

/// Reserved for writing and returning the record.
const FOR_THE_RECORD: Duration = Duration::from_millis(250);
/// A call with less time is not begun: its answer would come too late.
pub(crate) const LEAST_FOR_A_CALL: Duration = Duration::from_millis(250);
/// This part of the time left is reserved for the next stage, but no more than that can use.
const KEPT: u32 = 16;
const MOST_KEPT: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// The deadline of the calls in this task.
    static UNTIL: Option<SystemTime>;
}

/// The deadline of the calls in this task, if there is one.
pub(crate) fn deadline() -> Option<SystemTime> {
    UNTIL.try_with(|until| *until).ok().flatten()
}

/// A deadline for calls, or none.
#[derive(Debug, Clone, Copy)]
pub struct TimeLeft {
    until: Option<SystemTime>,
}

impl TimeLeft {
    /// No deadline: for a person, who can interrupt.
    pub const ENDLESS: Self = Self { until: None };

    /// This much time from now on.
    pub fn of(time: Duration) -> Self {
        let until = SystemTime::now().checked_add(time.saturating_sub(FOR_THE_RECORD));
        Self { until }
    }

    #[cfg(test)]
    pub(crate) fn until(time: SystemTime) -> Self {
        Self { until: Some(time) }
    }

    /// An earlier deadline, which reserves time for the next stage: a stage that may use all the time leaves none.
    #[must_use]
    pub fn reserving_for_next(self) -> Self {
        let kept = self
            .left()
            .map(|left| (left / KEPT).clamp(LEAST_FOR_A_CALL, MOST_KEPT));
        let until = self.until.zip(kept);
        Self {
            until: until.and_then(|(until, kept)| until.checked_sub(kept)),
        }
    }

    /// `None` without a deadline.
    pub(crate) fn left(self) -> Option<Duration> {
        let until = self.until?;
        Some(until.duration_since(SystemTime::now()).unwrap_or_default())
    }

    pub(crate) fn is_enough_for_a_call(self) -> bool {
        self.left().is_none_or(|left| left >= LEAST_FOR_A_CALL)
    }

    /// The answer, or [`CallFailure::NoTime`] if it does not come in time.
    pub(crate) async fn answer<T>(
        self,
        answer: impl Future<Output = Result<T, CallFailure>>,
    ) -> Result<T, CallFailure> {
        self.wait(answer).await.unwrap_or(Err(CallFailure::NoTime))
    }

    /// The output, if it comes in time. With too little time left for a call, the future is not started.
    pub(crate) async fn wait<F: Future>(self, answer: F) -> Option<F::Output> {
        let answer = UNTIL.scope(self.until, answer);
        match self.left() {
            Some(left) if left < LEAST_FOR_A_CALL => None,
            Some(left) => timeout(left, answer).await.ok(),
            None => Some(answer.await),
        }
    }
}

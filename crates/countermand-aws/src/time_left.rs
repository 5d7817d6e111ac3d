//! How long there is to answer an event.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::Trouble;

/// What is kept for telling the record and handing it back.
const FOR_THE_RECORD: Duration = Duration::from_millis(250);
/// No call is begun that has less: its answer would come when nobody waits for it any more.
const LEAST_FOR_A_CALL: Duration = Duration::from_millis(250);

/// Until when calls are waited for.
#[derive(Debug, Clone, Copy)]
pub struct TimeLeft {
    until: Option<Instant>,
}

impl TimeLeft {
    /// As long as it takes: for a person, who can interrupt it.
    pub const ENDLESS: Self = Self { until: None };

    /// From now on.
    pub fn of(time: Duration) -> Self {
        let until = Instant::now().checked_add(time.saturating_sub(FOR_THE_RECORD));
        Self { until }
    }

    pub(crate) fn is_enough_for_a_call(self) -> bool {
        self.until
            .is_none_or(|until| until.saturating_duration_since(Instant::now()) >= LEAST_FOR_A_CALL)
    }

    /// The answer of AWS, or that we could not wait for it.
    pub(crate) async fn answer<T>(
        self,
        answer: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        self.wait(answer).await.unwrap_or(Err(Trouble::NoTime))
    }

    /// What came of it in time.
    pub(crate) async fn wait<F: Future>(self, answer: F) -> Option<F::Output> {
        match self.until {
            Some(until) => timeout_at(until, answer).await.ok(),
            None => Some(answer.await),
        }
    }
}

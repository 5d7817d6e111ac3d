//! Asks AWS to stop a change, until the result is known.

use countermand_core::failure::CallFailure;
use countermand_core::record::text::{Along, StopAnswer};
use countermand_core::verdict::Recheck;
use tokio::time::sleep;

use super::Execution;
use crate::operations::StopReply;
use crate::retries::{ATTEMPTS, wait};
use crate::survey::find_all;

impl Execution<'_, '_> {
    pub(super) async fn stop(&self) -> StopAnswer {
        if !self.calls.time_left.is_enough_for_a_call() {
            return StopAnswer::NotTried;
        }
        let mut answer = self.until_known().await;
        if let StopAnswer::Requested(along) | StopAnswer::RequestedWithoutAnswer { along, .. } =
            &mut answer
        {
            *along = self.stop_along().await;
        }
        answer
    }

    /// A stop without an answer may have been done, so the change is looked up before the call is retried: a call that
    /// names only the target would stop what has begun there since, and a refusal may be due to the first call.
    async fn until_known(&self) -> StopAnswer {
        let time_left = self.calls.time_left;
        let change = self.surveyed.change.as_ref();
        let mut lost = None;
        for attempt in 1.. {
            match time_left.answer(change.stop(self.executor.aws)).await {
                Ok(StopReply::Requested) => return StopAnswer::Requested(Vec::new()),
                Ok(StopReply::AlreadyOver(message)) if lost.is_none() => {
                    return StopAnswer::AlreadyOver(message);
                }
                Err(failure @ CallFailure::Refused { .. }) if lost.is_none() => {
                    return StopAnswer::Failed(failure);
                }
                Err(failure @ (CallFailure::Throttled { .. } | CallFailure::NoTime)) => {
                    return StopAnswer::Failed(lost.unwrap_or(failure));
                }
                Err(failure @ CallFailure::NoAnswer { .. }) => lost = Some(failure),
                Ok(StopReply::AlreadyOver(_)) | Err(CallFailure::Refused { .. }) => {}
            }
            match self.recheck().await {
                Recheck::Taken(seen) => {
                    let along = Vec::new();
                    return StopAnswer::RequestedWithoutAnswer { seen, along };
                }
                Recheck::Over(message) => return StopAnswer::AlreadyOver(message),
                Recheck::InFlight => {}
                Recheck::Unknown => break,
            }
            let left = time_left.left();
            let is_last = left.is_none() && attempt >= ATTEMPTS;
            match wait(attempt, left) {
                Some(time) if !is_last => sleep(time).await,
                _ => break,
            }
        }
        StopAnswer::Failed(lost.unwrap_or(CallFailure::NoTime))
    }

    /// Repeats the look-up that found the change, and its guards.
    async fn recheck(&self) -> Recheck {
        let change = self.surveyed.change.as_ref();
        let (name, case) = (change.spec().name, &self.policy.case);
        let meant = self.policy.targets.iter();
        let meant = meant.filter(|it| it.action.spec().name == name);
        let found = find_all(meant, case, self.calls).await;
        let is_complete = found.iter().all(|it| it.failures.is_empty());
        let mut changes = found.iter().flat_map(|it| &it.changes);
        let now = changes.find(|it| it.id() == change.id());
        Recheck::of(now.map(|it| it.judge(case)), is_complete)
    }

    /// Failures here are only reported: the change itself was stopped.
    async fn stop_along(&self) -> Vec<Along> {
        let change = self.surveyed.change.as_ref();
        let along = change.stop_along(self.calls.aws, self.executor.aws);
        let along = self.calls.time_left.wait(along).await;
        along.unwrap_or_else(|| vec![Along::NoTime])
    }
}

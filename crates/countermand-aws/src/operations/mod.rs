//! The acting half of every operation: one file each, with the same name as the deciding half in the core.

mod acting_change;
mod ecs_stop_service_deployment;
mod existing;
pub(crate) mod names;
mod opensearch;
mod opensearch_cancel_domain_config_change;
mod opensearch_cancel_service_software_update;
mod proton_cancel_service_instance_deployment;
mod ssm_cancel_maintenance_window_execution;
mod ssm_stop_automation_execution;
#[cfg(test)]
mod tests;

pub use acting_change::existing;
pub(crate) use acting_change::{ActingChange, FoundChanges, find, look_again};
pub use existing::Existing;

use std::future::Future;

use countermand_core::failure::CallFailure;
use countermand_core::operation::{Change, ChangeRef, Latest, Operation};
use countermand_core::policy::TargetException;
use countermand_core::record::text::Along;
use countermand_core::trigger::AnnouncedChange;
use countermand_core::verdict::{Case, Target};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use crate::services::{ReadClients, StopClients};

/// What an operation does in AWS. The type is its parameters, as in the core.
pub(crate) trait Acting: Operation {
    /// Finds the changes in flight at the target, with as few calls as AWS allows.
    fn find(
        &self,
        query: Query<'_>,
        aws: &ReadClients,
    ) -> impl Future<Output = Found<Change<Self::Facts>>>;

    /// Reads what takes further calls, and is needed only for a change that is about to be stopped.
    fn look_closer(
        &self,
        _change: &mut Change<Self::Facts>,
        _aws: &ReadClients,
        _now: Timestamp,
    ) -> impl Future<Output = Result<(), CallFailure>> {
        async { Ok(()) }
    }

    /// What AWS says in a dry run that the stop would do; `None` if AWS has no dry run for it.
    fn dry_run(
        &self,
        _change: &Change<Self::Facts>,
        _aws: &ReadClients,
    ) -> impl Future<Output = Option<String>> {
        async { None }
    }

    /// Asks AWS to stop the change.
    fn stop(
        &self,
        change: &Change<Self::Facts>,
        aws: &StopClients,
    ) -> impl Future<Output = Result<StopReply, CallFailure>>;

    /// Stops work that would continue after the change was stopped.
    fn stop_along(
        &self,
        _change: &Change<Self::Facts>,
        _read: &ReadClients,
        _stop: &StopClients,
    ) -> impl Future<Output = Vec<Along>> {
        async { Vec::new() }
    }

    /// The latest state of a change. Its reference is all that a message of the queue has of it.
    fn look_again(
        which: &ChangeRef,
        aws: &ReadClients,
    ) -> impl Future<Output = Result<Latest, CallFailure>>;

    /// All resources that could be the target, whether or not a change is in flight there. Uses only list calls.
    fn existing(
        target: &Target,
        aws: &ReadClients,
    ) -> impl Future<Output = Result<Vec<Existing>, CallFailure>>;
}

/// What to find, and what the guards will ask: a call that no guard needs is not made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a> {
    pub target: &'a Target,
    /// The one change that the event announces. Where the target has a name, the announcement may have an id.
    pub announced: Option<&'a AnnouncedChange>,
    /// An exception may name a change in another way than the target does: by a name instead of an id.
    pub except: &'a [TargetException],
    /// A freeze has to know when a planned change will begin.
    pub is_freeze: bool,
    pub now: Timestamp,
}

impl<'a> Query<'a> {
    pub(crate) fn by(case: &Case<'a>, target: &'a Target) -> Self {
        Self {
            target,
            announced: case.announced,
            except: case.except,
            is_freeze: case.freeze.is_some(),
            now: case.now,
        }
    }
}

/// What was found, and the look-ups that failed.
#[derive(Debug)]
pub(crate) struct Found<C> {
    pub changes: Vec<C>,
    pub failures: Vec<CallFailure>,
    /// There is nothing left for [`Acting::look_closer`] to read.
    pub is_close: bool,
}

/// AWS's answer to a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StopReply {
    /// AWS accepted the request.
    Requested,
    /// The change had ended before.
    AlreadyOver(String),
}

impl<C> Default for Found<C> {
    fn default() -> Self {
        Self {
            changes: Vec::new(),
            failures: Vec::new(),
            is_close: false,
        }
    }
}

impl<C> Found<C> {
    /// What was read of each change, beside what failed before.
    fn of(read: Vec<Result<C, CallFailure>>, mut failures: Vec<CallFailure>) -> Self {
        let (changes, more) = sorted(read);
        failures.extend(more);
        Self {
            changes,
            failures,
            is_close: false,
        }
    }

    pub(crate) fn failed(failure: CallFailure) -> Self {
        Self {
            failures: vec![failure],
            ..Self::default()
        }
    }
}

/// How many reads run at the same time. No service publishes a rate below twenty a second, and a wide target must not
/// use up what others need.
const READS_AT_ONCE: usize = 10;

/// The answers of all reads, in the same order; at most [`READS_AT_ONCE`] run at the same time.
async fn all<F: Future>(reads: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    stream::iter(reads).buffered(READS_AT_ONCE).collect().await
}

/// Separates the answers from the failures.
fn sorted<T>(
    answers: impl IntoIterator<Item = Result<T, CallFailure>>,
) -> (Vec<T>, Vec<CallFailure>) {
    let (mut read, mut failures) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(it) => read.push(it),
            Err(failure) => failures.push(failure),
        }
    }
    (read, failures)
}

/// The answer to a look at a change that no longer exists.
fn gone(call: &'static str) -> CallFailure {
    CallFailure::Refused {
        call,
        code: "MISSING".to_owned(),
        message: "AWS does not know it any more".to_owned(),
    }
}

/// A time from an answer of AWS; `None` if it cannot be represented.
fn timestamp(at: &aws_smithy_types::DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// The last part of an ARN's resource.
pub(crate) fn last_part(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, last)| last)
}

/// Codes that only say that something does not exist: then there is nothing of it.
fn unless_code<T: Default>(failure: CallFailure, gone: &[&str]) -> Result<T, CallFailure> {
    match failure.code() {
        Some(code) if gone.contains(&code) => Ok(T::default()),
        _ => Err(failure),
    }
}

/// AWS's answer to a stop. Codes that only say that it came too late are no refusal.
fn stop_reply<T>(answer: Result<T, CallFailure>, over: &[&str]) -> Result<StopReply, CallFailure> {
    match answer {
        Ok(_) => Ok(StopReply::Requested),
        Err(CallFailure::Refused { code, message, .. }) if over.contains(&code.as_str()) => {
            Ok(StopReply::AlreadyOver(message))
        }
        Err(failure) => Err(failure),
    }
}

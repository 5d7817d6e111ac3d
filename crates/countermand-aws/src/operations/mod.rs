//! The acting half of every operation, one file each, of the same name as its deciding half.

mod ecs_stop_service_deployment;
mod in_flight;
pub(crate) mod names;
mod opensearch_cancel_service_software_update;
mod proton_cancel_service_instance_deployment;
mod ssm_cancel_maintenance_window_execution;
#[cfg(test)]
mod tests;

pub use in_flight::Again;
pub(crate) use in_flight::{InFlight, Looked, find, look_again};

use std::future::Future;

use countermand_core::operations::{Announced, Change, Latest, Operation, Which};
use countermand_core::policy::Exception;
use countermand_core::verdict::{Case, Target};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use crate::{Aws, Trouble};

/// What an operation does in AWS. The type is its parameters, as in the core.
pub trait Acting: Operation {
    /// What is in flight at the target, read with as few calls as AWS allows.
    fn find(&self, sought: Sought<'_>, aws: &Aws) -> impl Future<Output = Found<Self::Facts>>;

    /// What only a change that is about to be stopped is worth another call for.
    fn look_closer(
        &self,
        _change: &mut Change<Self::Facts>,
        _aws: &Aws,
        _now: Timestamp,
    ) -> impl Future<Output = Result<(), Trouble>> {
        async { Ok(()) }
    }

    /// Asks AWS to stop the change.
    fn stop(
        &self,
        change: &Change<Self::Facts>,
        aws: &Aws,
    ) -> impl Future<Output = Result<Stopping, Trouble>>;

    /// What is stopped along with a change that was stopped, in words: whatever comes of it, that one was.
    fn stop_along(
        &self,
        _change: &Change<Self::Facts>,
        _aws: &Aws,
    ) -> impl Future<Output = Vec<String>> {
        async { Vec::new() }
    }

    /// What the change has come to: whoever asks may know no more of it than this.
    fn look_again(which: &Which, aws: &Aws) -> impl Future<Output = Result<Latest, Trouble>>;
}

/// What is looked for, and what its guards will ask: a call that none of them needs is not made.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    pub target: &'a Target,
    /// The one change that an event tells of. Its names are those of the target, but for one that is an id.
    pub announced: Option<&'a Announced>,
    /// What is left alone may be named in other words than the target is.
    pub except: &'a [Exception],
    /// Then it matters when a planned change will begin.
    pub is_freeze: bool,
    pub now: Timestamp,
}

impl<'a> Sought<'a> {
    pub fn by(case: &Case<'a>, target: &'a Target) -> Self {
        Self {
            target,
            announced: case.announced,
            except: case.except,
            is_freeze: case.freeze.is_some(),
            now: case.now,
        }
    }
}

/// What was found, and what could not be told.
#[derive(Debug)]
pub struct Found<F> {
    pub changes: Vec<Change<F>>,
    pub troubles: Vec<Trouble>,
    /// What `look_closer` would ask is known already.
    pub is_close: bool,
}

/// What AWS said to a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopping {
    /// It took the request.
    Requested,
    /// The change had ended before.
    AlreadyOver(String),
}

impl<F> Default for Found<F> {
    fn default() -> Self {
        Self {
            changes: Vec::new(),
            troubles: Vec::new(),
            is_close: false,
        }
    }
}

impl<F> Found<F> {
    /// Everything of both.
    fn with(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self.troubles.extend(other.troubles);
        self
    }

    fn trouble(trouble: Trouble) -> Self {
        Self {
            troubles: vec![trouble],
            ..Self::default()
        }
    }
}

/// No service publishes less than twenty reads a second, and a wide target must not use up what others need.
const READS_AT_ONCE: usize = 10;

/// What all of them say, in their order, with only some under way at once.
async fn all<F: Future>(reads: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    stream::iter(reads).buffered(READS_AT_ONCE).collect().await
}

/// Takes apart what was read and what could not be.
fn sorted<T>(answers: impl IntoIterator<Item = Result<T, Trouble>>) -> (Vec<T>, Vec<Trouble>) {
    let (mut read, mut troubles) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(it) => read.push(it),
            Err(trouble) => troubles.push(trouble),
        }
    }
    (read, troubles)
}

/// A change that is looked at again and is not there any more.
fn gone(call: &'static str) -> Trouble {
    Trouble::Refused {
        call,
        code: "MISSING".to_owned(),
        message: "AWS does not know it any more".to_owned(),
    }
}

/// A time as AWS tells it; one that cannot be is none.
fn timestamp(at: &aws_smithy_types::DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// The last part of an ARN's resource.
pub(crate) fn last_part(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, last)| last)
}

/// For a stop that comes too late AWS has codes that are no refusal.
fn unless_over(trouble: Trouble, over: &[&str]) -> Result<Stopping, Trouble> {
    match &trouble {
        Trouble::Refused { code, message, .. } if over.contains(&code.as_str()) => {
            Ok(Stopping::AlreadyOver(message.clone()))
        }
        _ => Err(trouble),
    }
}

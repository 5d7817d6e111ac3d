//! The acting half of every operation, one file each, of the same name as its deciding half.

mod ecs_stop_service_deployment;
mod in_flight;
mod names;
mod opensearch_cancel_service_software_update;
mod proton_cancel_service_instance_deployment;
mod ssm_cancel_maintenance_window_execution;

pub(crate) use in_flight::{InFlight, Looked, find};

use std::future::Future;

use countermand_core::operations::{Change, Operation};
use countermand_core::verdict::Target;
use jiff::Timestamp;

use crate::{Aws, Trouble};

/// What an operation does in AWS. The type is its parameters, as in the core.
pub trait Acting: Operation {
    /// What is in flight at the target, read with as few calls as AWS allows.
    fn find(
        &self,
        target: &Target,
        aws: &Aws,
        now: Timestamp,
    ) -> impl Future<Output = Found<Self::Facts>>;

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

/// A time as AWS tells it; one that cannot be is none.
fn timestamp(at: &aws_smithy_types::DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// The last part of an ARN's resource.
fn last_part(arn: &str) -> &str {
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

//! Targets without a change to judge.

use super::{Reason, nothing_in_flight};
use crate::failure::CallFailure;

/// A target without a change to judge, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnjudgedTarget {
    /// The operation, or the subject of another look-up, as `alarm`.
    pub operation: &'static str,
    /// The target as in the policy, or the change that could not be looked up.
    pub target: String,
    /// Its name for people.
    pub words: String,
    pub why: Unjudged,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unjudged {
    /// The event does not determine the target.
    TargetUnknown(Reason),
    NothingInFlight,
    /// A look-up failed.
    Failed(CallFailure),
}

impl UnjudgedTarget {
    /// Why it is held; `None` if a look-up got no answer, so that it is not known whether there is anything to hold.
    pub fn reason(&self) -> Option<Reason> {
        match &self.why {
            Unjudged::TargetUnknown(reason) => Some(reason.clone()),
            Unjudged::NothingInFlight => Some(nothing_in_flight(&self.words)),
            Unjudged::Failed(failure) => failure.reason_to_hold(),
        }
    }
}

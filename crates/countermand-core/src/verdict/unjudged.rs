//! Targets of which there is no change to judge.

use super::{Reason, nothing_in_flight};
use crate::failure::CallFailure;

/// A target of which there is no change to judge, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnjudgedTarget {
    /// The operation; or what was read beside the find, as `alarm`.
    pub operation: &'static str,
    /// The target as the policy means it, or the change that could not be looked at.
    pub target: String,
    /// What people call it.
    pub words: String,
    pub why: Unjudged,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unjudged {
    /// The event does not say which target is meant.
    TargetUnknown(Reason),
    NothingInFlight,
    /// A look-up failed.
    Failed(CallFailure),
}

impl UnjudgedTarget {
    /// Why it is held; `None` where a look-up got no answer, so that it is not known whether there is anything to hold.
    pub fn reason(&self) -> Option<Reason> {
        match &self.why {
            Unjudged::TargetUnknown(reason) => Some(reason.clone()),
            Unjudged::NothingInFlight => Some(nothing_in_flight(&self.words)),
            Unjudged::Failed(failure) => failure.reason_to_hold(),
        }
    }
}

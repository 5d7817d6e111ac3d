//! Targets without a change to judge.

use super::{HoldCode, Reason, Verdict, nothing_in_flight};
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
            Unjudged::Failed(failure) => refused(failure),
        }
    }
}

impl Verdict {
    /// The verdict on what a failed look-up leaves unknown. A refusal holds it. Without an answer there is no verdict,
    /// since the next delivery may get one.
    pub fn without(failure: CallFailure) -> Result<Self, Unjudged> {
        match refused(&failure) {
            Some(reason) => Ok(Self::Hold(vec![reason])),
            None => Err(Unjudged::Failed(failure)),
        }
    }
}

fn refused(failure: &CallFailure) -> Option<Reason> {
    matches!(failure, CallFailure::Refused { .. }).then(|| Reason {
        code: HoldCode::LookupRefused,
        text: failure.to_string(),
    })
}

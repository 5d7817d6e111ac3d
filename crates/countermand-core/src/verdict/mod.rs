//! Whether to stop a change, and why not.
//!
//! Everything here is a function of plain values. All guards are evaluated, and a hold carries every reason that
//! applies, in the order of [`HoldCode`]; the first is its headline.

mod any_change;
mod case;
mod change;
mod event;
mod freeze;
mod recheck;
mod target;
#[cfg(test)]
mod tests;
mod unjudged;

pub use crate::reason::{Checked, HoldCode, Reason, Reasons, Scope};
pub use any_change::{AnyChange, TypedChange};
pub use case::{AlarmPast, Case, History};
pub use change::{explain, judge};
pub use event::{Age, AlarmNow, Home, Seen, hold_after_looking, hold_before_looking};
pub use freeze::{CalendarAnswer, CalendarNow, CalendarQuestion, Freeze, Since};
pub use recheck::Recheck;
pub use target::{HOLD_UNTIL, Target, nothing_in_flight, targets};
pub use unjudged::{Unjudged, UnjudgedTarget};

/// What the guards say about one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Stop,
    /// At least one reason.
    Hold(Vec<Reason>),
}

impl Verdict {
    fn of(reasons: Reasons) -> Self {
        let reasons = reasons.into_vec();
        if reasons.is_empty() {
            Self::Stop
        } else {
            Self::Hold(reasons)
        }
    }

    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Stop => &[],
            Self::Hold(reasons) => reasons,
        }
    }

    pub fn into_reasons(self) -> Vec<Reason> {
        match self {
            Self::Stop => Vec::new(),
            Self::Hold(reasons) => reasons,
        }
    }
}

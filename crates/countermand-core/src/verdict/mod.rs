//! Whether to stop a change, and why not.
//!
//! Everything here is a function of plain values. Guards are all evaluated; a hold carries every reason
//! that applies, in the order in which [`Code`] lists them, the first as its headline.

mod because;
mod case;
mod change;
mod code;
mod event;
mod freeze;
mod plan;
mod reasons;
mod target;
#[cfg(test)]
mod tests;

pub use because::because;
pub use case::{AlarmPast, Case, History};
pub use change::{explain, judge};
pub use code::{About, Code};
pub use event::{
    Age, AlarmNow, Home, Seen, explain_after_looking, explain_before_looking, hold_after_looking,
    hold_before_looking,
};
pub use freeze::{AskAbout, CalendarNow, CalendarThen, Freeze, Since};
pub use plan::{Judged, Planned, Step, plan};
pub use reasons::{Checked, Reason, Reasons};
pub use target::{HOLD_UNTIL, Target, lookup_refused, nothing_in_flight, targets};

/// What is to become of one change.
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
}

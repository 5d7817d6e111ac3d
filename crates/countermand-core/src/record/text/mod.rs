//! Every sentence that people read about an event, an answer or an outcome.
//!
//! Guards word their own reasons. All other sentences are made here, for records, events, notifications and the tool
//! alike.

use std::fmt::Display;

mod dry_run;
mod outcome;
mod stop;
mod why;

pub use dry_run::{CancelledConfiguration, CancelledProperty, dry_run, not_cancelled};
pub(super) use outcome::outcome;
pub use stop::{Along, StopAnswer, Work};
pub use why::why;

use super::{Decision, TriggerRecord, TriggerRecordKind};
use crate::operation::OperationSpec;
use crate::policy::Mode;
use crate::reason::Reason;
use crate::record::Decided;

/// An order to stop something, as `roll back the deployment of prod/checkout`.
pub fn order(spec: &OperationSpec, target: &str) -> String {
    format!("{} {target}", spec.order)
}

/// For a change that is not stopped. `target` is its name for people.
pub fn left_alone(target: &str, reasons: &[Reason]) -> String {
    let headline = reasons.first().map(|it| it.text.as_str());
    format!("left {target} alone: {}", headline.unwrap_or_default())
}

/// Another policy stops it.
pub fn stopped_by(policy: &str, order: &str) -> String {
    format!("`{policy}` is to {order}")
}

/// A policy only observes.
pub fn previewed(order: &str, why: &str) -> String {
    format!("would {order}: {why}")
}

/// The plan says to wait.
pub fn waiting(order: &str) -> String {
    format!("did not {order} yet: how much is in flight is not known")
}

/// A look-up got no answer.
pub fn unknown(target: &str, failure: &dyn Display) -> String {
    format!("nothing is known of {target}: {failure}")
}

/// What one policy decided, in one sentence, or a few.
pub fn decision(decision: &Decision) -> String {
    match &decision.outcome {
        Decided::Reasons(reasons) => {
            let why = reasons.first().map(|it| it.text.as_str());
            format!("did nothing: {}", why.unwrap_or("no reason is known"))
        }
        Decided::Targets(targets) => {
            let texts: Vec<_> = targets.iter().take(3).map(|it| it.text.as_str()).collect();
            let texts = texts.join("; ");
            match targets.len().saturating_sub(3) {
                0 => texts,
                more => format!("{texts}; and {more} more"),
            }
        }
    }
}

/// The trigger of a record.
pub fn trigger(trigger: &TriggerRecord) -> String {
    let at = trigger.at;
    match &trigger.what {
        TriggerRecordKind::AlarmChanged { alarm, state, .. } => {
            format!("the alarm `{alarm}` went to `{}` at {at}", state.as_str())
        }
        TriggerRecordKind::PolicyDue {
            policy,
            scheduled_for,
        } => format!("the policy `{policy}` was due at {scheduled_for}"),
        TriggerRecordKind::ChangeBegan {
            operation, target, ..
        } => format!("a change of {target} began at {at}, as `{operation}` stops"),
        TriggerRecordKind::CalendarClosed { calendar } => {
            format!("the calendar `{calendar}` closed at {at}")
        }
        TriggerRecordKind::Asked { why } => format!("somebody asked: {why}"),
    }
}

/// The event cannot be read.
pub fn unreadable(why: &dyn Display) -> String {
    format!("the event cannot be read: {why}")
}

/// An event of another kind than a function takes.
pub const FOR_ANOTHER_FUNCTION: &str = "not for this function: another one takes such events";

/// Why no policy is looked at under this ceiling, for the note of a record.
pub fn switched_off(ceiling: Mode) -> Option<&'static str> {
    (ceiling == Mode::Disabled).then_some("switched off: `COUNTERMAND_MODE` is `disabled`")
}

#[cfg(test)]
mod tests;

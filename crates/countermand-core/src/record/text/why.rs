//! Why a change is stopped, in one sentence for people.

use jiff::Timestamp;

use crate::quantity::Duration;
use crate::trigger::{Trigger, TriggerKind};
use crate::verdict::{Freeze, Since};

/// Why a change that began at `began_at` is stopped, with a remark if there is one.
pub fn why(
    trigger: &Trigger,
    began_at: Option<Timestamp>,
    freeze: Option<&Freeze<'_>>,
    remark: Option<&str>,
) -> String {
    let because = because(trigger, began_at, freeze);
    match remark {
        Some(remark) => format!("{because}; {remark}"),
        None => because,
    }
}

fn because(trigger: &Trigger, began_at: Option<Timestamp>, freeze: Option<&Freeze<'_>>) -> String {
    if let Some(freeze) = freeze {
        let name = freeze.name;
        return match freeze.since {
            Since::At(at) if freeze.goes_by_several() => {
                format!("changes have been frozen since {at}")
            }
            Since::At(at) => format!("the calendar `{name}` has been closed since {at}"),
            Since::Ever | Since::BeforeTheChange | Since::Unknown => {
                format!("the calendar `{name}` is closed")
            }
        };
    }
    match &trigger.kind {
        TriggerKind::AlarmChanged(alarm) => {
            let name = &alarm.name;
            let fired_at = alarm.began();
            match began_at.filter(|began_at| *began_at <= fired_at) {
                Some(began_at) => {
                    let later = Duration::from(fired_at.duration_since(began_at));
                    format!("the alarm `{name}` fired {later} after it began")
                }
                None => format!("the alarm `{name}` fired"),
            }
        }
        TriggerKind::PolicyDue(due) => format!("the policy was due at {}", due.scheduled_for),
        TriggerKind::ChangeBegan(_) => "changes are frozen".to_owned(),
        TriggerKind::CalendarClosed(closed) => {
            format!("the calendar `{}` is closed", closed.calendar)
        }
        TriggerKind::Asked(asked) => format!("somebody asked: {}", asked.why),
    }
}

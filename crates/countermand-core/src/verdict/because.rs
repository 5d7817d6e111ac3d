//! Why a change is stopped, in one sentence for people.

use jiff::Timestamp;

use super::{Freeze, Since};
use crate::policy::Duration;
use crate::trigger::{Kind, Trigger};

/// What led to the stop of a change that began then, as far as that is known.
pub fn because(
    trigger: &Trigger,
    began_at: Option<Timestamp>,
    freeze: Option<&Freeze<'_>>,
) -> String {
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
        Kind::AlarmChanged(alarm) => {
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
        Kind::PolicyDue(due) => format!("the policy was due at {}", due.scheduled_for),
        Kind::ChangeBegan(_) => "changes are frozen".to_owned(),
        Kind::CalendarClosed(closed) => format!("the calendar `{}` is closed", closed.calendar),
        Kind::Asked(asked) => format!("somebody asked: {}", asked.why),
    }
}

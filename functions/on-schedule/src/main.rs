//! A scheduled policy is due, or a calendar closed: what is in flight, and is it to be stopped?

use std::process::ExitCode;

use countermand_core::policy::When;
use countermand_core::trigger::TriggerKind;

fn main() -> ExitCode {
    countermand_lambda::run(
        |trigger| {
            matches!(
                trigger,
                TriggerKind::PolicyDue(_) | TriggerKind::CalendarClosed(_)
            )
        },
        |when| !matches!(when, When::Alarm(_)),
    )
}

//! A scheduled policy is due, or a calendar closed: what is in flight, and is it to be stopped?

use std::process::ExitCode;

use countermand_core::policy::When;
use countermand_core::trigger::Kind;

fn main() -> ExitCode {
    countermand_lambda::run(
        |trigger| matches!(trigger, Kind::PolicyDue(_) | Kind::CalendarClosed(_)),
        |when| !matches!(when, When::Alarm(_)),
    )
}

//! A CloudWatch alarm changed state: what was in flight, and is it to be stopped?

use std::process::ExitCode;

use countermand_core::policy::When;
use countermand_core::trigger::TriggerKind;

fn main() -> ExitCode {
    countermand_lambda::run(
        |trigger| matches!(trigger, TriggerKind::AlarmChanged(_)),
        |when| matches!(when, When::Alarm(_)),
    )
}

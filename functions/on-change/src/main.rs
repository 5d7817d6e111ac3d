//! AWS says that a change has begun: is it frozen?

use std::process::ExitCode;

use countermand_core::policy::When;
use countermand_core::trigger::TriggerKind;

fn main() -> ExitCode {
    countermand_lambda::run(
        |trigger| matches!(trigger, TriggerKind::ChangeBegan(_)),
        |when| matches!(when, When::Freeze(_) | When::ChangeCalendar(_)),
    )
}

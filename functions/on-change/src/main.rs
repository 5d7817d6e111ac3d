//! AWS says that a change has begun: is it frozen?

use std::process::ExitCode;

use countermand_core::trigger::Kind;

fn main() -> ExitCode {
    countermand_lambda::run(|trigger| matches!(trigger, Kind::ChangeBegan(_)))
}

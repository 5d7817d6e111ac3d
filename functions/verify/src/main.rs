//! What was to stop: did it?

use std::process::ExitCode;

fn main() -> ExitCode {
    countermand_lambda::run_verify()
}

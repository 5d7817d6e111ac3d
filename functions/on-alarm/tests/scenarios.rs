//! Every scenario of this function, through its built binary.

use countermand_tests::{BuiltFunction, every_scenario_ends_as_expected};

#[test]
fn every_scenario_of_the_function_ends_as_expected() {
    every_scenario_ends_as_expected(BuiltFunction {
        binary: env!("CARGO_BIN_EXE_on-alarm"),
        folder: env!("CARGO_TARGET_TMPDIR"),
    });
}

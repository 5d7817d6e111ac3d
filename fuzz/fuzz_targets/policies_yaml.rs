//! Any `.yaml` file can be read, and each problem has its place.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| countermand_fuzz::load_and_match("p.yaml", bytes));

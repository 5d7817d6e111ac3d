//! Any file called `.json` is read, with its mistakes in their places.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| countermand_fuzz::load_and_match("p.json", bytes));

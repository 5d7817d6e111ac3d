//! `countermand stop` over the folders in `stop/`: each is a case, and its name says what it shows.
//!
//! `arguments.txt` is what is typed after `countermand stop`. With `UPDATE=1` the expected output is written instead
//! of compared.

use std::fs;
use std::path::{Path, PathBuf};

use countermand_core::operations;
use serde_json::Value;

use crate::run::{Ran, compare, fits_a_terminal, folders, run};

#[test]
fn every_folder_ends_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let ran = stop(&case, &[]);
        fits_a_terminal(&ran, &case);
        compare(&case.join("expected.txt"), &ran.to_string(), &mut wrong);
        let json = case.join("expected.json");
        if json.exists() {
            let ran = stop(&case, &["--format", "json"]);
            compare(&json, &without_times(&ran.out), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_exit_code_and_every_operation_has_a_folder() {
    let told: Vec<_> = cases()
        .iter()
        .map(|case| fs::read_to_string(case.join("expected.txt")).unwrap())
        .collect();
    for exit in [0, 2, 3, 4] {
        let first = format!("exit code {exit}\n");
        assert!(told.iter().any(|it| it.starts_with(&first)), "{exit}");
    }
    for about in operations::ALL {
        let stopped = |it: &String| it.contains(about.name) && it.contains("confirmed: ");
        assert!(told.iter().any(stopped), "{}", about.name);
    }
}

#[cfg(target_os = "linux")]
mod asked {
    use crate::at_a_terminal::at_a_terminal;

    use super::*;

    #[test]
    fn what_is_asked_is_done_on_a_yes_and_on_nothing_else() {
        let case = case("a-deployment-that-is-rolled-back");
        let typed = fs::read_to_string(case.join("arguments.txt")).unwrap();
        let typed: Vec<_> = typed
            .split_whitespace()
            .filter(|it| *it != "--yes")
            .collect();
        let arguments = [&["stop"], typed.as_slice()].concat();
        for (answer, is_stopped) in [
            ("y\n", true),
            ("yes\n", true),
            ("n\n", false),
            ("\n", false),
        ] {
            let ran = at_a_terminal(&case, &arguments, answer);
            assert_eq!(ran.exit, 0, "{answer:?}: {ran}");
            assert!(
                ran.err.contains("stop 1 change? [y/N]"),
                "{answer:?}: {ran}"
            );
            assert_eq!(
                ran.out.contains("confirmed: "),
                is_stopped,
                "{answer:?}: {ran}"
            );
            assert_eq!(
                ran.out.contains("nothing was stopped"),
                !is_stopped,
                "{answer:?}: {ran}"
            );
        }
    }
}

fn stop(case: &Path, more: &[&str]) -> Ran {
    let typed = fs::read_to_string(case.join("arguments.txt")).unwrap();
    let arguments = ["stop"].into_iter().chain(typed.split_whitespace());
    let arguments: Vec<_> = arguments.chain(more.iter().copied()).collect();
    run(case, &arguments, b"")
}

/// How long it took is another each time.
fn without_times(json: &str) -> String {
    let mut document: Value = serde_json::from_str(json).expect(json);
    let record = document.pointer_mut("/record").unwrap();
    record.as_object_mut().unwrap().remove("elapsed_ms");
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}

#[cfg(target_os = "linux")]
fn case(name: &str) -> PathBuf {
    let mut all = cases().into_iter();
    all.find(|it| it.ends_with(name)).unwrap()
}

fn cases() -> Vec<PathBuf> {
    folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stop"))
}

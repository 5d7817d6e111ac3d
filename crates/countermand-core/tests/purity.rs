//! The core and `countermand-synth` have no SDK, no clock and no I/O: this checks their dependencies and their source.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates that only compute.
const PURE: [&str; 2] = ["countermand-core", "countermand-synth"];

/// The crates that act, and the functions: they must not depend on `countermand-synth`.
const ACTING: [&str; 6] = [
    "countermand-aws",
    "countermand-lambda",
    "on-alarm",
    "on-change",
    "on-schedule",
    "verify",
];

/// Crates that bring a clock, a network or an SDK: these, and those that begin with one of these and a `-`.
const IMPURE: [&str; 11] = [
    "tokio",
    "aws",
    "hyper",
    "reqwest",
    "chrono",
    "http",
    "rustls",
    "mio",
    "socket2",
    "time",
    "getrandom",
];

/// What reads a clock or the world.
const WORLDLY: [&str; 16] = [
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "println!",
    "eprintln!",
    "env!(",
    "File::open",
    "include_bytes!",
];

/// Every dependency of the package by name, with the features that this package alone enables.
fn dependencies(package: &str) -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", package])
        // Without dev-dependencies, whose features would be unified with these.
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p} {f}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    lines
        .map(|line| {
            let name = line.split(' ').next().unwrap().to_owned();
            let features = line.rsplit(' ').next().unwrap().split(',');
            (name, features.map(str::to_owned).collect())
        })
        .collect()
}

fn is_impure(name: &str) -> bool {
    IMPURE.iter().any(|it| {
        let rest = name.strip_prefix(it);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

#[test]
fn no_dependency_reaches_the_world() {
    for package in PURE {
        let dependencies = dependencies(package);
        for known in [package, "serde_json"] {
            assert!(dependencies.contains_key(known), "{dependencies:?}");
        }
        let impure: Vec<_> = dependencies.keys().filter(|name| is_impure(name)).collect();
        assert!(impure.is_empty(), "{package}: {impure:?}");
    }
}

#[test]
fn time_comes_without_a_clock() {
    for package in PURE {
        let jiff = &dependencies(package)["jiff"];
        assert!(jiff.iter().any(|it| it == "alloc"), "{jiff:?}");
        let clocks = ["std", "default", "tz-system", "tzdb-zoneinfo", "js"];
        let found: Vec<_> = jiff
            .iter()
            .filter(|it| clocks.contains(&it.as_str()))
            .collect();
        assert!(found.is_empty(), "{package}: {found:?}");
    }
}

#[test]
fn what_acts_does_not_carry_what_only_the_tool_needs() {
    for package in ACTING {
        let dependencies = dependencies(package);
        assert!(dependencies.contains_key("countermand-core"), "{package}");
        assert!(!dependencies.contains_key("countermand-synth"), "{package}");
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_line_reads_a_clock_or_the_world() {
    let mut wrong = String::new();
    for package in PURE {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../{package}/src"));
        let mut files = Vec::new();
        sources(&root, &mut files);
        assert!(files.len() > 10, "{files:?}");
        for path in files
            .iter()
            .filter(|path| !is_test(path.strip_prefix(&root).unwrap()))
        {
            let text = std::fs::read_to_string(path).unwrap();
            for (at, line) in text.lines().enumerate() {
                if let Some(word) = WORLDLY.iter().find(|word| line.contains(*word)) {
                    writeln!(wrong, "{}:{}: {word}", path.display(), at + 1).unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|it| it.as_os_str() == "tests" || it.as_os_str() == "tests.rs")
}

#[test]
fn what_is_impure_is_told_by_its_whole_name() {
    for (name, impure) in [
        ("tokio", true),
        ("tokio-util", true),
        ("aws-sdk-ecs", true),
        ("hyper-util", true),
        ("time", true),
        ("timeless", false),
        ("jiff", false),
    ] {
        assert_eq!(is_impure(name), impure, "{name}");
    }
}

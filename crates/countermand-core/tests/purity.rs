//! The deciding core has no SDK, no clock and no I/O: its dependencies and its source are held to that.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What would bring a clock, a network or an SDK along: these, and whatever begins as one of them with a `-`.
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

/// Every dependency of the core by its name, with the features that the core alone asks of it.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "countermand-core"])
        // Without the edges of tests, whose features would be mixed in.
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
    let dependencies = dependencies();
    assert!(
        dependencies.contains_key("countermand-core"),
        "{dependencies:?}"
    );
    assert!(dependencies.contains_key("serde_json"), "{dependencies:?}");
    let impure: Vec<_> = dependencies.keys().filter(|name| is_impure(name)).collect();
    assert!(impure.is_empty(), "{impure:?}");
}

#[test]
fn time_comes_without_a_clock() {
    let jiff = &dependencies()["jiff"];
    assert!(jiff.iter().any(|it| it == "alloc"), "{jiff:?}");
    let clocks = ["std", "default", "tz-system", "tzdb-zoneinfo", "js"];
    let found: Vec<_> = jiff
        .iter()
        .filter(|it| clocks.contains(&it.as_str()))
        .collect();
    assert!(found.is_empty(), "{found:?}");
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
fn no_line_of_the_core_reads_a_clock_or_the_world() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 50, "{files:?}");
    let is_test = |path: &Path| {
        path.components()
            .any(|it| it.as_os_str() == "tests" || it.as_os_str() == "tests.rs")
    };
    let mut wrong = String::new();
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
    assert!(wrong.is_empty(), "{wrong}");
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

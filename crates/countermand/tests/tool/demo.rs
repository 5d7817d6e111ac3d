//! The story that `countermand demo` tells: `tests/demo.txt`, which `UPDATE=1` writes anew.

use std::path::Path;

use serde_json::Value;

use crate::run::{fresh_folder, run};

#[test]
fn the_story_ends_with_a_rollback_that_is_proven_and_the_rest_left_alone() {
    let ran = run(&fresh_folder("demo"), &["demo"], b"");
    assert_eq!((ran.exit, ran.err.as_str()), (0, ""), "{ran}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &ran.out).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap();
    assert!(ran.out == expected, "{ran}");
}

#[test]
fn what_it_writes_can_be_explained() {
    let folder = fresh_folder("demo-written");
    let ran = run(&folder, &["demo", "--write", "try"], b"");
    assert_eq!(ran.exit, 0, "{ran}");
    let explain = [
        "explain",
        "try/event.json",
        "--policies",
        "try/policies.yaml",
        "--world",
        "try/world.json",
        "--format",
        "json",
    ];
    let ran = run(&folder, &explain, b"");
    assert_eq!(ran.exit, 0, "{ran}");
    let explained: Value = serde_json::from_str(&ran.out).unwrap();
    let step = explained.pointer("/events/0/policies/0/changes/0/step");
    assert_eq!(step, Some(&Value::from("stop")), "{ran}");
}

#[test]
fn a_folder_that_cannot_be_written_is_the_users_mistake() {
    let folder = fresh_folder("demo-over-a-file");
    std::fs::write(folder.join("file"), "").unwrap();
    let ran = run(&folder, &["demo", "--write", "file"], b"");
    assert_eq!(ran.exit, 2, "{ran}");
    assert!(ran.err.contains("help: "), "{ran}");
}

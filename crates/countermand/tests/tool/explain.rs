//! `countermand explain` over the folders in `explain/`: each is a case, and its name says what it shows.
//!
//! `arguments.txt` is what is typed after `countermand explain`; where there is a `scenario.txt`, it is typed in
//! that folder of the whole-system tests. With `UPDATE=1` the expected output is written instead of compared.

use std::fs;
use std::path::{Path, PathBuf};

use countermand_double::{Double, World};
use countermand_tests::Scenario;
use serde_json::Value;

use crate::run::{
    CREDENTIALS, Ran, all_at_once, compare, fits_a_terminal, folders, fresh_folder, repository,
    run, run_with,
};

#[test]
fn every_folder_is_explained_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let ran = explain(&case, &[]);
        fits_a_terminal(&ran, &case);
        compare(&case.join("expected.txt"), &ran.to_string(), &mut wrong);
        let json = case.join("expected.json");
        if json.exists() {
            let ran = explain(&case, &["--format", "json"]);
            compare(&json, &ran.out, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Over all scenarios of the whole-system tests, whose policies stop whatever can be stopped.
#[test]
fn to_explain_is_only_to_read() {
    // A person has time, and would wait for an AWS that is too slow for a function.
    let mut all = Scenario::all();
    all.retain(|it| it.time_left.is_none());
    let stops: usize = all_at_once(&all, explained_stops).into_iter().sum();
    assert!(stops > 30, "{stops}");
}

/// How many changes would be stopped.
fn explained_stops(scenario: &Scenario) -> usize {
    let folder = fresh_folder(&format!("explain-{}", scenario.name));
    fs::write(folder.join("event.json"), &scenario.event).unwrap();
    fs::write(folder.join("policies.yaml"), &scenario.policies).unwrap();
    let world = scenario.world();
    let now = world.now.to_string();
    let account = world.account.clone();
    let double = Double::start(world).unwrap();
    let before = double.world();
    let typed = [
        "explain",
        "event.json",
        "--policies",
        "policies.yaml",
        "--format",
        "json",
    ];
    let at = [
        "--endpoint-url",
        double.url(),
        "--account",
        &account,
        "--now",
        &now,
    ];
    let ran = run_with(
        &CREDENTIALS,
        &folder,
        &[typed.as_slice(), &at].concat(),
        b"",
    );
    for call in double.calls() {
        let reads = ["Describe", "Get", "List"];
        let is_read = reads.iter().any(|it| call.operation.starts_with(it));
        let is_dry_run = call.input.get("DryRun").is_some_and(|it| it == true);
        assert!(is_read || is_dry_run, "{}: {}", scenario.name, call.name());
    }
    // Faults are used up by reading.
    let after = World {
        faults: before.faults.clone(),
        ..double.world()
    };
    assert_eq!(after, before, "{}", scenario.name);
    ran.out.matches(r#""step": "stop""#).count()
}

#[test]
fn where_the_account_is_not_known_it_is_taken_from_the_event_and_said_so() {
    let scenario = scenarios().join("nothing-is-in-flight");
    let world = World::read(&fs::read_to_string(scenario.join("world.json")).unwrap()).unwrap();
    // It does not know whose credentials these are.
    let double = Double::start(world).unwrap();
    let typed = [
        "explain",
        "event.json",
        "-p",
        "policies.yaml",
        "--format",
        "json",
    ];
    let at = ["--endpoint-url", double.url()];
    let ran = run_with(
        &CREDENTIALS,
        &scenario,
        &[typed.as_slice(), &at].concat(),
        b"",
    );
    let told: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    assert_eq!(told["events"][0]["account"], "123456789012");
    let note = told["events"][0]["note"].as_str().unwrap();
    assert!(note.contains("sts:GetCallerIdentity"), "{note}");
}

#[test]
fn without_credentials_nothing_is_asked_and_people_are_told_what_to_do() {
    let scenario = scenarios().join("nothing-is-in-flight");
    let typed = [
        "explain",
        "event.json",
        "--policies",
        "policies.yaml",
        "--endpoint-url",
        "http://127.0.0.1:1",
    ];
    let environment = [("AWS_EC2_METADATA_DISABLED", "true")];
    let ran = run_with(&environment, &scenario, &typed, b"");
    assert_eq!((ran.exit, ran.out.as_str()), (3, ""), "{ran}");
    assert!(ran.err.contains("--profile"), "{ran}");
}

#[test]
fn an_event_comes_from_a_pipe_too() {
    let scenario = scenarios().join("nothing-is-in-flight");
    let event = fs::read(scenario.join("event.json")).unwrap();
    let typed = [
        "explain",
        "-",
        "-p",
        "policies.yaml",
        "--world",
        "world.json",
        "--format",
        "json",
    ];
    let ran = run(&scenario, &typed, &event);
    let told: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    assert_eq!(ran.exit, 0, "{ran}");
    assert_eq!(told["events"][0]["trigger"]["kind"], "alarm-changed");
}

fn explain(case: &Path, more: &[&str]) -> Ran {
    let typed = fs::read_to_string(case.join("arguments.txt")).unwrap();
    let folder = match fs::read_to_string(case.join("scenario.txt")) {
        Ok(scenario) => scenarios().join(scenario.trim()),
        Err(_) => case.to_owned(),
    };
    let arguments = ["explain"].into_iter().chain(typed.split_whitespace());
    let arguments: Vec<_> = arguments.chain(more.iter().copied()).collect();
    run(&folder, &arguments, b"")
}

fn cases() -> Vec<PathBuf> {
    folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain"))
}

fn scenarios() -> PathBuf {
    repository().join("tests/scenarios")
}

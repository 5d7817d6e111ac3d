//! `countermand apply`: answers events as the functions do, with the same code.

use std::fs;
use std::path::Path;

use countermand_core::policy::Mode;
use countermand_double::Double;
use countermand_tests::{Expected, SECRET_KEY, Scenario, unspeakable_words};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::run::{
    Ran, all_at_once, compare, fits_a_terminal, folders, fresh_folder, repository, run, run_with,
};

#[test]
fn every_scenario_ends_as_the_functions_end_it() {
    // A person has time, and would wait for an AWS that is too slow for a function; and has no queue.
    let mut all = Scenario::all();
    all.retain(|it| it.time_left.is_none() && it.verify_queue().is_none());
    assert!(all.len() > 90, "{}", all.len());
    let ends = all_at_once(&all, |it| {
        ends_as_expected(it).map_err(|why| format!("{it}:\n{why}"))
    });
    let wrong: Vec<_> = ends.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn ends_as_expected(scenario: &Scenario) -> Result<(), String> {
    let scenario = scenario.moved_to(Timestamp::now());
    let folder = folder_of(&format!("apply-{scenario}"), &scenario);
    let double = Double::start(scenario.world()).unwrap();
    for expected in scenario.deliveries() {
        double.forget_calls();
        let ran = at(&double, &scenario, &folder, &["--format", "json"]);
        if let Some(word) = unspeakable_words(&ran.to_string()).next() {
            return Err(format!("`{word}` must not be in what it says: {ran}"));
        }
        let record: Value = serde_json::from_str(&ran.out).map_err(|_| ran.to_string())?;
        expected.check(&record, &double)?;
        let exit = exit_after(expected);
        if ran.exit != exit {
            return Err(format!("not exit code {exit}: {ran}"));
        }
    }
    Ok(())
}

/// 3 where AWS refused or did not answer; else 0.
fn exit_after(expected: &Expected) -> i32 {
    let refused = expected
        .decisions
        .to_string()
        .contains(r#""lookup-refused""#)
        || expected.targets().any(|it| it["answer"] == "refused");
    match (expected.unreadable, refused || expected.fails()) {
        (true, _) => 1,
        (false, true) => 3,
        (false, false) => 0,
    }
}

#[test]
fn an_old_event_is_held_unless_its_age_is_accepted_and_the_world_is_changed_only_then() {
    let all = Scenario::all();
    let fires = "an-alarm-fires-during-a-deployment-and-it-is-rolled-back";
    let fires = all.iter().find(|it| it.name == fires).unwrap();
    let half_an_hour_ago = Timestamp::now() - SignedDuration::from_mins(30);
    let scenario = fires.moved_to(half_an_hour_ago);
    let folder = folder_of("apply-an-old-event", &scenario);
    let double = Double::start(scenario.world()).unwrap();
    let asked_to_stop = || {
        double
            .calls()
            .iter()
            .any(|it| it.operation == "StopServiceDeployment")
    };

    let held = at(&double, &scenario, &folder, &[]);
    assert_eq!(held.exit, 0, "{held}");
    assert!(
        held.out.contains("event-too-old") && held.out.contains("--accept-age"),
        "{held}"
    );
    assert!(!asked_to_stop());

    let accepted = at(&double, &scenario, &folder, &["--accept-age"]);
    assert_eq!(accepted.exit, 0, "{accepted}");
    assert!(accepted.out.contains("requested: "), "{accepted}");
    assert!(asked_to_stop());
}

#[test]
fn every_folder_is_told_as_expected() {
    let mut wrong = Vec::new();
    for case in folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apply")) {
        let typed = fs::read_to_string(case.join("arguments.txt")).unwrap();
        let scenario = fs::read_to_string(case.join("scenario.txt"));
        let folder = scenario.map_or_else(
            |_| case.clone(),
            |it| repository().join("tests/scenarios").join(it.trim()),
        );
        let arguments: Vec<_> = ["apply"]
            .into_iter()
            .chain(typed.split_whitespace())
            .collect();
        let ran = run(&folder, &arguments, b"");
        fits_a_terminal(&ran, &case);
        compare(&case.join("expected.txt"), &ran.to_string(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_mode_in_the_environment_that_is_none_lets_nothing_happen() {
    let folder = repository().join("tests/scenarios/nothing-is-in-flight");
    let typed = [
        "apply",
        "event.json",
        "-p",
        "policies.yaml",
        "--world",
        "world.json",
    ];
    for (mode, exit, says) in [
        ("disabled", 0, "switched off"),
        ("off", 2, "`COUNTERMAND_MODE` is `off`"),
        ("", 2, "`COUNTERMAND_MODE` is ``"),
    ] {
        let ran = run_with(&[("COUNTERMAND_MODE", mode)], &folder, &typed, b"");
        assert_eq!(ran.exit, exit, "{ran}");
        assert!(ran.to_string().contains(says), "{ran}");
    }
}

fn at(double: &Double, scenario: &Scenario, folder: &Path, more: &[&str]) -> Ran {
    let home = scenario.home();
    let ceiling = Some(("COUNTERMAND_MODE", scenario.mode.as_str()));
    let credentials = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
    ];
    let environment: Vec<_> = credentials
        .into_iter()
        .chain(ceiling.filter(|_| scenario.mode != Mode::Enforce))
        .collect();
    let typed = ["apply", "event.json", "--policies", "policies.yaml"];
    let there = [
        "--endpoint-url",
        double.url(),
        "--account",
        &home.account,
        "--region",
        &home.region,
    ];
    let arguments = [typed.as_slice(), &there, more].concat();
    run_with(&environment, folder, &arguments, b"")
}

fn folder_of(name: &str, scenario: &Scenario) -> std::path::PathBuf {
    let folder = fresh_folder(name);
    fs::write(folder.join("event.json"), &scenario.event).unwrap();
    fs::write(folder.join("policies.yaml"), &scenario.policies).unwrap();
    folder
}

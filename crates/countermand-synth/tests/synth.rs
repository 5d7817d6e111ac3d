//! What policies need of AWS: a folder of `synth/` for each case, with what comes of it, and what must hold for all.
//!
//! `UPDATE=1 cargo test -p countermand-synth --features schema --test synth` writes what comes of it anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use countermand_core::load::{Source, load};
use countermand_core::policy::Policies;
use countermand_core::schedule::Expression;
use countermand_core::zone::Zone;
use countermand_synth::{Manifest, TemplateForm, cloudformation, schema, synth};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

const NOW: &str = "2026-11-21T00:00:00Z";
const LONGEST_PATTERN: usize = 2_048;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/synth")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(root())
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    cases.sort_unstable();
    cases
}

fn policies(yaml: &str) -> Policies {
    let sources = [Source::new("policies.yaml", yaml.as_bytes().to_vec())];
    load(&sources)
        .into_policies()
        .unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

fn manifest(yaml: &str) -> Manifest {
    synth(&policies(yaml), NOW.parse().unwrap())
}

#[test]
fn every_case_comes_to_what_is_written_beside_it() {
    for case in cases() {
        let found = manifest(&fs::read_to_string(case.join("policies.yaml")).unwrap());
        let found = serde_json::to_string_pretty(&found).unwrap() + "\n";
        let path = case.join("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let wanted = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == wanted, "{}:\n{found}", case.display());
    }
}

#[test]
fn every_manifest_has_the_shape_of_its_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for case in cases() {
        let manifest = manifest(&fs::read_to_string(case.join("policies.yaml")).unwrap());
        let manifest = serde_json::to_value(manifest).unwrap();
        let wrong: Vec<_> = validator
            .iter_errors(&manifest)
            .map(|it| it.to_string())
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", case.display());
    }
}

/// Calendars whose weekly starts and ends meet the changes of the clocks.
const CALENDARS: &[(&str, &str, &str)] = &[
    ("Europe/Berlin", "{ from: FRI 17:00, until: MON 07:00 }", ""),
    ("Europe/Berlin", "{ from: SUN 02:30, until: SUN 06:00 }", ""),
    (
        "Europe/Berlin",
        "{ from: SAT 00:00, until: MON 00:00 }",
        "{ from: SUN 01:00, until: SUN 02:15, why: x }",
    ),
    (
        "Europe/Berlin",
        "{ from: 2027-03-28 02:10, until: 2027-03-30 10:00 }, { from: 2026-12-20 00:00, until: 2027-01-03 00:00 }",
        "{ from: 2026-12-28 09:00, until: 2026-12-28 12:00, why: x }",
    ),
    (
        "America/New_York",
        "{ from: SUN 02:00, until: SUN 02:40 }, { from: SUN 01:30, until: SUN 09:00 }",
        "",
    ),
    (
        "America/Santiago",
        "{ from: SUN 00:20, until: TUE 00:00 }",
        "",
    ),
    (
        "Australia/Lord_Howe",
        "{ from: SUN 02:10, until: SUN 05:00 }",
        "",
    ),
    (
        "Asia/Kathmandu",
        "{ from: MON 08:00, until: MON 18:00 }, { from: MON 18:00, until: WED 09:30 }",
        "",
    ),
    (
        "UTC",
        "{ from: 2026-12-01 00:00, until: 2027-06-01 00:00 }",
        "",
    ),
];

fn freeze(zone: &str, closed: &str, open: &str, again: &str) -> String {
    format!(
        "version: 1\ncalendars:\n  quiet:\n    zone: {zone}\n    closed: [{closed}]\n    open: [{open}]\npolicies:\n  - name: freeze\n    when:\n      freeze: {{ calendar: quiet, again-every: {again} }}\n    do:\n      - ecs.stop-service-deployment: {{ cluster: prod, service: \"*\" }}\n"
    )
}

/// All that Scheduler sends in the time, as it reads the expressions: it skips what the clocks skip.
fn runs(manifest: &Manifest, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
    let schedules = manifest.schedules.iter();
    let runs = schedules.flat_map(|schedule| {
        let expression: Expression = schedule.expression.parse().unwrap();
        let zone: Zone = schedule.zone.parse().unwrap();
        let runs = expression.runs_after(from, &zone);
        runs.take_while(|run| *run < until).collect::<Vec<_>>()
    });
    runs.collect()
}

#[test]
fn no_start_of_closed_time_is_lost() {
    let now: Timestamp = NOW.parse().unwrap();
    let until = now + (2 * 366 * 24).hours();
    for (zone, closed, open) in CALENDARS {
        for again in ["none", "15m", "3h", "2d"] {
            let policies = policies(&freeze(zone, closed, open, again));
            let manifest = synth(&policies, now);
            let runs = runs(&manifest, now, until);
            for span in policies.calendars()["quiet"].closed_between(now, until) {
                let Some(from) = span.from.filter(|from| *from > now) else {
                    continue;
                };
                assert!(
                    runs.contains(&from),
                    "{zone} {closed} {again}: {from} is not among {:#?}",
                    manifest.schedules
                );
            }
        }
    }
}

#[test]
fn while_it_is_closed_the_looks_are_never_farther_apart_than_the_policy_says() {
    let now: Timestamp = NOW.parse().unwrap();
    let until = now + (366 * 24).hours();
    for (zone, closed, open) in CALENDARS {
        for (again, minutes) in [("15m", 15), ("40m", 40), ("3h", 180)] {
            let policies = policies(&freeze(zone, closed, open, again));
            let manifest = synth(&policies, now);
            let runs = runs(&manifest, now, until);
            for span in policies.calendars()["quiet"].closed_between(now, until) {
                let mut last = span.from.unwrap_or(now).max(now);
                let end = span.until.unwrap_or(until).min(until);
                for run in runs.range(last..end).copied().chain([end]) {
                    let apart = run.duration_since(last).as_mins();
                    // Where clocks are put back, an hour comes twice and its looks come once.
                    assert!(
                        apart <= minutes + 60,
                        "{zone} {closed} {again}: {last} to {run}: {:#?}",
                        manifest.schedules
                    );
                    last = run;
                }
            }
        }
    }
}

#[test]
fn no_schedule_runs_twice_at_one_time() {
    let now: Timestamp = NOW.parse().unwrap();
    let until = now + (120 * 24).hours();
    for (zone, closed, open) in CALENDARS {
        let manifest = manifest(&freeze(zone, closed, open, "15m"));
        let each = manifest.schedules.iter().map(|schedule| {
            let alone = Manifest {
                schedules: vec![schedule.clone()],
                ..manifest.clone()
            };
            runs(&alone, now, until).len()
        });
        let each: usize = each.sum();
        assert_eq!(
            each,
            runs(&manifest, now, until).len(),
            "{zone} {closed}: {:#?}",
            manifest.schedules
        );
    }
}

fn alarms(count: usize, name: impl Fn(usize) -> String) -> String {
    let policies = (0..count).map(|number| {
        format!(
            "  - name: p{number}\n    when: {{ alarm: {{ name: \"{}\" }} }}\n    do:\n      - ecs.stop-service-deployment: {{ cluster: prod, service: s{number} }}\n",
            name(number)
        )
    });
    format!("version: 1\npolicies:\n{}", policies.collect::<String>())
}

#[test]
fn what_does_not_fit_into_one_pattern_is_split_so_that_no_alarm_comes_twice() {
    let manifest = manifest(&alarms(300, |number| {
        format!("a-rather-long-name-of-an-alarm-{number:04}")
    }));
    assert!(
        (2..=50).contains(&manifest.rules.len()),
        "{}",
        manifest.rules.len()
    );
    let names: Vec<_> = manifest
        .rules
        .iter()
        .flat_map(|rule| rule.pattern["detail"]["alarmName"].as_array().unwrap())
        .collect();
    let different: BTreeSet<_> = names.iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!((names.len(), different.len()), (300, 300));
    for rule in &manifest.rules {
        assert!(rule.pattern.to_string().len() <= LONGEST_PATTERN);
        assert_eq!(rule.broader, [""; 0]);
    }
}

#[test]
fn what_cannot_be_split_is_for_every_alarm_and_says_so() {
    // Each meets every other.
    let manifest = manifest(&alarms(300, |number| {
        format!("*a-rather-long-name-of-an-alarm-{number:04}*")
    }));
    let [rule] = manifest.rules.as_slice() else {
        panic!("{:#?}", manifest.rules);
    };
    assert_eq!(
        rule.pattern["detail"],
        serde_json::json!({ "state": { "value": ["ALARM"] } })
    );
    assert_eq!((rule.broader.len(), rule.policies.len()), (1, 300));
}

#[test]
fn names_of_schedules_are_short_enough_and_differ() {
    let long = "a".repeat(40);
    let yaml = freeze("Europe/Berlin", CALENDARS[3].1, CALENDARS[3].2, "15m")
        .replace("name: freeze", &format!("name: {long}"));
    let manifest = manifest(&yaml);
    let names: BTreeSet<_> = manifest
        .schedules
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names.len(), manifest.schedules.len());
    assert!(
        names.len() > 3 && names.iter().all(|name| name.len() <= 64),
        "{names:?}"
    );
}

#[test]
fn the_template_has_as_parameters_what_the_included_resources_name() {
    for case in cases() {
        let manifest = manifest(&fs::read_to_string(case.join("policies.yaml")).unwrap());
        let included = cloudformation(&manifest, TemplateForm::Included, "4");
        let template = cloudformation(&manifest, TemplateForm::Template, "4");
        let names = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&included), names(&template["Resources"]));
        let parameters = names(&template["Parameters"]).join(" ");
        let known = [
            "DeadLettersArn",
            "OnAlarmArn",
            "OnAlarmRole",
            "OnChangeArn",
            "OnChangeRole",
            "OnScheduleArn",
            "OnScheduleRole",
            "Page",
            "SchedulerRoleArn",
            "VerifyRole",
        ];
        assert!(
            parameters.split_whitespace().all(|it| known.contains(&it)),
            "{parameters}"
        );
    }
}

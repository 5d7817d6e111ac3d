//! `countermand freeze`: what it says of a time, and its exit code.

use serde_json::Value;

use crate::run::{Ran, fresh_folder, run};

const POLICIES: &str = "\
version: 1
calendars:
  weekend:
    zone: Europe/Berlin
    closed:
      - { from: FRI 17:00, until: MON 07:00 }
      - { from: 2026-12-20 00:00, until: 2027-01-03 00:00, why: year end }
    open:
      - { from: 2026-12-28 09:00, until: 2026-12-28 12:00, why: quarterly patch }
  moved:
    closed: [{ from: 2026-06-01 00:00, until: 2026-06-02 00:00 }]
policies:
  - name: no-updates
    mode: enforce
    when: { freeze: { calendar: weekend } }
    do: [{ opensearch.cancel-service-software-update: { domain: prod } }]
  - name: nightly
    when: { schedule: { expression: cron(0 3 * * ? *) } }
    during: weekend
    do: [{ ssm.cancel-maintenance-window-execution: { window: patch } }]
";

fn freeze(arguments: &[&str]) -> Ran {
    let folder = fresh_folder(&format!(
        "freeze{}",
        arguments.concat().replace(['/', ':'], "-")
    ));
    std::fs::write(folder.join("policies.yaml"), POLICIES).unwrap();
    let always = ["freeze", "--policies", "policies.yaml"];
    run(&folder, &[&always, arguments].concat(), b"")
}

#[test]
fn the_exit_code_says_whether_a_calendar_is_closed() {
    for (at, calendar, exit) in [
        ("2026-11-20T15:59:59Z", None, 0),
        ("2026-11-20T16:00:00Z", None, 5),
        ("2026-11-20T16:00:00Z", Some("weekend"), 5),
        ("2026-11-20T16:00:00Z", Some("moved"), 0),
        ("2026-11-23T06:00:00Z", None, 0),
        ("2026-12-28T08:30:00Z", None, 0),
        ("2026-12-28T11:00:00Z", None, 5),
    ] {
        let of = calendar.map(|it| ["--calendar", it]);
        let of = of.iter().flatten().copied();
        let arguments: Vec<_> = ["--at", at].into_iter().chain(of).collect();
        let ran = freeze(&arguments);
        assert_eq!(
            (ran.exit, ran.err.as_str()),
            (exit, ""),
            "{arguments:?}: {ran}"
        );
    }
}

#[test]
fn it_says_why_until_when_and_what_comes_then() {
    let ran = freeze(&["--at", "2026-12-28T08:30:00Z", "--format", "json"]);
    let said: Value = serde_json::from_str(&ran.out).unwrap();
    let weekend = said.pointer("/calendars/1").unwrap();
    for (place, value) in [
        ("/calendar", "weekend"),
        ("/since", "2026-12-28T08:00:00Z"),
        ("/until", "2026-12-28T11:00:00Z"),
        ("/opened-by/why", "quarterly patch"),
        ("/next/0/at", "2026-12-28T11:00:00Z"),
        ("/next/1/at", "2027-01-04T06:00:00Z"),
        ("/policies/0/policy", "no-updates"),
        ("/policies/1/policy", "nightly"),
    ] {
        assert_eq!(
            weekend.pointer(place),
            Some(&Value::from(value)),
            "{place}: {ran}"
        );
    }
    assert_eq!(said.pointer("/frozen"), Some(&Value::from(false)), "{ran}");
}

#[test]
fn people_read_the_same() {
    let ran = freeze(&["--at", "2026-12-21T12:00:00Z", "--calendar", "weekend"]);
    let wanted = "\
weekend  closed  Europe/Berlin
  since    Fri 2026-12-18 17:00
  until    Mon 2026-12-28 09:00
  by       2026-12-20 00:00 until 2027-01-03 00:00: year end
  then     open from Mon 2026-12-28 09:00, closed from Mon 2026-12-28 12:00,
           open from Mon 2027-01-04 07:00, closed from Fri 2027-01-08 17:00
  for      no-updates (enforce) and nightly (observe)

frozen at 2026-12-21T12:00:00Z
";
    assert_eq!(ran.out, wanted, "{ran}");
}

#[test]
fn a_calendar_that_is_not_there_is_the_users_mistake() {
    let ran = freeze(&["--calendar", "weekends"]);
    assert_eq!(ran.exit, 2, "{ran}");
    assert!(ran.err.contains("`weekend`"), "{ran}");
}

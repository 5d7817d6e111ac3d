//! `countermand freeze`: its answer for a time, and its exit code.

use countermand_double::{Double, World};
use serde_json::{Value, json};

use crate::run::{CREDENTIALS, Ran, fresh_folder, run, run_with};

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
fn an_exception_is_told_under_its_label() {
    let ran = freeze(&["--at", "2026-12-28T08:30:00Z", "--calendar", "weekend"]);
    let wanted = "  open     2026-12-28 09:00 until 2026-12-28 12:00: quarterly patch\n";
    assert!(ran.out.contains(wanted), "{ran}");
}

const SEVERAL: &str = "
version: 1
calendars:
  nights: { closed: [{ from: 2026-11-20 20:00, until: 2026-11-21 06:00 }] }
  quiet: { closed: [{ from: 2026-11-20 17:00, until: 2026-11-23 07:00 }] }
  saturday: { closed: [{ from: 2026-11-21 00:00, until: 2026-11-22 00:00 }] }
  unused: { closed: [{ from: 2026-11-20 17:00, until: 2026-11-23 07:00 }] }
policies:
  - name: brake-at-night
    when: { alarm: { name: web-5xx } }
    during: nights
    do: [{ ecs.stop-service-deployment: { cluster: a, service: b } }]
  - name: switched-off
    mode: disabled
    when: { freeze: { calendar: unused } }
    do: [{ ecs.stop-service-deployment: { cluster: a, service: b } }]
  - name: on-quiet-saturdays
    when: { freeze: { calendar: quiet } }
    during: saturday
    do: [{ ecs.stop-service-deployment: { cluster: a, service: b } }]
";

#[test]
fn changes_are_frozen_while_all_calendars_of_a_freeze_that_works_are_closed() {
    let folder = fresh_folder("freeze-several");
    std::fs::write(folder.join("policies.yaml"), SEVERAL).unwrap();
    for (at, calendar, exit) in [
        ("2026-11-20T21:00:00Z", None, 0),
        ("2026-11-21T03:00:00Z", None, 5),
        ("2026-11-22T03:00:00Z", None, 0),
        ("2026-11-20T21:00:00Z", Some("nights"), 5),
        ("2026-11-20T21:00:00Z", Some("unused"), 5),
        ("2026-11-20T21:00:00Z", Some("saturday"), 0),
    ] {
        let of = calendar.map(|it| ["--calendar", it]);
        let always = ["freeze", "--policies", "policies.yaml", "--at", at];
        let of = of.iter().flatten().copied();
        let arguments: Vec<_> = always.into_iter().chain(of).collect();
        let ran = run(&folder, &arguments, b"");
        assert_eq!(ran.exit, exit, "{arguments:?}: {ran}");
    }
}

/// One policy uses a change calendar, the other a calendar that closes at this time.
fn by_change_calendar(own: &str) -> String {
    format!(
        "
version: 1
calendars: {{ own: {{ closed: [{{ from: {own}, until: 2026-12-01 00:00 }}] }} }}
policies:
  - name: company
    when: {{ change-calendar: {{ calendar: year-end }} }}
    do: [{{ ecs.stop-service-deployment: {{ cluster: a, service: b }} }}]
  - name: own
    when: {{ freeze: {{ calendar: own }} }}
    do: [{{ ecs.stop-service-deployment: {{ cluster: a, service: b }} }}]
"
    )
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn a_change_calendar_is_asked_for_and_frozen_where_it_does_not_tell() {
    let (open, closed) = ("2026-11-30 00:00", "2026-11-01 00:00");
    let (before, inside) = ("2026-11-20T17:59:59Z", "2026-11-21T00:00:00Z");
    let denied = json!([{ "call": "ssm:GetCalendarState", "fault": "access-denied" }]);
    let credentials = &CREDENTIALS[..];
    for (says, own, at, faults, environment, exit, told) in [
        ("closed", open, inside, &json!([]), credentials, 5, Some(true)),
        ("open", open, before, &json!([]), credentials, 0, Some(false)),
        ("refused", open, inside, &denied, credentials, 3, None),
        ("no-credentials", open, inside, &json!([]), &[], 3, None),
        ("refused-but-frozen-anyway", closed, inside, &denied, credentials, 5, None),
    ] {
        let world = json!({
            "now": "2026-11-20T12:00:00Z",
            "account": "123456789012",
            "region": "eu-central-1",
            "ssm": { "calendars": [{ "name": "year-end", "closed": [{ "from-at": "2026-11-20T18:00:00Z", "until-at": "2026-11-23T07:00:00Z" }] }] },
            "faults": faults,
        });
        let double = Double::start(World::from_value(world).unwrap()).unwrap();
        let folder = fresh_folder(&format!("freeze-change-calendar-{says}"));
        std::fs::write(folder.join("policies.yaml"), by_change_calendar(own)).unwrap();
        let arguments = ["freeze", "--policies", "policies.yaml", "--at", at, "--format", "json"];
        let place = ["--endpoint-url", double.url(), "--region", "eu-central-1"];
        let ran = run_with(environment, &folder, &[&arguments[..], &place].concat(), b"");
        let said: Value = serde_json::from_str(&ran.out).unwrap();
        let calendar = &said["change-calendars"][0];
        assert_eq!((ran.exit, calendar["closed"].as_bool()), (exit, told), "{says}: {ran}");
        assert_eq!(told.is_none(), calendar["trouble"].is_string(), "{says}: {ran}");
    }
}

#[test]
fn a_calendar_that_is_not_there_is_the_users_mistake() {
    let ran = freeze(&["--calendar", "weekends"]);
    assert_eq!(ran.exit, 2, "{ran}");
    assert!(ran.err.contains("`weekend`"), "{ran}");
}

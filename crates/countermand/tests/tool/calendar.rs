//! `countermand calendar`: the coming weeks as a picture, as JSON, and as iCalendar.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::run::{Ran, fits_a_terminal, fresh_folder, repository, run};

const POLICIES: &str = "\
version: 1
calendars:
  weekend:
    description: \"Nobody is there; call the office, or wait\"
    zone: Europe/Berlin
    closed:
      - { from: FRI 17:00, until: MON 07:00 }
      - { from: 2026-12-20 00:00, until: 2027-01-03 00:00, why: \"year end, as always; \\\\o/\" }
    open:
      - { from: 2026-12-28 09:00, until: 2026-12-28 12:00, why: quarterly patch }
      - { from: 2026-12-30 09:00, until: 2026-12-30 10:00, why: late bills }
      - { from: 2026-12-16 09:00, until: 2026-12-16 10:00, why: opens nothing }
  moved:
    closed: [{ from: 2026-06-01 00:00, until: 2026-06-02 00:00 }]
policies:
  - name: no-updates
    mode: enforce
    when: { freeze: { calendar: weekend } }
    do: [{ opensearch.cancel-service-software-update: { domain: prod } }]
";

fn calendar(name: &str, arguments: &[&str]) -> Ran {
    let folder = fresh_folder(&format!("calendar-{name}"));
    std::fs::write(folder.join("policies.yaml"), POLICIES).unwrap();
    let always = ["calendar", "--policies", "policies.yaml"];
    run(&folder, &[&always, arguments].concat(), b"")
}

#[test]
fn people_see_the_weeks() {
    let ran = calendar("picture", &["--at", "2026-12-16T15:00:00Z"]);
    let wanted = "\
moved  UTC
             Mon      Tue      Wed      Thu      Fri      Sat      Sun
  2026-12-14 ········ ········ ········ ········ ········ ········ ········
                                    ↑ Wed 2026-12-16 15:00
  2026-12-21 ········ ········ ········ ········ ········ ········ ········
  2026-12-28 ········ ········ ········ ········ ········ ········ ········
  2027-01-04 ········ ········ ········ ········ ········ ········ ········
  closed   not in these weeks

weekend  Europe/Berlin
             Mon      Tue      Wed      Thu      Fri      Sat      Sun
  2026-12-14 ██▌····· ········ ········ ········ ·····▐██ ████████ ████████
                                    ↑ Wed 2026-12-16 16:00
  2026-12-21 ████████ ████████ ████████ ████████ ████████ ████████ ████████
  2026-12-28 ███○████ ████████ ███▐████ ████████ ████████ ████████ ████████
  2027-01-04 ██▌····· ········ ········ ········ ·····▐██ ████████ ████████
  closed   FRI 17:00 until MON 07:00
  closed   2026-12-20 00:00 until 2027-01-03 00:00: year end, as always; \\o/
  open     2026-12-28 09:00 until 2026-12-28 12:00: quarterly patch
  open     2026-12-30 09:00 until 2026-12-30 10:00: late bills
  for      no-updates (enforce)

█ closed  ▐▌▒ partly  ○ opened by an exception  · open: 3 hours each
";
    assert_eq!((ran.exit, ran.out.as_str()), (0, wanted), "{ran}");
    fits_a_terminal(&ran, "calendar".as_ref());
}

#[test]
fn an_arrow_late_in_the_week_has_its_time_before_it() {
    let late = [
        "--at",
        "2026-12-20T15:00:00Z",
        "--weeks",
        "1",
        "--calendar",
        "moved",
    ];
    let ran = calendar("late", &late);
    let arrow = ran.out.lines().find(|it| it.contains('↑')).unwrap();
    let before = " ".repeat(51);
    assert_eq!(arrow, format!("{before}Sun 2026-12-20 15:00 ↑"), "{ran}");
}

/// Reads the file with an independent iCalendar library.
fn read_by_another(ics: &str) -> Vec<Value> {
    const SCRIPT: &str = "\
import json, sys
import icalendar
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
for event in calendar.events:
    print(json.dumps({
        'uid': event['UID'], 'from': event.start.isoformat(), 'until': event.end.isoformat(),
        'summary': event['SUMMARY'], 'description': event['DESCRIPTION'], 'transp': event['TRANSP'],
    }))
";
    let python = std::env::var_os("COUNTERMAND_PYTHON").map_or_else(
        || repository().join(".tools/python/bin/python"),
        PathBuf::from,
    );
    let mut reader = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`make test` installs Python's packages");
    let mut stdin = reader.stdin.take().unwrap();
    stdin.write_all(ics.as_bytes()).unwrap();
    drop(stdin);
    let read = reader.wait_with_output().unwrap();
    assert!(read.status.success(), "{ics}");
    let read = String::from_utf8(read.stdout).unwrap();
    read.lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

#[test]
fn other_calendars_can_have_it() {
    let ran = calendar("ics", &["--at", "2026-12-16T15:00:00Z", "--format", "ics"]);
    let whole = |from: &str, until: &str, summary: &str, description: &str| {
        let stamp = from.replace("+00:00", "Z").replace(['-', ':'], "");
        json!({
            "uid": format!("weekend-{stamp}@countermand"),
            "from": from,
            "until": until,
            "summary": summary,
            "description": format!("Nobody is there; call the office, or wait\n{description}\nfor no-updates (enforce)"),
            "transp": "TRANSPARENT",
        })
    };
    let weekly = "closed FRI 17:00 until MON 07:00";
    let year_end = "closed 2026-12-20 00:00 until 2027-01-03 00:00: year end, as always; \\o/";
    let both = format!("{weekly}\n{year_end}");
    let why = "frozen: weekend (year end, as always; \\o/)";
    let wanted = [
        whole(
            "2026-12-11T16:00:00+00:00",
            "2026-12-14T06:00:00+00:00",
            "frozen: weekend",
            weekly,
        ),
        whole(
            "2026-12-18T16:00:00+00:00",
            "2026-12-28T08:00:00+00:00",
            why,
            &both,
        ),
        whole(
            "2026-12-28T11:00:00+00:00",
            "2026-12-30T08:00:00+00:00",
            why,
            year_end,
        ),
        whole(
            "2026-12-30T09:00:00+00:00",
            "2027-01-04T06:00:00+00:00",
            why,
            &both,
        ),
        whole(
            "2027-01-08T16:00:00+00:00",
            "2027-01-11T06:00:00+00:00",
            "frozen: weekend",
            weekly,
        ),
    ];
    assert_eq!(read_by_another(&ran.out), wanted, "{ran}");
}

#[test]
fn what_is_closed_for_ever_is_one_event_in_every_week() {
    let folder = fresh_folder("calendar-ever");
    let policies = "
version: 1
calendars: { ever: { closed: [{ from: MON 00:00, until: THU 00:00 }, { from: THU 00:00, until: MON 00:00 }] } }
policies:
  - name: never
    when: { freeze: { calendar: ever } }
    do: [{ ecs.stop-service-deployment: { cluster: a, service: b } }]
";
    std::fs::write(folder.join("policies.yaml"), policies).unwrap();
    let uid = |at: &str| {
        let arguments = [
            "calendar",
            "-p",
            "policies.yaml",
            "--format",
            "ics",
            "--at",
            at,
        ];
        let events = read_by_another(&run(&folder, &arguments, b"").out);
        let uids: Vec<_> = events.iter().map(|it| it["uid"].clone()).collect();
        (uids, events[0]["description"].as_str().map(str::to_owned))
    };
    let wanted = (
        vec![json!("ever-ever@countermand")],
        Some("closed MON 00:00 until THU 00:00\nclosed THU 00:00 until MON 00:00\nfor never (observe)\nit goes on after this, for good".to_owned()),
    );
    assert_eq!(uid("2026-12-16T00:00:00Z"), wanted);
    assert_eq!(uid("2026-12-23T00:00:00Z"), wanted);
}

#[test]
fn without_calendars_there_is_nothing_to_subscribe_to() {
    let folder = fresh_folder("calendar-none");
    let policies = "
version: 1
policies:
  - name: company
    when: { change-calendar: { calendar: year-end } }
    do: [{ ecs.stop-service-deployment: { cluster: a, service: b } }]
";
    std::fs::write(folder.join("policies.yaml"), policies).unwrap();
    let ran = run(
        &folder,
        &["calendar", "-p", "policies.yaml", "--format", "ics"],
        b"",
    );
    assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{ran}");
    let ran = run(&folder, &["calendar", "-p", "policies.yaml"], b"");
    assert_eq!(ran.exit, 0, "{ran}");
    assert!(ran.out.contains("`year-end`"), "{ran}");
}

#[test]
fn machines_read_the_same_times() {
    let asked = [
        "--at",
        "2026-12-16T15:00:00Z",
        "--weeks",
        "2",
        "--calendar",
        "weekend",
    ];
    let ran = calendar("json", &[&asked[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    for (place, value) in [
        ("/schema", json!(1)),
        ("/at", json!("2026-12-16T15:00:00Z")),
        ("/weeks", json!(2)),
        ("/calendars/0/from", json!("2026-12-13T23:00:00Z")),
        ("/calendars/0/until", json!("2026-12-27T23:00:00Z")),
        ("/calendars/0/closed/1/from", json!("2026-12-18T16:00:00Z")),
        ("/calendars/0/closed/1/until", json!("2026-12-28T08:00:00Z")),
        ("/calendars/0/opened-by", json!([])),
        ("/calendars/0/policies/0/policy", json!("no-updates")),
    ] {
        assert_eq!(told.pointer(place), Some(&value), "{place}: {ran}");
    }
}

#[test]
fn what_it_cannot_show_is_the_users_mistake() {
    for arguments in [
        ["--calendar", "weekends"],
        ["--weeks", "0"],
        ["--weeks", "105"],
        ["--at", "tomorrow"],
    ] {
        let ran = calendar("mistakes", &arguments);
        assert_eq!(
            (ran.exit, ran.out.as_str()),
            (2, ""),
            "{arguments:?}: {ran}"
        );
    }
}

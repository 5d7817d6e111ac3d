//! `countermand report`: sums up records from logs, the AWS CLI and the bus.

use serde_json::{Value, json};

use crate::run::{Ran, fits_a_terminal, fresh_folder, run};

fn record(at: &str, event: &str, decisions: &Value) -> Value {
    json!({
        "schema": 1, "at": at, "not_matching": 0, "calls": 4, "elapsed_ms": 30, "decisions": decisions,
        "trigger": { "event_id": event, "at": at, "kind": "alarm-changed" },
    })
}

fn target(service: &str, answer: Option<&str>, code: Option<&str>) -> Value {
    let reasons: Vec<_> = code
        .iter()
        .map(|it| json!({ "code": it, "text": "" }))
        .collect();
    json!({
        "operation": "ecs.stop-service-deployment", "target": format!("arn:{service}"),
        "verdict": "stop", "reasons": reasons, "answer": answer, "text": "",
    })
}

fn observed(targets: &[Value]) -> Value {
    json!([{ "policy": "rollback", "mode": "observe", "targets": targets }])
}

fn enforced(targets: &[Value]) -> Value {
    json!([{ "policy": "line", "mode": "enforce", "targets": targets }])
}

fn outcome(policy: &str, service: &str, outcome: &str) -> Value {
    let aim = if outcome.starts_with("ended") {
        "preview"
    } else {
        "stop"
    };
    json!({
        "schema": 1, "id": format!("{service}@1"), "at": "2026-11-20T04:00:00Z", "outcome": outcome, "aim": aim,
        "policy": policy, "operation": "ecs.stop-service-deployment", "change": format!("arn:{service}"),
        "target": format!("prod/{service}"), "since": "2026-11-20T03:00:00Z", "text": "", "names": {},
    })
}

/// A week of records, with duplicates, and with lines that are no records.
fn week() -> Vec<Value> {
    let preview = |service| target(service, Some("previewed"), None);
    let at = |minute: u8| format!("2026-11-20T03:{minute:02}:00Z");
    let mut week = vec![
        record(&at(0), "1", &observed(&[preview("a"), preview("b")])),
        record(&at(1), "2", &observed(&[preview("a")])),
        record(
            &at(2),
            "3",
            &observed(&[preview("c"), preview("d"), preview("e")]),
        ),
        record(
            &at(3),
            "4",
            &observed(&[target("a", None, Some("began-after-trigger"))]),
        ),
        record(
            &at(4),
            "5",
            &json!([{ "policy": "rollback", "mode": "observe", "reasons": [{ "code": "event-too-old", "text": "" }] }]),
        ),
        record(
            &at(5),
            "6",
            &enforced(&[
                target("f", Some("requested"), None),
                target("g", Some("refused"), None),
                target("h", Some("no-answer"), None),
            ]),
        ),
        record(
            &at(6),
            "6",
            &enforced(&[target("h", Some("requested"), None)]),
        ),
        outcome("rollback", "a", "ended-badly"),
        outcome("rollback", "b", "ended-badly"),
        outcome("rollback", "c", "ended-badly"),
        outcome("rollback", "d", "ended-well"),
        outcome("line", "f", "confirmed"),
        outcome("line", "h", "failed"),
    ];
    let again: Vec<_> = week.iter().rev().cloned().collect();
    week.extend(again);
    week
}

fn report(name: &str, text: &str, more: &[&str]) -> Ran {
    let folder = fresh_folder(&format!("report-{name}"));
    std::fs::write(folder.join("week"), text).unwrap();
    run(&folder, &[&["report", "week"], more].concat(), b"")
}

#[test]
fn people_read_whether_it_was_right() {
    let lines: Vec<_> = week().iter().map(Value::to_string).collect();
    let ran = report("words", &lines.join("\n"), &[]);
    let wanted = "\
Fri 2026-11-20 03:00 until Fri 2026-11-20 04:00 UTC: 6 events

line (enforce)
  stopped 2: 1 confirmed and 1 neither stopped nor ended well
    Fri 2026-11-20 04:00  failed  prod/h
  could not stop 1: AWS refused, or did not answer in time

rollback (observe)
  would have stopped 5: 1 was a false alarm, 3 failed anyway and 1 not known yet
    Fri 2026-11-20 04:00  ended-well  prod/d
  held 2: 1 began-after-trigger and 1 event-too-old
  look at the false alarms before `mode: enforce`
";
    assert_eq!((ran.exit, ran.out.as_str()), (0, wanted), "{ran}");
    fits_a_terminal(&ran, "report".as_ref());
}

#[test]
fn whatever_the_records_are_in_they_come_to_the_same() {
    let week = week();
    let lines = |before: &str| {
        let lines = week.iter().map(|it| format!("{before}{it}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let as_events = week.iter().flat_map(|it| {
        let kinds = match it.get("decisions").and_then(Value::as_array) {
            Some(decisions) => decisions.iter().map(|one| {
                let mut decision = one.clone();
                for key in ["at", "trigger", "schema"] {
                    decision[key] = it[key].clone();
                }
                ("Countermand Decision", decision)
            }).collect(),
            None => vec![("Countermand Outcome", it.clone())],
        };
        kinds.into_iter().map(|(kind, detail)| json!({ "source": "countermand", "detail-type": kind, "detail": detail }))
    });
    let as_events: Vec<_> = as_events.collect();
    let as_lines: Vec<_> = as_events.iter().map(Value::to_string).collect();
    let messages: Vec<_> = week
        .iter()
        .map(|it| json!({ "message": format!("INFO 8f-1 {it}"), "timestamp": 1 }))
        .collect();
    let noisy = format!(
        "INIT_START Runtime\n{}\nREPORT RequestId: {{not json}} Duration: 3 ms\n",
        lines("2026-11-20T03:00:20+00:00 2026/11/20/[$LATEST]5f INFO 8f-1 ")
    );
    let expected = report("plain", &lines(""), &["--format", "json"]);
    let document: Value = serde_json::from_str(&expected.out).unwrap();
    assert_eq!(
        document.pointer("/policies/rollback/previewed/outcomes/ended-badly"),
        Some(&json!(3))
    );
    for (what, text) in [
        ("the-cli-s-tail", noisy),
        (
            "the-cli-s-filter",
            json!({ "events": messages }).to_string(),
        ),
        ("events-of-the-bus", as_lines.join("\n")),
        ("an-array", json!(as_events).to_string()),
    ] {
        let ran = report(what, &text, &["--format", "json"]);
        assert_eq!((ran.exit, &ran.out), (0, &expected.out), "{what}: {ran}");
    }
}

#[test]
fn what_has_no_record_in_it_is_told_apart_from_what_is_not_there() {
    assert_eq!(
        report("nothing", "START\n{}\n[{ \"at\": 1 }]\n{\n", &[]).exit,
        1
    );
    let ran = report("missing", "", &["not-there"]);
    assert_eq!(ran.exit, 2, "{ran}");
    assert!(ran.err.contains("`not-there`"), "{ran}");
}

#[test]
fn only_right_stops_are_a_reason_to_enforce() {
    let week = [
        record(
            "2026-11-20T03:00:00Z",
            "1",
            &observed(&[target("a", Some("previewed"), None)]),
        ),
        outcome("rollback", "a", "ended-badly"),
    ];
    let ran = report("right", &week.map(|it| it.to_string()).join("\n"), &[]);
    assert!(ran.out.contains("`mode: enforce` makes them"), "{ran}");
}

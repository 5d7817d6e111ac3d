use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Answer, BusEvent, Decided, Decision, Metric, OutcomeRecord, Record, SCHEMA, TargetRecord,
    TriggerRecord, VerdictWord, Verification, batches, metrics_of_outcome, metrics_of_record,
    of_outcome, of_record,
};
use crate::follow::{Aim, Followed, Next, Pace};
use crate::operation::{ChangeRef, Latest};
use crate::policy::Mode;
use crate::reason::{HoldCode, Reason};
use crate::trigger::{Asked, Place, Trigger, TriggerKind};

fn at() -> Timestamp {
    "2026-11-20T03:00:20Z".parse().unwrap()
}

fn target(nth: usize, answer: Option<Answer>, text: &str) -> TargetRecord {
    TargetRecord {
        operation: "ecs.stop-service-deployment".to_owned(),
        target: format!("arn:aws:ecs:eu-central-1:123456789012:service-deployment/prod/s{nth}/d"),
        verdict: Some(if answer.is_some() {
            VerdictWord::Stop
        } else {
            VerdictWord::Hold
        }),
        reasons: match answer {
            Some(_) => Vec::new(),
            None => vec![Reason {
                code: HoldCode::LookupRefused,
                text: text.to_owned(),
            }],
        },
        answer,
        stopped_by: None,
        verification: None,
        text: text.to_owned(),
        hold_with: None,
    }
}

fn record(outcomes: Vec<Decided>) -> Record {
    let decisions = outcomes.into_iter().map(|outcome| Decision {
        policy: "p".to_owned(),
        mode: Mode::Enforce,
        outcome,
    });
    Record {
        schema: SCHEMA,
        at: at(),
        trigger: None,
        note: None,
        decisions: decisions.collect(),
        not_matching: 0,
        calls: 0,
        elapsed_ms: 0,
        unverified: 2,
        seconds_to_stop: Some(14.5),
    }
}

fn detail(event: &BusEvent) -> Value {
    serde_json::from_str(&event.detail).unwrap()
}

#[test]
fn a_decision_is_an_event_that_a_pipeline_can_wait_for() {
    let held = Decided::Reasons(vec![Reason {
        code: HoldCode::EventTooOld,
        text: "it is old".to_owned(),
    }]);
    let stopped = Decided::Targets(vec![target(
        0,
        Some(Answer::Requested),
        "asked AWS to stop s0",
    )]);
    let [stopped, held] = of_record(&record(vec![stopped, held])).try_into().unwrap();
    assert_eq!(stopped.detail_type, "Countermand Decision");
    assert_eq!(
        stopped.resources,
        ["arn:aws:ecs:eu-central-1:123456789012:service-deployment/prod/s0/d"]
    );
    let told = detail(&stopped);
    assert_eq!(told.pointer("/targets/0/answer"), Some(&json!("requested")));
    assert_eq!(told.get("text"), Some(&json!("asked AWS to stop s0")));
    let notification = told.get("notification").unwrap();
    assert_eq!(notification.get("version"), Some(&json!("1.0")));
    assert_eq!(notification.get("source"), Some(&json!("custom")));
    assert_eq!(
        notification.pointer("/content/textType"),
        Some(&json!("client-markdown"))
    );
    assert_eq!(
        notification.pointer("/content/description"),
        Some(&json!("`p`: asked AWS to stop s0"))
    );
    assert_eq!(
        detail(&held).get("text"),
        Some(&json!("did nothing: it is old"))
    );
    assert_eq!(
        detail(&held).pointer("/reasons/0/code"),
        Some(&json!("event-too-old"))
    );
}

#[test]
fn an_outcome_is_an_event_about_its_change() {
    let seen = Ok(Latest::of("ROLLBACK_SUCCESSFUL"));
    let Next::Over(ending) = followed().look(seen, at(), Pace::QUEUE) else {
        panic!("it has ended");
    };
    let told = OutcomeRecord::new(&followed(), &ending, at());
    let event = of_outcome(&told);
    assert_eq!(event.detail_type, "Countermand Outcome");
    assert_eq!(event.resources, ["arn:aws:ecs:x"]);
    assert_eq!(detail(&event).get("outcome"), Some(&json!("confirmed")));
    assert_eq!(detail(&event).get("change"), Some(&json!("arn:aws:ecs:x")));
    assert_eq!(
        detail(&event).pointer("/notification/metadata/threadId"),
        Some(&json!("e"))
    );
    assert_eq!(
        names(metrics_of_outcome(&told)),
        [("Confirmed".to_owned(), 1.0)]
    );
}

fn followed() -> Followed {
    Followed {
        schema: SCHEMA,
        operation: "ecs.stop-service-deployment".to_owned(),
        which: ChangeRef {
            change: "arn:aws:ecs:x".to_owned(),
            ..ChangeRef::default()
        },
        target: "prod/checkout".to_owned(),
        policy: "p".to_owned(),
        event_id: Some("e".to_owned()),
        aim: Aim::Stop,
        why: "because".to_owned(),
        began_at: None,
        since: at(),
        look_at: at(),
    }
}

#[test]
fn what_is_too_large_is_shortened_and_says_so() {
    for (targets, length, kept) in [
        (100, 100, None),
        (3, 100_000, Some(3)),
        (3_000, 1_000, Some(93)),
    ] {
        let text = "ü".repeat(length);
        let all = (0..targets).map(|nth| target(nth, Some(Answer::Requested), &text));
        let [event] = of_record(&record(vec![Decided::Targets(all.collect())]))
            .try_into()
            .unwrap();
        assert!(
            event.detail.len() <= 200 * 1024,
            "{} bytes",
            event.detail.len()
        );
        let told = detail(&event);
        let found = told.get("targets").and_then(Value::as_array).unwrap().len();
        assert_eq!(found, kept.unwrap_or(targets));
        let left_out = kept.map(|kept| json!(targets - kept));
        assert_eq!(told.get("shortened"), left_out.as_ref());
    }
}

#[test]
fn as_many_events_go_at_once_as_a_call_takes() {
    let event = |size: usize| BusEvent {
        detail_type: "",
        resources: Vec::new(),
        detail: "x".repeat(size),
    };
    for (sizes, wanted) in [
        (vec![1; 25], vec![10, 10, 5]),
        (vec![200_000; 3], vec![1, 1, 1]),
        (vec![100_000, 100_000, 100_000, 1], vec![2, 2]),
        (vec![], vec![]),
    ] {
        let events = sizes.iter().map(|size| event(*size)).collect();
        let found: Vec<_> = batches(events).iter().map(Vec::len).collect();
        assert_eq!(found, wanted, "{sizes:?}");
    }
}

fn names(metrics: Vec<Metric>) -> Vec<(String, f64)> {
    metrics.into_iter().map(|it| (it.name, it.value)).collect()
}

#[test]
fn what_was_decided_is_counted() {
    let all = [
        Some(Answer::Requested),
        Some(Answer::Requested),
        Some(Answer::Refused),
        Some(Answer::NoAnswer),
        Some(Answer::Previewed),
        None,
    ];
    let all = all
        .into_iter()
        .enumerate()
        .map(|(nth, answer)| target(nth, answer, "t"));
    let held = Decided::Reasons(vec![Reason {
        code: HoldCode::EventTooOld,
        text: String::new(),
    }]);
    let record = record(vec![Decided::Targets(all.collect()), held]);
    let counted = names(metrics_of_record(&record));
    let wanted = [
        ("Held", 2.0),
        ("Held.event-too-old", 1.0),
        ("Held.lookup-refused", 1.0),
        ("LookupRefused", 1.0),
        ("NoAnswer", 1.0),
        ("Previewed", 1.0),
        ("Refused", 1.0),
        ("Stopped", 2.0),
        ("Unverified", 2.0),
        ("SecondsToStop", 14.5),
    ];
    assert_eq!(
        counted,
        wanted.map(|(name, value)| (name.to_owned(), value))
    );
}

#[test]
fn a_record_has_the_shape_that_machines_read() {
    let at = "2026-11-20T03:00:00Z".parse().unwrap();
    let trigger = Trigger {
        event_id: None,
        at,
        from: Place {
            account: Some("123456789012".into()),
            region: None,
        },
        kind: TriggerKind::Asked(Asked {
            why: "INC-1".into(),
        }),
    };
    let held = Decision {
        policy: "p".into(),
        mode: Mode::Observe,
        outcome: Decided::Reasons(vec![Reason {
            code: HoldCode::EventTooOld,
            text: "old".into(),
        }]),
    };
    let stopped = Decision {
        policy: "q".into(),
        mode: Mode::Enforce,
        outcome: Decided::Targets(vec![TargetRecord {
            operation: "ecs.stop-service-deployment".into(),
            target: "arn".into(),
            verdict: Some(VerdictWord::Stop),
            reasons: vec![],
            answer: Some(Answer::AlreadyOver),
            stopped_by: None,
            verification: Some(Verification::Queued),
            text: "t".into(),
            hold_with: None,
        }]),
    };
    let record = Record {
        schema: SCHEMA,
        at,
        trigger: Some(TriggerRecord::from(&trigger)),
        note: None,
        decisions: vec![held, stopped],
        not_matching: 12,
        calls: 3,
        elapsed_ms: 41,
        unverified: 0,
        seconds_to_stop: None,
    };
    let written = serde_json::to_value(record).unwrap();
    #[cfg(feature = "schema")]
    assert!(jsonschema::draft202012::is_valid(
        &super::record_schema(),
        &written
    ));
    assert_eq!(
        written,
        json!({
            "schema": 1,
            "at": "2026-11-20T03:00:00Z",
            "trigger": { "kind": "asked", "why": "INC-1", "at": "2026-11-20T03:00:00Z", "account": "123456789012" },
            "decisions": [
                { "policy": "p", "mode": "observe", "reasons": [{ "code": "event-too-old", "text": "old" }] },
                { "policy": "q", "mode": "enforce", "targets": [{
                    "operation": "ecs.stop-service-deployment", "target": "arn", "verdict": "stop",
                    "reasons": [], "answer": "already-over", "verification": "queued", "text": "t",
                }] },
            ],
            "not_matching": 12,
            "calls": 3,
            "elapsed_ms": 41,
        })
    );
}

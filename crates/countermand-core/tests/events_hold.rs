//! Reading gives an answer for every input; and what AWS may add to an event does not change that answer.

#![expect(clippy::unwrap_used, reason = "a test may")]

use countermand_core::event::{Broken, Defect, LARGEST_EVENT, Reading, read};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

mod samples;

#[test]
fn every_beginning_of_a_readable_sample_is_broken() {
    for (name, json) in samples::samples() {
        let readable = !matches!(read(&json), Reading::Broken(_));
        for end in 0..json.trim_ascii_end().len() {
            let got = read(&json[..end]);
            let broken = matches!(got, Reading::Broken(_));
            assert!(broken || !readable, "{name} up to byte {end}: {got:?}");
        }
    }
}

#[test]
fn no_sample_with_one_byte_changed_panics() {
    for (_, mut json) in samples::samples() {
        for at in (0..json.len()).step_by(5) {
            let kept = json[at];
            for other in [b'"', b'[', b'}', 0xff] {
                json[at] = other;
                read(&json);
            }
            json[at] = kept;
        }
    }
}

#[test]
fn ten_thousand_levels_are_answered_wherever_they_are() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let objects = r#"{"a":"#.repeat(10_000) + "1" + &"}".repeat(10_000);
    let open = "[".repeat(10_000);
    let sample = |detail: &str| {
        format!(
            r#"{{"detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch","time":"2026-11-20T22:04:05Z","detail":{detail}}}"#
        )
    };
    let inside = |key: &str, deep: &str| {
        sample(&format!(
            r#"{{"alarmName":"a","state":{{"value":"ALARM"}},"{key}":{deep}}}"#
        ))
    };
    for (ours, json) in [
        (false, deep.clone()),
        (false, open),
        (false, objects.clone()),
        (false, sample(&deep)),
        (false, sample(&objects)),
        (true, inside("previousState", &objects)),
        (true, inside("configuration", &deep)),
        (true, inside("alarmTags", &deep)),
        (true, inside("muteDetail", &objects)),
        (true, inside("somethingNew", &deep)),
    ] {
        let got = read(json.as_bytes());
        assert_eq!(
            matches!(got, Reading::Ours(_)),
            ours,
            "{json:.150}: {got:?}"
        );
    }
}

#[test]
fn a_byte_more_than_the_largest_event_is_refused_unread() {
    let largest = vec![b' '; LARGEST_EVENT];
    assert!(matches!(
        read(&largest),
        Reading::Broken(Broken {
            what: Defect::NotJson(_),
            ..
        })
    ));
    for bytes in [LARGEST_EVENT + 1, 50_000_000] {
        let large = vec![b'['; bytes];
        assert_eq!(
            read(&large),
            Reading::Broken(Broken::new("", Defect::TooLarge { bytes }))
        );
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-11-20T22:04:05Z")),
        Just(json!("ALARM")),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any_key(), inner, 0..5)
                .prop_map(|it| Value::Object(it.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Mostly keys that we read, so that their values are parsed.
fn any_key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "detail-type",
        "source",
        "time",
        "detail",
        "resources",
        "region",
        "account",
        "alarmData",
        "alarmName",
        "state",
        "value",
        "timestamp",
        "previousState",
        "configuration",
        "metrics",
        "metricStat",
        "metric",
        "dimensions",
        "muteDetail",
        "alarmTags",
        "alarmContributor",
        "attributes",
        "policy",
        "scheduledTime",
        "scheduleArn",
        "Records",
        "eventSource",
    ];
    prop_oneof![
        4 => prop::sample::select(KNOWN).prop_map(str::to_owned),
        1 => "[a-zA-Z-]{0,8}",
    ]
}

fn sample(name: &str) -> Value {
    let (_, json) = samples::samples()
        .into_iter()
        .find(|it| it.0 == name)
        .unwrap();
    serde_json::from_slice(&json).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes);
    }

    #[test]
    fn no_json_panics(value in any_json()) {
        read(value.to_string().as_bytes());
    }

    #[test]
    fn no_alarm_detail_panics(detail in any_json(), direct: bool) {
        let event = if direct {
            json!({"alarmData": detail})
        } else {
            json!({"detail-type": "CloudWatch Alarm State Change", "source": "aws.cloudwatch", "detail": detail})
        };
        read(event.to_string().as_bytes());
    }

    #[test]
    fn what_aws_adds_to_an_alarm_changes_nothing(added in any_json()) {
        let event = sample("one-contributor-of-an-alarm-fires");
        let before = read(event.to_string().as_bytes());
        prop_assert!(matches!(before, Reading::Ours(_)));
        for place in ["", "/detail", "/detail/state", "/detail/configuration", "/detail/configuration/metrics/0", "/detail/alarmContributor"] {
            let mut event = event.clone();
            event.pointer_mut(place).unwrap()["somethingNew"] = added.clone();
            prop_assert_eq!(&read(event.to_string().as_bytes()), &before, "{}", place);
        }
    }

    #[test]
    fn a_part_that_only_describes_never_breaks_an_alarm(odd in any_json()) {
        for part in ["previousState", "configuration", "muteDetail", "alarmTags", "alarmContributor"] {
            let mut event = sample("an-alarm-fires");
            event["detail"][part] = odd.clone();
            let got = read(event.to_string().as_bytes());
            prop_assert!(matches!(got, Reading::Ours(_)), "{}: {:?}", part, got);
        }
    }
}

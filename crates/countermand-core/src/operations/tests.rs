//! The registry: what holds for every operation.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::event::{NotOurs, Reading, read};
use crate::load::{Source, load};
use crate::operation::{
    Announcement, DetailName, DetailTest, End, FieldTest, OperationSpec, TargetIn,
};
use crate::trigger::TriggerKind;

/// `ecs`, `stop-service-deployment`.
fn parts(spec: &OperationSpec) -> (&str, &str) {
    spec.name.split_once('.').expect("service.verb-object")
}

/// What IAM calls the service.
fn prefix(spec: &OperationSpec) -> &str {
    match parts(spec).0 {
        "opensearch" => "es",
        service => service,
    }
}

fn is_kebab(text: &str) -> bool {
    let words = text.split('-');
    let mut is_word =
        words.map(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase()));
    is_word.all(|it| it)
}

#[test]
fn names_are_unique_and_say_service_verb_and_object() {
    let names: BTreeSet<_> = ALL.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), ALL.len());
    for spec in ALL {
        let (service, what) = parts(spec);
        assert!(is_kebab(service) && !service.contains('-'), "{}", spec.name);
        assert!(is_kebab(what) && what.contains('-'), "{}", spec.name);
        assert!(spec.does.starts_with(char::is_lowercase), "{}", spec.does);
        assert!(!spec.does.ends_with('.'), "{}", spec.does);
        assert!(!spec.targets.is_empty(), "{}", spec.name);
    }
}

#[test]
fn an_operation_asks_for_the_permission_that_it_is_named_after() {
    for spec in ALL {
        let words = parts(spec).1.split('-');
        let camel = words.map(|word| word[..1].to_uppercase() + &word[1..]);
        let action = format!("{}:{}", prefix(spec), camel.collect::<String>());
        assert!(
            spec.permissions().iter().any(|it| it.action == action),
            "{action}"
        );
    }
}

#[test]
fn every_permission_is_an_action_of_its_service_on_something_for_a_reason() {
    for spec in ALL {
        let actions: BTreeSet<_> = spec.permissions().iter().map(|it| it.action).collect();
        assert_eq!(actions.len(), spec.permissions().len(), "{}", spec.name);
        for permission in spec.permissions() {
            let action = permission.action;
            let (service, what) = action.split_once(':').expect(action);
            assert_eq!(service, prefix(spec), "{action}");
            assert!(what.starts_with(char::is_uppercase), "{action}");
            assert!(what.chars().all(char::is_alphanumeric), "{action}");
            assert!(!permission.why.is_empty(), "{action}");
            assert!(!permission.on.is_empty(), "{action}");
            for arn in permission.on {
                assert!(fits(arn, spec), "{action} on {arn}");
            }
        }
    }
}

/// `*`, or an ARN of the service with placeholders that can be filled in, or of all resources of one type.
fn fits(arn: &str, spec: &OperationSpec) -> bool {
    let head = format!("arn:{{partition}}:{}:{{region}}:{{account}}:", prefix(spec));
    let Some(resource) = arn.strip_prefix(&head) else {
        return arn == "*";
    };
    let mut placeholders = resource.split('{').skip(1);
    let is_known = |it: &str| {
        let name = it.split_once('}').map(|(name, _)| name);
        name.is_some_and(|name| spec.targets.contains(&name))
    };
    let is_of_a_kind = placeholders.clone().next().is_some() || resource.ends_with("/*");
    is_of_a_kind && placeholders.all(is_known)
}

#[test]
fn every_example_is_a_policy_that_uses_its_operation() {
    for spec in ALL {
        let sources = [Source::new(spec.name, spec.example.as_bytes().to_vec())];
        let loaded = load(&sources);
        assert_eq!(loaded.problems(), [], "{}", spec.name);
        let actions = loaded.policies().flat_map(|policy| &policy.actions);
        let own: Vec<_> = actions.filter(|it| it.spec().name == spec.name).collect();
        assert!(!own.is_empty(), "{}", spec.name);
        for action in own {
            let keys: Vec<_> = action.names().iter().map(|(key, _)| *key).collect();
            assert_eq!(keys, spec.targets, "{}", spec.name);
        }
    }
}

#[test]
fn an_outcome_is_waited_for_and_not_for_ever() {
    let longest = SignedDuration::from_hours(24);
    for spec in ALL {
        let is_fit = spec.deadline > SignedDuration::ZERO && spec.deadline <= longest;
        assert!(is_fit, "{}: {:?}", spec.name, spec.deadline);
    }
}

#[test]
fn codes_and_states_of_an_operation_are_told_once_and_in_order() {
    for spec in ALL {
        let codes = spec.hold_codes;
        assert!(codes.is_sorted_by(|one, next| one < next), "{}", spec.name);
        let states: BTreeSet<_> = spec.final_states.iter().map(|(state, _)| state).collect();
        assert_eq!(states.len(), spec.final_states.len(), "{}", spec.name);
        let ends = spec.final_states.iter().map(|(_, end)| *end);
        assert!(
            ends.into_iter().any(|it| it == End::Stopped),
            "{}",
            spec.name
        );
    }
}

/// Every announcement, with a sample event that matches it.
fn announcements() -> Vec<(&'static OperationSpec, &'static Announcement, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios");
    let samples = std::fs::read_dir(folder).unwrap().filter_map(|entry| {
        let json = std::fs::read(entry.unwrap().path().join("event.json")).unwrap();
        let is_ours = matches!(read(&json), Reading::Ours(_));
        serde_json::from_slice(&json).ok().filter(|_| is_ours)
    });
    let samples: Vec<Value> = samples.collect();
    let all = ALL.iter().flat_map(|spec| {
        let announcements = spec.announced_by.iter();
        announcements.map(|it| {
            let is_of = |event: &&Value| {
                let is_type = it
                    .detail_types
                    .iter()
                    .any(|known| event["detail-type"] == *known);
                event["source"] == it.source && is_type && is_begun(it, event)
            };
            let sample = samples.iter().find(is_of).cloned();
            (
                *spec,
                it,
                sample.unwrap_or_else(|| panic!("{}: no sample of {it:?}", spec.name)),
            )
        })
    });
    all.collect()
}

fn is_begun(announcement: &Announcement, event: &Value) -> bool {
    let mut fields = announcement.detail.iter();
    fields.all(|DetailTest { path, test }| match test {
        FieldTest::OneOf(texts) => texts
            .iter()
            .any(|it| event["detail"].pointer(&pointer(path)) == Some(&json!(it))),
        FieldTest::Absent | FieldTest::AbsentOrFalse => true,
    })
}

fn pointer(path: &[&str]) -> String {
    format!("/{}", path.join("/"))
}

/// The event with another value at this path.
fn with(event: &Value, path: &[&str], value: Value) -> Value {
    let mut event = event.clone();
    let mut at = &mut event["detail"];
    for key in path {
        at = &mut at[*key];
    }
    *at = value;
    event
}

fn reading(event: &Value) -> Reading {
    read(event.to_string().as_bytes())
}

#[test]
fn what_announces_an_operation_is_read_as_a_change_of_its_targets() {
    for (spec, announcement, sample) in announcements() {
        for detail_type in announcement.detail_types {
            let mut event = sample.clone();
            event["detail-type"] = json!(detail_type);
            let Reading::Ours(trigger) = reading(&event) else {
                panic!("{detail_type}: {:?}", reading(&event));
            };
            let TriggerKind::ChangeBegan(change) = trigger.kind else {
                panic!("{detail_type}: {trigger:?}");
            };
            assert_eq!(change.operation, spec.name);
            assert!(change.names.keys().eq(spec.targets), "{:?}", change.names);
            for (key, name) in &change.names {
                assert!(!spec.is_name_of_id(key, Some(name)), "{:?}", change.names);
            }
        }
    }
}

#[test]
fn an_event_that_fails_one_test_of_its_announcement_begins_nothing() {
    for (spec, announcement, sample) in announcements() {
        for DetailTest { path, test } in announcement.detail {
            let other = json!("Something else");
            let begun: &[Value] = match test {
                FieldTest::OneOf(texts) => &texts.iter().map(|it| json!(it)).collect::<Vec<_>>(),
                FieldTest::Absent => &[Value::Null],
                FieldTest::AbsentOrFalse => &[Value::Null, json!(false)],
            };
            for value in begun {
                let event = with(&sample, path, value.clone());
                assert!(
                    matches!(reading(&event), Reading::Ours(_)),
                    "{}: {event}",
                    spec.name
                );
            }
            let nothing = reading(&with(&sample, path, other));
            let is_nothing = matches!(
                &nothing,
                Reading::NotOurs(NotOurs::NothingBegins { state, .. }) if state == "Something else"
            );
            assert!(is_nothing, "{}: {nothing:?}", spec.name);
            for odd in [json!(7), json!([]), json!({}), json!(true)] {
                let read = reading(&with(&sample, path, odd.clone()));
                assert!(!matches!(read, Reading::Ours(_)), "{odd}: {read:?}");
            }
        }
    }
}

#[test]
fn what_only_describes_never_breaks_an_announcement() {
    for (spec, announcement, sample) in announcements() {
        let names = match announcement.target_in {
            TargetIn::Detail(names) => names,
            TargetIn::Resource(_) => &[],
        };
        let decides = |key: &str| {
            let tests = announcement.detail.iter().map(|it| it.path);
            let names = names.iter().map(|it| it.path);
            tests.chain(names).any(|path| path[0] == key)
        };
        let keys = sample["detail"].as_object().unwrap().keys();
        for key in keys.filter(|key| !decides(key)) {
            let mut fits = 0;
            for odd in [Value::Null, json!(7), json!([]), json!("yesterday")] {
                let read = reading(&with(&sample, &[key.as_str()], odd.clone()));
                let is_ours = matches!(read, Reading::Ours(_));
                fits += usize::from(is_ours);
                // The id of the change is read strictly.
                let is_name = key.ends_with("id") || key.ends_with("Id");
                assert!(is_ours || is_name, "{} {key}: {odd}: {read:?}", spec.name);
            }
            assert!(fits > 0, "{} {key}", spec.name);
        }
    }
}

#[test]
fn the_arn_of_an_old_service_has_its_cluster_beside_it() {
    let all = announcements();
    let (_, _, sample) = all
        .iter()
        .find(|(_, it, _)| it.source == "aws.ecs")
        .unwrap();
    let names = |service: &str, cluster: Value| {
        let mut event = sample.clone();
        event["resources"] = json!([format!(
            "arn:aws:ecs:eu-central-1:123456789012:service/{service}"
        )]);
        event["detail"]["clusterArn"] = cluster;
        let Reading::Ours(trigger) = read(event.to_string().as_bytes()) else {
            return None;
        };
        let TriggerKind::ChangeBegan(change) = trigger.kind else {
            return None;
        };
        Some(format!(
            "{}/{}",
            change.names["cluster"], change.names["service"]
        ))
    };
    let arn = json!("arn:aws:ecs:eu-central-1:123456789012:cluster/old");
    let told = |names: &str| Some(names.to_owned());
    assert_eq!(names("checkout", arn.clone()), told("old/checkout"));
    assert_eq!(names("prod/checkout", arn), told("prod/checkout"));
    assert_eq!(names("prod/checkout", json!(7)), told("prod/checkout"));
    for odd in [Value::Null, json!(7), json!("old")] {
        assert_eq!(names("checkout", odd), None);
    }
}

#[test]
fn an_odd_end_does_not_keep_a_calendar_from_closing() {
    for odd in [Value::Null, json!(7), json!([]), json!({}), json!("soon")] {
        let event = json!({
            "source": "aws.ssm",
            "detail-type": "Calendar State Change",
            "time": "2026-11-20T22:00:00Z",
            "resources": ["arn:aws:ssm:eu-central-1:123456789012:document/year-end"],
            "detail": { "state": "CLOSED", "nextTransitionTime": odd },
        });
        let Reading::Ours(trigger) = read(event.to_string().as_bytes()) else {
            panic!("{event}");
        };
        let TriggerKind::CalendarClosed(closed) = trigger.kind else {
            panic!("{event}");
        };
        assert_eq!(closed.next_change, None, "{event}");
    }
}

#[test]
fn an_announcement_without_its_target_is_broken() {
    for (spec, announcement, sample) in announcements() {
        match announcement.target_in {
            TargetIn::Detail(names) => {
                for DetailName { path, .. } in names {
                    for odd in [Value::Null, json!(7), json!([]), json!("")] {
                        let read = reading(&with(&sample, path, odd.clone()));
                        assert!(matches!(read, Reading::Broken(_)), "{odd}: {read:?}");
                    }
                }
            }
            TargetIn::Resource(_) => {
                for resources in [
                    json!([]),
                    json!(["arn:aws:ecs:eu-central-1:123456789012:service/"]),
                    json!(["arn:aws:es:eu-central-1:123456789012:domain/"]),
                    json!([
                        "arn:aws:ecs:eu-central-1:123456789012:service/old-and-without-cluster"
                    ]),
                ] {
                    let mut event = with(&sample, &["clusterArn"], Value::Null);
                    event["resources"] = resources.clone();
                    let read = reading(&event);
                    let is_broken = matches!(read, Reading::Broken(_));
                    assert!(is_broken, "{} {resources}: {read:?}", spec.name);
                }
            }
        }
    }
}

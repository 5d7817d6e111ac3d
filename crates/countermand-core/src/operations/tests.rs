//! The registry: what is said of every operation.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::event::{NotOurs, Reading, read};
use crate::load::{Source, load};
use crate::trigger::Kind;

/// `ecs`, `stop-service-deployment`.
fn parts(about: &About) -> (&str, &str) {
    about.name.split_once('.').expect("service.verb-object")
}

/// What IAM calls the service.
fn prefix(about: &About) -> &str {
    match parts(about).0 {
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
    for about in ALL {
        let (service, what) = parts(about);
        assert!(
            is_kebab(service) && !service.contains('-'),
            "{}",
            about.name
        );
        assert!(is_kebab(what) && what.contains('-'), "{}", about.name);
        assert!(about.does.starts_with(char::is_lowercase), "{}", about.does);
        assert!(!about.does.ends_with('.'), "{}", about.does);
        assert!(!about.targets.is_empty(), "{}", about.name);
    }
}

#[test]
fn an_operation_asks_for_the_permission_that_it_is_named_after() {
    for about in ALL {
        let words = parts(about).1.split('-');
        let camel = words.map(|word| word[..1].to_uppercase() + &word[1..]);
        let action = format!("{}:{}", prefix(about), camel.collect::<String>());
        assert!(
            about.permissions.iter().any(|it| it.action == action),
            "{action}"
        );
    }
}

#[test]
fn every_permission_is_an_action_of_its_service_on_something_for_a_reason() {
    for about in ALL {
        let actions: BTreeSet<_> = about.permissions.iter().map(|it| it.action).collect();
        assert_eq!(actions.len(), about.permissions.len(), "{}", about.name);
        for permission in about.permissions {
            let action = permission.action;
            let (service, what) = action.split_once(':').expect(action);
            assert_eq!(service, prefix(about), "{action}");
            assert!(what.starts_with(char::is_uppercase), "{action}");
            assert!(what.chars().all(char::is_alphanumeric), "{action}");
            assert!(!permission.why.is_empty(), "{action}");
            assert!(!permission.on.is_empty(), "{action}");
            for arn in permission.on {
                assert!(fits(arn, about), "{action} on {arn}");
            }
        }
    }
}

/// `*`, or an ARN of the service with placeholders that somebody can fill, or of all things of one kind.
fn fits(arn: &str, about: &About) -> bool {
    let head = format!(
        "arn:{{partition}}:{}:{{region}}:{{account}}:",
        prefix(about)
    );
    let Some(resource) = arn.strip_prefix(&head) else {
        return arn == "*";
    };
    let mut placeholders = resource.split('{').skip(1);
    let is_known = |it: &str| {
        let name = it.split_once('}').map(|(name, _)| name);
        name.is_some_and(|name| about.targets.contains(&name))
    };
    let is_of_a_kind = placeholders.clone().next().is_some() || resource.ends_with("/*");
    is_of_a_kind && placeholders.all(is_known)
}

#[test]
#[rustfmt::skip] // a table: one action, one line
fn an_action_is_asked_for_on_what_iam_checks_it_against() {
    let on: Vec<_> = ALL.iter().flat_map(|it| it.permissions).map(|it| {
        let kinds = it.on.iter().map(|arn| {
            let resource = arn.splitn(6, ':').nth(5).unwrap_or("*");
            let kinds: Vec<_> = resource.split('/').filter(|it| !it.contains(['{', '*'])).collect();
            if kinds.is_empty() { "*".to_owned() } else { kinds.join("/") }
        });
        (it.action, kinds.collect::<Vec<_>>().join(" "))
    }).collect();
    let on: Vec<_> = on.iter().map(|(action, on)| (*action, on.as_str())).collect();
    assert_eq!(on, [
        ("ecs:ListClusters", "*"),
        ("ecs:ListServices", "*"),
        ("ecs:DescribeServices", "service"),
        ("ecs:ListServiceDeployments", "service"),
        ("ecs:DescribeServiceDeployments", "service service-deployment"),
        ("ecs:StopServiceDeployment", "service service-deployment"),
        ("ecs:ContinueServiceDeployment", "service service-deployment"),
        ("ssm:DescribeMaintenanceWindows", "*"),
        ("ssm:DescribeMaintenanceWindowExecutions", "maintenancewindow"),
        ("ssm:DescribeMaintenanceWindowExecutionTasks", "*"),
        ("ssm:GetMaintenanceWindow", "maintenancewindow"),
        ("ssm:GetMaintenanceWindowExecution", "*"),
        ("ssm:ListTagsForResource", "maintenancewindow"),
        ("ssm:CancelMaintenanceWindowExecution", "maintenancewindow"),
        ("ssm:DescribeMaintenanceWindowExecutionTaskInvocations", "*"),
        ("ssm:CancelCommand", "*"),
        ("ssm:StopAutomationExecution", "automation-execution"),
        ("es:ListDomainNames", "*"),
        ("es:DescribeDomains", "domain"),
        ("es:ListScheduledActions", "domain"),
        ("es:ListTags", "domain"),
        ("es:CancelServiceSoftwareUpdate", "domain"),
        ("proton:ListServiceInstances", "*"),
        ("proton:GetServiceInstance", "service/service-instance"),
        ("proton:ListTagsForResource", "service/service-instance"),
        ("proton:CancelServiceInstanceDeployment", "service/service-instance"),
    ]);
}

#[test]
fn every_example_is_a_policy_that_uses_its_operation() {
    for about in ALL {
        let sources = [Source::new(about.name, about.example.as_bytes().to_vec())];
        let loaded = load(&sources);
        assert_eq!(loaded.problems(), [], "{}", about.name);
        let actions = loaded.policies().flat_map(|policy| &policy.actions);
        let own: Vec<_> = actions.filter(|it| it.about().name == about.name).collect();
        assert!(!own.is_empty(), "{}", about.name);
        for action in own {
            let keys: Vec<_> = action.names().iter().map(|(key, _)| *key).collect();
            assert_eq!(keys, about.targets, "{}", about.name);
        }
    }
}

#[test]
fn an_outcome_is_waited_for_as_long_as_the_service_may_take() {
    let deadlines: Vec<_> = ALL.iter().map(|it| (it.name, it.deadline)).collect();
    assert_eq!(
        deadlines,
        [
            ("ecs.stop-service-deployment", SignedDuration::from_hours(1)),
            (
                "ssm.cancel-maintenance-window-execution",
                SignedDuration::from_hours(6)
            ),
            (
                "opensearch.cancel-service-software-update",
                SignedDuration::from_mins(15)
            ),
            (
                "proton.cancel-service-instance-deployment",
                SignedDuration::from_hours(1)
            ),
        ]
    );
    let ended: Vec<_> = ALL
        .iter()
        .filter(|it| it.ended.is_some())
        .map(|it| it.name)
        .collect();
    assert_eq!(ended, ["proton.cancel-service-instance-deployment"]);
}

/// An event that says all that any announcement asks for.
fn event(announcement: &Announcement, detail_type: &str, value: &Value) -> Vec<u8> {
    let mut detail = json!({
        "window-id": "mw-0123456789abcdef0",
        "window-execution-id": "14bea65d-5ccc-462d-a2f3-e99c81234567",
    });
    detail[announcement.field] = value.clone();
    let event = json!({
        "source": announcement.source,
        "detail-type": detail_type,
        "time": "2026-11-20T22:00:00Z",
        "resources": [
            "arn:aws:ecs:eu-central-1:123456789012:service/prod/checkout",
            "arn:aws:es:eu-central-1:123456789012:domain/prod-search",
        ],
        "detail": detail,
    });
    event.to_string().into_bytes()
}

#[test]
fn what_announces_an_operation_is_read_as_a_change_of_its_targets() {
    let mut seen = BTreeSet::new();
    for about in ALL {
        let Some(announcement) = &about.announced_by else {
            continue;
        };
        assert!(!announcement.detail_types.is_empty() && !announcement.values.is_empty());
        for detail_type in announcement.detail_types {
            assert!(
                seen.insert((announcement.source, *detail_type)),
                "{detail_type} twice"
            );
            for value in announcement.values {
                let reading = read(&event(announcement, detail_type, &json!(value)));
                let Reading::Ours(trigger) = reading else {
                    panic!("{detail_type} {value}: {reading:?}");
                };
                let Kind::ChangeBegan(change) = trigger.kind else {
                    panic!("{detail_type} {value}: {trigger:?}");
                };
                assert_eq!(change.operation, about.name);
                assert_eq!(change.state, *value);
                assert!(change.names.keys().eq(about.targets), "{:?}", change.names);
                if let Some(ById { key, is_id }) = announcement.by_id {
                    assert!(is_id(&change.names[key]), "{:?}", change.names);
                }
            }
            let other = read(&event(announcement, detail_type, &json!("Something else")));
            let nothing = NotOurs::NothingBegins {
                detail_type: (*detail_type).to_owned(),
                state: "Something else".to_owned(),
            };
            assert_eq!(other, Reading::NotOurs(nothing));
            for odd in [Value::Null, json!(7), json!([]), json!({})] {
                let broken = read(&event(announcement, detail_type, &odd));
                assert!(matches!(broken, Reading::Broken(_)), "{odd}: {broken:?}");
            }
        }
    }
    assert_eq!(seen.len(), 4);
}

#[test]
fn what_only_describes_never_breaks_an_announcement() {
    for about in ALL {
        let Some(announcement) = &about.announced_by else {
            continue;
        };
        let detail_type = announcement.detail_types[0];
        for odd in [Value::Null, json!(7), json!([]), json!("yesterday")] {
            let json = event(announcement, detail_type, &json!(announcement.values[0]));
            let mut event: Value = serde_json::from_slice(&json).unwrap();
            for key in [
                "start-time",
                "end-time",
                "reason",
                "deploymentId",
                "description",
            ] {
                event["detail"][key] = odd.clone();
            }
            let reading = read(event.to_string().as_bytes());
            assert!(matches!(reading, Reading::Ours(_)), "{odd}: {reading:?}");
        }
    }
}

#[test]
fn the_arn_of_an_old_service_has_its_cluster_beside_it() {
    let announcement = ecs_stop_service_deployment::StopServiceDeployment::ABOUT.announced_by;
    let announcement = announcement.expect("ECS says what begins");
    let json = event(
        &announcement,
        announcement.detail_types[0],
        &json!(announcement.values[0]),
    );
    let names = |service: &str, cluster: Value| {
        let mut event: Value = serde_json::from_slice(&json).unwrap();
        event["resources"] = json!([format!(
            "arn:aws:ecs:eu-central-1:123456789012:service/{service}"
        )]);
        event["detail"]["clusterArn"] = cluster;
        let Reading::Ours(trigger) = read(event.to_string().as_bytes()) else {
            return None;
        };
        let Kind::ChangeBegan(change) = trigger.kind else {
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
        let Kind::CalendarClosed(closed) = trigger.kind else {
            panic!("{event}");
        };
        assert_eq!(closed.next_change, None, "{event}");
    }
}

#[test]
fn an_announcement_without_its_target_is_broken() {
    for about in ALL {
        let Some(announcement) = &about.announced_by else {
            continue;
        };
        let detail_type = announcement.detail_types[0];
        let json = event(announcement, detail_type, &json!(announcement.values[0]));
        for resources in [
            json!([]),
            json!(["arn:aws:ecs:eu-central-1:123456789012:service/"]),
            json!(["arn:aws:es:eu-central-1:123456789012:domain/"]),
            json!(["arn:aws:ecs:eu-central-1:123456789012:service/old-and-without-cluster"]),
        ] {
            let mut event: Value = serde_json::from_slice(&json).unwrap();
            event["resources"] = resources.clone();
            event["detail"].as_object_mut().unwrap().remove("window-id");
            let reading = read(event.to_string().as_bytes());
            assert!(
                matches!(reading, Reading::Broken(_)),
                "{resources}: {reading:?}"
            );
        }
    }
}

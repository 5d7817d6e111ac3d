//! How each sample event is read.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::mem::discriminant;

use countermand_core::event::Defect::*;
use countermand_core::event::{Defect, NotOurs, Reading, Wrapping, read};
use countermand_core::trigger::{Trigger, TriggerKind};

mod samples;

/// The expected reading of a file.
enum Want {
    /// The whole trigger, as [`in_one_line`].
    Ours(&'static str),
    NotOurs(NotOurs),
    /// The place, and the defect. For errors of serde, only the kind is compared.
    Broken(&'static str, Defect),
}

#[test]
fn every_sample_is_read_as_its_row_says() {
    let mut wanted = rows();
    let mut wrong = String::new();
    for (name, json) in samples::samples() {
        let got = read(&json);
        match wanted.remove(name.as_str()) {
            Some(want) if want.is(&got) => {}
            _ => writeln!(wrong, "{name}: {}", shown(&got)).unwrap(),
        }
    }
    assert!(
        wrong.is_empty(),
        "read otherwise, or without a row:\n{wrong}"
    );
    let without_file: Vec<_> = wanted.keys().collect();
    assert!(without_file.is_empty(), "{without_file:?}");
}

#[test]
fn a_message_says_what_is_wrong_where_and_what_to_do() {
    for (name, message) in [
        (
            "an-alarm-in-an-unknown-state",
            "unknown alarm state `FIRING`, at detail.state.value\nknown are `OK`, `ALARM`, `INSUFFICIENT_DATA`",
        ),
        (
            "an-alarm-state-without-a-value",
            "missing field `value`, at detail.state",
        ),
        ("an-event-without-a-source", "nothing is there, at source"),
        (
            "an-alarm-comes-through-sns",
            "an event inside an SNS notification, at Records\nconnect the alarm through EventBridge, or as the function's own alarm action",
        ),
        (
            "an-event-cut-short",
            "not JSON: EOF while parsing a string, at line 22 column 69",
        ),
        (
            "an-ecs-task-changes-state",
            "an event of `aws.ecs` `ECS Task State Change` is not one that we act on",
        ),
    ] {
        let (_, json) = samples::samples()
            .into_iter()
            .find(|it| it.0 == name)
            .unwrap();
        let got = match read(&json) {
            Reading::Ours(trigger) => panic!("{name}: {trigger:?}"),
            Reading::NotOurs(why) => why.to_string(),
            Reading::Broken(why) => why.to_string(),
        };
        assert_eq!(got, message, "{name}");
    }
}

impl Want {
    fn is(&self, got: &Reading) -> bool {
        match (self, got) {
            (Self::Ours(want), Reading::Ours(trigger)) => *want == in_one_line(trigger),
            (Self::NotOurs(want), Reading::NotOurs(why)) => want == why,
            (Self::Broken(place, want), Reading::Broken(broken)) => {
                let serdes_words = matches!(want, NotJson(_) | Unfit(_));
                let same = *want == broken.what
                    || serdes_words && discriminant(want) == discriminant(&broken.what);
                *place == broken.place && same
            }
            _ => false,
        }
    }
}

/// A whole trigger in one line: absent parts are left out.
fn in_one_line(trigger: &Trigger) -> String {
    let mut line = match &trigger.kind {
        TriggerKind::AlarmChanged(alarm) => {
            let mut line = format!(
                "alarm `{}` {} since {}",
                alarm.name,
                alarm.state.value.as_str(),
                alarm.state.since
            );
            let mut and = |words: String| write!(line, ", {words}").unwrap();
            if let Some(was) = &alarm.previous {
                and(format!("was {} since {}", was.value.as_str(), was.since));
            }
            if let Some(muted) = &alarm.muted {
                let by = muted.by.as_deref().unwrap_or("?");
                and(format!(
                    "muted by {by} until {}",
                    muted.until.map_or("?".to_owned(), |it| it.to_string())
                ));
            }
            if let Some(by) = &alarm.suppressed_by {
                and(format!("suppressed by {by}"));
            }
            if let Some(tags) = &alarm.tags {
                and(format!("tags {tags:?}"));
            }
            if !alarm.dimensions.is_empty() {
                and(format!("dimensions {:?}", alarm.dimensions));
            }
            if let Some(attributes) = &alarm.contributor {
                and(format!("contributor {attributes:?}"));
            }
            if let Some(arn) = &alarm.arn {
                and(arn.clone());
            }
            line
        }
        TriggerKind::PolicyDue(due) => format!("policy `{}` due {}", due.policy, due.scheduled_for),
        TriggerKind::CalendarClosed(closed) => {
            let next = closed
                .next_change
                .map_or("?".to_owned(), |it| it.to_string());
            let since = closed.since;
            format!(
                "calendar {} closed from {since} until {next}",
                closed.calendar
            )
        }
        TriggerKind::ChangeBegan(change) => {
            let names: Vec<_> = change.names.iter().map(|it| it.1.as_str()).collect();
            let keys: Vec<_> = change.names.keys().copied().collect();
            let id = change.change.as_deref().unwrap_or("?");
            let since = change.began_at.map_or("?".to_owned(), |it| it.to_string());
            let (operation, state) = (change.operation, &change.state);
            let (keys, names) = (keys.join("/"), names.join("/"));
            let mut line =
                format!("{operation} of {keys} {names}, change {id}, {state} since {since}");
            if change.is_rollback {
                line += ", a rollback";
            }
            line
        }
        TriggerKind::Asked(asked) => format!("asked {asked:?}"),
    };
    let place = |it: &Option<String>| it.clone().unwrap_or("?".to_owned());
    let from = &trigger.from;
    write!(
        line,
        " | {} from {} {}",
        trigger.at,
        place(&from.account),
        place(&from.region)
    )
    .unwrap();
    if let Some(id) = &trigger.event_id {
        write!(line, " | {id}").unwrap();
    }
    // Values that nearly all samples share would hide those in which they differ.
    [
        ("2026-11-20T", ""),
        (
            r#"{"LoadBalancer": ["app/prod/50dc6c495c0c9188"], "TargetGroup": ["targetgroup/checkout/73e2d6bc24d8a067"]}"#,
            "of its target group",
        ),
        ("from 123456789012 eu-central-1", "at home"),
        ("arn:aws:cloudwatch:eu-central-1:123456789012:", "arn:"),
        ("5a0c1e7e-0000-4000-8000-0000000000", "id "),
    ]
    .iter()
    .fold(line, |line, (long, short)| line.replace(long, short))
}

fn shown(reading: &Reading) -> String {
    match reading {
        Reading::Ours(trigger) => format!("Ours(r#\"{}\"#)", in_one_line(trigger)),
        other => format!("{other:?}"),
    }
}

fn other(from: &str, detail_type: &str) -> Want {
    Want::NotOurs(NotOurs::OtherEvent {
        from: from.to_owned(),
        detail_type: detail_type.to_owned(),
    })
}

fn nothing_begins(detail_type: &str, state: &str) -> Want {
    Want::NotOurs(NotOurs::NothingBegins {
        detail_type: detail_type.to_owned(),
        state: state.to_owned(),
    })
}

fn other_schedule(name: &str) -> Want {
    Want::NotOurs(NotOurs::OtherSchedule {
        name: name.to_owned(),
    })
}

fn unfit(place: &'static str) -> Want {
    Want::Broken(place, Unfit(String::new()))
}

fn not_json(place: &'static str) -> Want {
    Want::Broken(place, NotJson(String::new()))
}

type Row = (&'static str, Want);

fn rows() -> BTreeMap<&'static str, Want> {
    [ours(), not_ours(), broken()]
        .into_iter()
        .flatten()
        .collect()
}

#[rustfmt::skip] // a table: one line for each file
fn ours() -> Vec<Row> {
    use Want::Ours;

    vec![
        ("a-change-calendar-closes", Ours("calendar arn:aws:ssm:eu-central-1:123456789012:document/year-end closed from 22:00:00Z until 2026-11-23T06:00:00Z | 22:04:05Z at home | id 40")),
        ("a-change-calendar-closes-for-good", Ours("calendar arn:aws:ssm:eu-central-1:123456789012:document/year-end closed from 22:00:00Z until ? | 22:04:05Z at home | id 41")),
        ("a-composite-alarm-calls-the-function-itself", Ours("alarm `prod-is-ill` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, suppressed by ExtensionPeriod, arn:alarm:prod-is-ill | 22:04:05.25Z at home")),
        ("a-composite-alarm-is-no-longer-suppressed", Ours("alarm `prod-is-ill` ALARM since 22:04:05.25Z, was ALARM since 21:40:00Z, arn:alarm:prod-is-ill | 22:04:05Z at home | id 12")),
        ("a-composite-alarm-that-waits-for-its-suppressor-fires", Ours("alarm `prod-is-ill` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, suppressed by WaitPeriod, arn:alarm:prod-is-ill | 22:04:05Z at home | id 11")),
        ("a-composite-alarm-without-suppressor-fires", Ours("alarm `prod-is-ill` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, arn:alarm:prod-is-ill | 22:04:05Z at home | id 10")),
        ("a-log-alarm-calls-the-function-itself", Ours("alarm `checkout-errors-in-log` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, arn:alarm:checkout-errors-in-log | 22:04:05.25Z at home")),
        ("a-maintenance-window-is-about-to-run", Ours("ssm.cancel-maintenance-window-execution of window mw-0c50858d01234abcd, change 14bea65d-5ccc-462d-a2f3-e99c81234567, PENDING since 22:04:01.039273Z | 22:04:05Z at home | id 50")),
        ("a-maintenance-window-runs", Ours("ssm.cancel-maintenance-window-execution of window mw-0c50858d01234abcd, change 14bea65d-5ccc-462d-a2f3-e99c81234567, IN_PROGRESS since 22:04:01.039273Z | 22:04:05Z at home | id 51")),
        ("a-metric-math-alarm-fires-over-two-services", Ours(r#"alarm `prod-error-rate` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions {"ClusterName": ["prod"], "ServiceName": ["checkout", "basket"]}, arn:alarm:prod-error-rate | 22:04:05Z at home | id 08"#)),
        ("a-promql-alarm-without-a-reason-fires", Ours("alarm `checkout-promql` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, arn:alarm:checkout-promql | 22:04:05Z at home | id 20")),
        ("a-rule-of-ours-is-due", Ours("policy `nightly-sweep` due 22:04:05Z | 22:04:05Z at home | id 35")),
        ("a-schedule-names-its-policy", Ours("policy `nightly-sweep` due 22:00:00Z | 22:00:00Z from ? ?")),
        ("a-schedule-names-its-policy-among-other-things", Ours("policy `nightly-sweep` due 22:00:00Z | 22:00:00Z at home")),
        ("a-schedule-names-itself", Ours("policy `nightly-sweep` due 22:00:00Z | 22:00:00Z at home")),
        ("a-schedule-of-ours-sends-the-default-payload", Ours("policy `nightly-sweep` due 22:04:05Z | 22:04:05Z at home | id 33")),
        ("a-search-update-is-available", Ours("opensearch.cancel-service-software-update of domain prod-search, change ?, Available since ? | 22:04:05Z at home | id 99")),
        ("a-search-update-is-scheduled", Ours("opensearch.cancel-service-software-update of domain prod-search, change ?, Scheduled since ? | 22:04:05Z at home | id 54")),
        ("a-search-update-is-scheduled-under-the-old-name", Ours("opensearch.cancel-service-software-update of domain prod-search, change ?, Scheduled since ? | 22:04:05Z at home | id 55")),
        ("a-second-schedule-of-a-policy-sends-the-default-payload", Ours("policy `nightly-sweep` due 22:04:05Z | 22:04:05Z at home | id 34")),
        ("an-alarm-calls-the-function-itself", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05.25Z at home")),
        ("an-alarm-calls-the-function-with-the-least-that-we-need", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z | 22:04:05.25Z from ? ?")),
        ("an-alarm-event-with-the-least-that-we-need", Ours("alarm `checkout-5xx` ALARM since 22:04:05Z | 22:04:05Z from ? ?")),
        ("an-alarm-event-without-a-time-of-its-own", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05.25Z at home | id 21")),
        ("an-alarm-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 01")),
        ("an-alarm-in-another-account-and-region-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z from 111122223333 us-east-1 | id 27")),
        ("an-alarm-is-created", Ours("alarm `checkout-5xx` INSUFFICIENT_DATA since 22:04:05.25Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 19")),
        ("an-alarm-lacks-data", Ours("alarm `checkout-5xx` INSUFFICIENT_DATA since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 03")),
        ("an-alarm-of-many-series-fires-on-partial-data", Ours("alarm `prod-5xx-by-service` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, arn:alarm:prod-5xx-by-service | 22:04:05Z at home | id 15")),
        ("an-alarm-recovers", Ours("alarm `checkout-5xx` OK since 22:04:05.25Z, was ALARM since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 02")),
        ("an-alarm-sent-under-the-monitoring-source-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 26")),
        ("an-alarm-that-carries-its-tags-as-a-list-fires", Ours(r#"alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, tags {"env": "prod", "team": "shop"}, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 17"#)),
        ("an-alarm-that-carries-its-tags-fires", Ours(r#"alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, tags {"env": "prod", "team": "shop"}, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 16"#)),
        ("an-alarm-that-is-muted-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, muted by arn:alarm-mute-rule:release-night until 23:00:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 04")),
        ("an-alarm-that-is-muted-in-an-unknown-shape-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, muted by ? until ?, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 06")),
        ("an-alarm-that-is-muted-without-saying-until-when-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, muted by ? until ?, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 05")),
        ("an-alarm-that-was-never-muted-says-so-with-null", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 07")),
        ("an-alarm-whose-previous-state-has-no-time-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 23")),
        ("an-alarm-whose-previous-state-is-unknown-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 22")),
        ("an-alarm-whose-tags-could-not-be-read-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 18")),
        ("an-alarm-with-dimensions-as-a-list-fires", Ours(r#"alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions {"ServiceName": ["checkout"]}, arn:alarm:checkout-5xx | 22:04:05Z at home | id 25"#)),
        ("an-alarm-with-numbers-beyond-64-bits-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:checkout-5xx | 22:04:05Z at home | id 28")),
        ("an-alarm-with-one-metric-of-another-shape-fires", Ours("alarm `checkout-5xx` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, arn:alarm:checkout-5xx | 22:04:05Z at home | id 24")),
        ("an-alarm-written-with-escapes-fires", Ours("alarm `zahlung-überfällig` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:zahlung-überfällig | 22:04:05Z at home | id 29")),
        ("an-anomaly-alarm-fires", Ours("alarm `Checkout latency is odd` ALARM since 22:04:05.25Z, was OK since 21:40:00Z, dimensions of its target group, arn:alarm:Checkout latency is odd | 22:04:05Z at home | id 09")),
        ("an-ecs-deployment-begins", Ours("ecs.stop-service-deployment of cluster/service prod/checkout, change ?, SERVICE_DEPLOYMENT_IN_PROGRESS since ? | 22:04:05Z at home | id 45")),
        ("an-ecs-deployment-is-rolled-back", Ours("ecs.stop-service-deployment of cluster/service prod/checkout, change ?, SERVICE_DEPLOYMENT_IN_PROGRESS since ?, a rollback | 22:04:05Z at home | id 46")),
        ("one-contributor-of-an-alarm-fires", Ours(r#"alarm `prod-5xx-by-service` ALARM since 22:04:05.25Z, contributor {"ClusterName": "prod", "ServiceName": "checkout"}, arn:alarm:prod-5xx-by-service | 22:04:05Z at home | id 13"#)),
        ("one-contributor-without-attributes-fires", Ours("alarm `prod-5xx-by-service` ALARM since 22:04:05.25Z, contributor {}, arn:alarm:prod-5xx-by-service | 22:04:05Z at home | id 14")),
    ]
}

#[rustfmt::skip] // a table: one line for each file
fn not_ours() -> Vec<Row> {
    vec![
        ("a-change-calendar-opens", Want::NotOurs(NotOurs::CalendarOpened { calendar: "arn:aws:ssm:eu-central-1:123456789012:document/year-end".to_owned(), })),
        ("a-maintenance-window-is-disabled", other("aws.ssm", "Maintenance Window State-change Notification")),
        ("a-maintenance-window-succeeds", nothing_begins("Maintenance Window Execution State-change Notification", "SUCCESS")),
        ("a-proton-service-instance-is-deployed", other("aws.proton", "AWS Proton Service Instance Status Change")),
        ("a-rule-of-somebody-else-is-due", other_schedule("nightly-backup")),
        ("a-schedule-of-ours-names-no-policy", other_schedule("countermand-")),
        ("a-schedule-of-somebody-else-is-due", other_schedule("nightly-backup")),
        ("a-schedule-of-somebody-else-names-itself", other_schedule("nightly-backup")),
        ("a-schedule-sends-something-of-its-own", Want::NotOurs(NotOurs::UnknownShape)),
        ("a-search-update-is-cancelled", nothing_begins("Amazon OpenSearch Service Software Update Notification", "Cancelled")),
        ("a-search-update-is-required", nothing_begins("Amazon OpenSearch Service Software Update Notification", "Required")),
        ("a-search-update-starts", nothing_begins("Amazon OpenSearch Service Software Update Notification", "Started")),
        ("a-stop-was-called-says-cloudtrail", other("aws.ecs", "AWS API Call via CloudTrail")),
        ("an-alarm-event-that-somebody-else-sends", other("com.example.shop", "CloudWatch Alarm State Change")),
        ("an-alarm-is-reconfigured", other("aws.cloudwatch", "CloudWatch Alarm Configuration Change")),
        ("an-ecs-deployment-completes", nothing_begins("ECS Deployment State Change", "SERVICE_DEPLOYMENT_COMPLETED")),
        ("an-ecs-deployment-fails", nothing_begins("ECS Deployment State Change", "SERVICE_DEPLOYMENT_FAILED")),
        ("an-ecs-task-changes-state", other("aws.ecs", "ECS Task State Change")),
        ("an-empty-object", Want::NotOurs(NotOurs::UnknownShape)),
        ("an-event-of-ones-own", other("com.example.shop", "Order Placed")),
    ]
}

#[rustfmt::skip] // a table: one line for each file
fn broken() -> Vec<Row> {
    use Want::Broken;

    vec![
        ("a-change-calendar-is-ajar", Broken("detail.state", UnknownCalendarState("AJAR".to_owned()))),
        ("a-change-calendar-without-a-name-closes", Broken("resources", Missing)),
        ("a-list-of-events", unfit("line 1 column 0")),
        ("a-number", unfit("line 1 column 1")),
        ("a-schedule-does-not-say-when", Broken("scheduledTime", Missing)),
        ("a-schedule-names-an-empty-policy", Broken("policy", Empty)),
        ("a-schedule-names-its-policy-with-a-number", unfit("policy")),
        ("a-schedule-whose-time-was-not-filled-in", Broken("scheduledTime", NotATime("<aws.scheduler.scheduled-time>".to_owned()))),
        ("a-scheduled-event-without-resources", Broken("resources", Missing)),
        ("a-string", unfit("line 1 column 14")),
        ("an-alarm-calls-the-function-in-an-unknown-state", Broken("alarmData.state.value", UnknownAlarmState("FIRING".to_owned()))),
        ("an-alarm-calls-the-function-without-its-data", Broken("alarmData", Missing)),
        ("an-alarm-comes-as-a-bare-sns-notification", Broken("Message", Wrapped(Wrapping::Sns))),
        ("an-alarm-comes-as-a-raw-sns-message", Broken("NewStateValue", Wrapped(Wrapping::Sns))),
        ("an-alarm-comes-from-a-failed-invocation", Broken("requestPayload", Wrapped(Wrapping::OnFailure))),
        ("an-alarm-comes-through-sns", Broken("Records", Wrapped(Wrapping::Sns))),
        ("an-alarm-comes-through-sqs", Broken("Records", Wrapped(Wrapping::Sqs))),
        ("an-alarm-event-at-an-odd-time", Broken("time", NotATime("yesterday".to_owned()))),
        ("an-alarm-event-whose-detail-is-a-list", unfit("detail")),
        ("an-alarm-event-with-two-states", unfit("detail")),
        ("an-alarm-event-without-any-time", Broken("time", Missing)),
        ("an-alarm-event-without-detail", Broken("detail", Missing)),
        ("an-alarm-in-an-unknown-state", Broken("detail.state.value", UnknownAlarmState("FIRING".to_owned()))),
        ("an-alarm-state-in-lower-case", Broken("detail.state.value", UnknownAlarmState("alarm".to_owned()))),
        ("an-alarm-state-since-an-odd-time", Broken("detail.state.timestamp", NotATime("20/11/26 22:04".to_owned()))),
        ("an-alarm-state-that-is-a-list", unfit("detail.state")),
        ("an-alarm-state-that-is-a-number", unfit("detail.state.value")),
        ("an-alarm-state-without-a-value", unfit("detail.state")),
        ("an-alarm-suppressed-by-an-object", unfit("detail.state.actionsSuppressedBy")),
        ("an-alarm-with-an-empty-name", Broken("detail.alarmName", Empty)),
        ("an-alarm-without-a-name", unfit("detail")),
        ("an-alarm-without-a-state", unfit("detail")),
        ("an-event-cut-short", not_json("line 22 column 69")),
        ("an-event-in-latin-1", Broken("byte 1208", NotUtf8)),
        ("an-event-of-several-detail-types", unfit("detail-type")),
        ("an-event-whose-resource-is-a-number", unfit("resources[0]")),
        ("an-event-with-half-a-surrogate-in-its-alarm-name", not_json("detail.alarmName")),
        ("an-event-with-something-after-it", not_json("line 49 column 1")),
        ("an-event-with-two-details", unfit("line 13 column 10")),
        ("an-event-without-a-source", Broken("source", Missing)),
        ("messages-come-as-a-queue-gave-them", Broken("Messages", Wrapped(Wrapping::Sqs))),
        ("no-records-at-all", Broken("Records", Wrapped(Wrapping::Records))),
        ("not-json", not_json("line 1 column 1")),
        ("nothing", not_json("line 1 column 0")),
        ("null", unfit("line 1 column 4")),
        ("objects-were-put-in-a-bucket", Broken("Records", Wrapped(Wrapping::Records))),
    ]
}

//! Events that we did not write: AWS's own samples, if they are at hand, and a reader that AWS wrote.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use countermand_core::event::{Envelope, Reading, read};
use countermand_core::trigger::TriggerKind;
use serde_json::Value;

mod samples;

/// The expected reading of AWS's samples, by a prefix of their names. The longest prefix counts.
const READ_AS: &[(&str, &str)] = &[
    ("appconfig-", "not ours"),
    ("asg-", "not ours"),
    ("cfn-", "not ours"),
    ("codedeploy-", "not ours"),
    ("codepipeline-", "not ours"),
    ("eb-", "not ours"),
    ("cw-alarm-configuration-change", "not ours"),
    ("cw-alarm-contributor-state-change", "alarm"),
    ("cw-alarm-state-change", "alarm"),
    ("cw-lambda-action", "alarm"),
    ("ecs-", "not ours"),
    (
        "ecs-deployment-state-change-SERVICE_DEPLOYMENT_IN_PROGRESS",
        "change",
    ),
    (
        "ecs-deployment-state-change-SERVICE_DEPLOYMENT_IN_PROGRESS-rollback",
        "rollback",
    ),
    ("eventbridge-rule-scheduled-event", "not ours"),
    ("os-", "not ours"),
    ("os-cloudtrail-UpdateDomainConfig", "change"),
    ("os-service-software-update-Available", "change"),
    ("os-service-software-update-Rescheduled", "change"),
    ("os-service-software-update-Scheduled", "change"),
    ("proton-deployment", "not ours"),
    // Its detail-type is a list, which no bus delivers.
    ("proton-environment-status-change-docs", "broken"),
    ("proton-service", "not ours"),
    ("scheduler-default-payload", "not ours"),
    ("scheduler-dlq-message", "broken"),
    ("scheduler-input", "not ours"),
    ("sns-", "broken"),
    ("ssm-", "not ours"),
    (
        "ssm-automation-execution-status-change-PendingApproval",
        "change",
    ),
    ("ssm-automation-execution-status-change-Scheduled", "change"),
    ("ssm-calendar-state-change-CLOSED", "calendar"),
    ("ssm-calendar-state-change-OPEN", "not ours"),
    ("ssm-cloudtrail-StartAutomationExecution", "change"),
    ("ssm-mw", "not ours"),
    ("ssm-mw-execution-state-change-IN_PROGRESS", "change"),
    ("ssm-mw-execution-state-change-PENDING", "change"),
];

#[test]
fn every_sample_of_aws_is_read_as_its_kind() {
    let folder = samples::workspace().join("../shared/events");
    if !folder.is_dir() {
        return;
    }
    let mut seen = BTreeSet::new();
    for (name, json) in samples::json_files(&folder) {
        let row = READ_AS.iter().filter(|row| name.starts_with(row.0));
        let Some((prefix, want)) = row.max_by_key(|row| row.0.len()) else {
            panic!("{name} has no row");
        };
        let reading = read(&json);
        let got = match &reading {
            Reading::NotOurs(_) => "not ours",
            Reading::Broken(_) => "broken",
            Reading::Ours(trigger) => match &trigger.kind {
                TriggerKind::AlarmChanged(_) => "alarm",
                TriggerKind::CalendarClosed(_) => "calendar",
                TriggerKind::PolicyDue(_) => "policy",
                TriggerKind::ChangeBegan(change) if change.is_rollback => "rollback",
                TriggerKind::ChangeBegan(_) => "change",
                TriggerKind::Asked(_) => "asked",
            },
        };
        assert_eq!(got, *want, "{name}: {reading:?}");
        seen.insert(prefix);
    }
    assert!(seen.len() > READ_AS.len() / 2, "few samples: {seen:?}");
}

#[test]
fn our_envelope_agrees_with_the_one_of_aws() {
    let mut compared = 0;
    for (name, json) in samples::samples() {
        let Ok(theirs) = serde_json::from_slice::<EventBridgeEvent<Value>>(&json) else {
            continue;
        };
        let ours = match Envelope::parse(&json) {
            Ok(Some(ours)) => ours,
            other => panic!("{name}: {other:?}"),
        };
        let said = |it: &Option<std::borrow::Cow<'_, str>>| it.as_deref().map(str::to_owned);
        assert_eq!(ours.source, theirs.source, "{name}");
        assert_eq!(ours.detail_type, theirs.detail_type, "{name}");
        assert_eq!(said(&ours.id), theirs.id, "{name}");
        assert_eq!(said(&ours.account), theirs.account, "{name}");
        assert_eq!(said(&ours.region), theirs.region, "{name}");
        assert_eq!(
            ours.resources,
            theirs.resources.unwrap_or_default(),
            "{name}"
        );
        assert_eq!(
            ours.at().ok().map(jiff::Timestamp::as_millisecond),
            theirs.time.map(|time| time.timestamp_millis()),
            "{name}"
        );
        let detail = ours
            .detail
            .map(|raw| serde_json::from_str(raw.get()).unwrap());
        assert_eq!(detail, Some(theirs.detail), "{name}");
        compared += 1;
    }
    assert!(compared > 60, "only {compared} samples compared");
}

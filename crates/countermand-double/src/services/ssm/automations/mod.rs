//! Automations: finding them, stopping one.

mod filters;
mod world;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use self::filters::AutomationFilter;
pub use self::world::{SsmAutomation, SsmAutomationStep};
use super::tasks::doing;
use super::world::is_over;
use crate::api::{ApiError, ApiResult, invalid, merged, present, read, read_texts};
use crate::arns::{arns, text};
use crate::page::PageRule;
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeAutomations {
    #[serde(default)]
    filters: Vec<AutomationFilter>,
}

const PAGES: PageRule = PageRule {
    least: 1,
    most: 50,
    bad_size: (
        "ValidationException",
        "MaxResults must be between 1 and 50.",
    ),
    bad_token: ("InvalidNextToken", "The specified token is not valid."),
    ..super::PAGES
};

pub(super) fn describe(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (DescribeAutomations, _) = PAGES.read(input)?;
    filters::check(&asked.filters)?;
    let found = begun(world, now);
    let found = found.filter(|it| asked.filters.iter().all(|filter| filter.fits(it)));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.started_at.or(it.scheduled_at)));
    let found = found.into_iter().map(|it| describe_one(world, it));
    page.answer("AutomationExecutionMetadataList", found)
}

pub(super) fn get(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let [id] = read_texts(input, ["AutomationExecutionId"])?;
    check_id(&id)?;
    let found = begun(world, now).find(|it| it.id == id);
    let automation = found.ok_or_else(|| not_found(&id))?;
    let steps = automation.running_step().into_iter();
    let steps = steps
        .map(|it| json!({"StepName": it.name, "Action": it.action, "StepStatus": "InProgress"}));
    let steps: Vec<_> = steps.collect();
    let more = json!({"StepExecutions": steps, "StepExecutionsTruncated": false});
    // Only DescribeAutomationExecutions has these two.
    let less = json!({"AutomationType": null, "LogFile": null});
    let described = merged(describe_one(world, automation), more);
    Ok(json!({"AutomationExecution": present(merged(described, less))}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct StopAutomation {
    automation_execution_id: String,
    r#type: Option<String>,
}

/// The automation can be one of the world's, one that a window's task has begun, or both.
pub(super) fn stop(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: StopAutomation = read(input)?;
    let id = &asked.automation_execution_id;
    check_id(id)?;
    let ends_as_done = match asked.r#type.as_deref() {
        None | Some("Cancel") => false,
        Some("Complete") => true,
        Some(_) => return Err(invalid("Type must be Cancel or Complete.")),
    };
    let mut automations = world.ssm.automations.iter_mut();
    let automation = automations.find(|it| it.id == *id && it.has_begun(now));
    let mut is_known = automation.is_some();
    let mut is_stopped = false;
    if let Some(automation) = automation.filter(|it| !it.is_over()) {
        automation.stop(ends_as_done, now);
        is_stopped = true;
    }
    if let Some(task) = doing(world, id, "AUTOMATION") {
        is_known = true;
        if !is_over(&task.status) && !task.cancelled.contains(id) {
            task.cancel(id, now);
            is_stopped = true;
        }
    }
    if is_stopped {
        Ok(json!({}))
    } else if is_known {
        Err(ApiError::new(
            "InvalidAutomationStatusUpdateException",
            "The automation is not in a state in which it can be stopped.",
        ))
    } else {
        Err(not_found(id))
    }
}

pub(super) fn arns_of(world: &World, input: &Value) -> Vec<String> {
    arns_of_automation(world, text(input, "AutomationExecutionId"))
}

pub(super) fn arns_of_automation(world: &World, id: Option<&str>) -> Vec<String> {
    arns(world, "ssm", id, |id| format!("automation-execution/{id}"))
}

pub(super) fn automation_arn(world: &World, automation: &SsmAutomation) -> String {
    world.arn("ssm", &format!("automation-execution/{}", automation.id))
}

fn begun(world: &World, now: Timestamp) -> impl Iterator<Item = &SsmAutomation> {
    let automations = world.ssm.automations.iter();
    automations.filter(move |it| it.has_begun(now))
}

fn describe_one(world: &World, automation: &SsmAutomation) -> Value {
    let by = automation.executed_by.clone().unwrap_or_else(|| {
        let account = &world.account;
        format!("arn:aws:sts::{account}:assumed-role/operator/session")
    });
    let triggered = automation.triggered_alarms.iter();
    let triggered: Vec<_> = triggered
        .map(|name| json!({"Name": name, "State": "ALARM"}))
        .collect();
    let alarm = automation.alarm.as_ref();
    let alarm = alarm.or(automation.triggered_alarms.first());
    let step = automation.running_step();
    present(json!({
        "AutomationExecutionId": automation.id,
        "DocumentName": automation.runbook, "DocumentVersion": automation.version,
        "AutomationExecutionStatus": automation.status,
        "ExecutionStartTime": automation.started_at.map(epoch), "ExecutionEndTime": automation.ended_at.map(epoch),
        "ScheduledTime": automation.scheduled_at.map(epoch),
        "ExecutedBy": by, "Mode": "Auto", "LogFile": "", "Outputs": {},
        "Targets": [], "ResolvedTargets": {"ParameterValues": [], "Truncated": false},
        "AutomationType": automation.kind,
        "AutomationSubtype": automation.change_request.as_ref().map(|_| "ChangeRequest"),
        "ChangeRequestName": automation.change_request,
        "ParentAutomationExecutionId": automation.parent, "AssociationId": automation.association,
        "CurrentStepName": step.map(|it| &it.name), "CurrentAction": step.map(|it| &it.action),
        "AlarmConfiguration": alarm.map(|name| json!({"IgnorePollAlarmFailure": false, "Alarms": [{"Name": name}]})),
        "TriggeredAlarms": (!triggered.is_empty()).then_some(triggered),
    }))
}

fn check_id(id: &str) -> Result<(), ApiError> {
    if id.len() == 36 {
        return Ok(());
    }
    Err(invalid(
        "1 validation error detected: Value at 'automationExecutionId' failed to satisfy constraint: Member must have length 36",
    ))
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(
        "AutomationExecutionNotFoundException",
        format!("Automation execution {id} does not exist"),
    )
}

//! Automations.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tasks::doing;
use super::world::is_over;
use crate::api::{ApiError, ApiResult, read};
use crate::arns::{arns, text};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneAutomation {
    automation_execution_id: String,
    r#type: Option<String>,
}

pub(super) fn stop(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: OneAutomation = read(input)?;
    let id = &asked.automation_execution_id;
    let task = doing(world, id, "AUTOMATION").ok_or_else(|| {
        ApiError::new(
            "AutomationExecutionNotFoundException",
            format!("Automation execution {id} does not exist"),
        )
    })?;
    if asked
        .r#type
        .is_some_and(|it| it != "Cancel" && it != "Complete")
    {
        return Err(ApiError::new(
            "ValidationException",
            "The type is not known.",
        ));
    }
    if is_over(&task.status) || task.cancelled.contains(id) {
        return Err(ApiError::new(
            "InvalidAutomationStatusUpdateException",
            "The automation is not in a state in which it can be stopped.",
        ));
    }
    task.cancel(id, now);
    Ok(json!({}))
}

pub(super) fn arns_of(world: &World, input: &Value) -> Vec<String> {
    let id = text(input, "AutomationExecutionId");
    arns(world, "ssm", id, |id| format!("automation-execution/{id}"))
}

//! The tasks of an execution, and the commands and automations that they have begun on their targets.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::executions::find;
use super::world::is_over;
use super::{Filter, SsmTask, known_filters, paged};
use crate::api::{ApiError, ApiResult, present, read};
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeTasks {
    window_execution_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn describe(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeTasks = read(input)?;
    known_filters(&asked.filters, &["STATUS"])?;
    let execution = find(world, &asked.window_execution_id)?;
    let fits = |status: &String| {
        asked
            .filters
            .iter()
            .all(|filter| filter.values.contains(status))
    };
    let found = execution.tasks.iter().filter(|task| fits(&task.status)).map(|task| {
        present(json!({
            "WindowExecutionId": execution.id, "TaskExecutionId": task.id, "Status": task.status, "TaskArn": task.arn, "TaskType": task.kind,
            "StartTime": epoch(task.started_at), "EndTime": task.ended_at.map(epoch),
        }))
    });
    let (found, next) = paged(
        found.collect(),
        asked.max_results,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(
        json!({"WindowExecutionTaskIdentities": found, "NextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeInvocations {
    window_execution_id: String,
    task_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn describe_invocations(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeInvocations = read(input)?;
    known_filters(&asked.filters, &["STATUS"])?;
    let execution = find(world, &asked.window_execution_id)?;
    let mut tasks = execution.tasks.iter();
    let task = tasks.find(|task| task.id == asked.task_id);
    let task = task.ok_or_else(|| {
        ApiError::new(
            "DoesNotExistException",
            format!("Task execution {} does not exist", asked.task_id),
        )
    })?;
    let found = task.works.iter().enumerate().map(|(at, work)| {
        let is_cancelled = task.cancelled.contains(work);
        present(json!({
            "WindowExecutionId": execution.id, "TaskExecutionId": task.id, "TaskType": task.kind, "ExecutionId": work,
            "InvocationId": format!("00000000-0000-4000-8000-{at:012}"), "StartTime": epoch(task.started_at),
            "Status": if is_cancelled { "CANCELLED" } else { task.status.as_str() },
        }))
    });
    let fits = |it: &Value| {
        let mut filters = asked.filters.iter();
        filters.all(|filter| filter.values.iter().any(|value| it["Status"] == **value))
    };
    let (found, next) = paged(
        found.filter(fits).collect(),
        asked.max_results,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(
        json!({"WindowExecutionTaskInvocationIdentities": found, "NextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneCommand {
    command_id: String,
}

pub(super) fn cancel_command(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: OneCommand = read(input)?;
    let task = doing(world, &asked.command_id, "RUN_COMMAND");
    let task =
        task.ok_or_else(|| ApiError::new("InvalidCommandId", "The command is not known."))?;
    // AWS models no error for a command that is over: it stays as it is.
    if !is_over(&task.status) {
        task.cancel(&asked.command_id, now);
    }
    Ok(json!({}))
}

/// The task that has begun this command or automation.
pub(super) fn doing<'a>(world: &'a mut World, work: &str, kind: &str) -> Option<&'a mut SsmTask> {
    let windows = world.ssm.windows.iter_mut();
    let executions = windows.flat_map(|it| &mut it.executions);
    let mut tasks = executions.flat_map(|it| &mut it.tasks);
    tasks.find(|it| it.kind == kind && it.works.iter().any(|it| it == work))
}

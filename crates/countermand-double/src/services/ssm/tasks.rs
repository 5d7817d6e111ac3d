//! The tasks of an execution, and the commands and automations that they have begun on their targets.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::executions::find;
use super::world::is_over;
use super::{Filter, PAGES, SsmTask, does_not_exist, known_filters};
use crate::api::{ApiError, ApiResult, present, read_texts};
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeTasks {
    window_execution_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
}

pub(super) fn describe(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (DescribeTasks, _) = PAGES.read(input)?;
    known_filters(&asked.filters, &["STATUS"])?;
    let execution = find(world, &asked.window_execution_id)?;
    let fits = |it: &&SsmTask| {
        asked
            .filters
            .iter()
            .all(|filter| filter.values.contains(&it.status))
    };
    let found = execution.tasks.iter().filter(fits).map(|task| {
        present(json!({
            "WindowExecutionId": execution.id, "TaskExecutionId": task.id, "Status": task.status, "TaskArn": task.arn, "TaskType": task.kind,
            "StartTime": epoch(task.started_at), "EndTime": task.ended_at.map(epoch),
        }))
    });
    page.answer("WindowExecutionTaskIdentities", found)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeInvocations {
    window_execution_id: String,
    task_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
}

pub(super) fn describe_invocations(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (DescribeInvocations, _) = PAGES.read(input)?;
    known_filters(&asked.filters, &["STATUS"])?;
    let execution = find(world, &asked.window_execution_id)?;
    let mut tasks = execution.tasks.iter();
    let task = tasks.find(|task| task.id == asked.task_id);
    let task = task.ok_or_else(|| does_not_exist(&format!("Task execution {}", asked.task_id)))?;
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
    page.answer(
        "WindowExecutionTaskInvocationIdentities",
        found.filter(fits),
    )
}

pub(super) fn cancel_command(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let [id] = read_texts(input, ["CommandId"])?;
    let task = doing(world, &id, "RUN_COMMAND");
    let task =
        task.ok_or_else(|| ApiError::new("InvalidCommandId", "The command is not known."))?;
    // AWS models no error for a command that is over: it stays as it is.
    if !is_over(&task.status) {
        task.cancel(&id, now);
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

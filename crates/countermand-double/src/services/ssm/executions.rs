//! Executions of maintenance windows: finding them, cancelling one.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::windows::{arns_of_window, check_window_id};
use super::{Filter, SsmExecution, is_uuid, known_filters, malformed, paged};
use crate::api::{ApiError, ApiResult, merged, present, read};
use crate::arns::text;
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeExecutions {
    window_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn describe(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeExecutions = read(input)?;
    check_window_id(&asked.window_id)?;
    known_filters(&asked.filters, &["ExecutedBefore", "ExecutedAfter"])?;
    let (mut after, mut before) = (Timestamp::MIN, Timestamp::MAX);
    for filter in &asked.filters {
        let time = filter.values.first().and_then(|value| value.parse().ok());
        let time = time.ok_or_else(|| {
            ApiError::new(
                "ValidationException",
                format!("The value of filter {} is not a time.", filter.key),
            )
        })?;
        if filter.key == "ExecutedAfter" {
            after = time;
        } else {
            before = time;
        }
    }
    // AWS models no error for a window that does not exist: the answer is empty.
    let window = world
        .ssm
        .windows
        .iter()
        .find(|window| window.id == asked.window_id);
    let executions = window.map_or(&[][..], |window| &window.executions);
    let mut found: Vec<_> = executions
        .iter()
        .filter(|execution| (after..=before).contains(&execution.started_at))
        .collect();
    found.sort_by_key(|execution| std::cmp::Reverse(execution.started_at));
    let found = found.into_iter().map(|execution| {
        merged(
            describe_one(execution),
            json!({"WindowId": asked.window_id}),
        )
    });
    let (found, next) = paged(
        found.collect(),
        asked.max_results,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(
        json!({"WindowExecutions": found, "NextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneExecution {
    window_execution_id: String,
}

pub(super) fn get(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: OneExecution = read(input)?;
    let execution = find(world, &asked.window_execution_id)?;
    let tasks: Vec<_> = execution.tasks.iter().map(|task| &task.id).collect();
    Ok(merged(describe_one(execution), json!({"TaskIds": tasks})))
}

pub(super) fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: OneExecution = read(input)?;
    let execution = find(world, &asked.window_execution_id)?;
    // AWS does not document what the call does to an execution that is over, and models no error for it.
    if matches!(execution.status.as_str(), "PENDING" | "IN_PROGRESS") {
        execution.cancel(now);
    }
    Ok(json!({"WindowExecutionId": execution.id}))
}

/// IAM checks the window, though the input names only its execution.
pub(super) fn window_arn(world: &World, input: &Value) -> Vec<String> {
    let id = text(input, "WindowExecutionId");
    let mut all = world.ssm.windows.iter();
    let window = all.find(|window| {
        let mut executions = window.executions.iter();
        executions.any(|it| Some(it.id.as_str()) == id)
    });
    arns_of_window(world, window.map(|it| it.id.as_str()))
}

pub(super) fn find<'a>(world: &'a mut World, id: &str) -> Result<&'a mut SsmExecution, ApiError> {
    if !is_uuid(id) {
        return Err(malformed(
            id,
            "windowExecutionId",
            "^[0-9a-fA-F]{8}\\-[0-9a-fA-F]{4}\\-[0-9a-fA-F]{4}\\-[0-9a-fA-F]{4}\\-[0-9a-fA-F]{12}$",
        ));
    }
    let mut executions = world
        .ssm
        .windows
        .iter_mut()
        .flat_map(|window| &mut window.executions);
    executions
        .find(|execution| execution.id == id)
        .ok_or_else(|| {
            ApiError::new(
                "DoesNotExistException",
                format!("Maintenance window execution {id} does not exist"),
            )
        })
}

fn describe_one(execution: &SsmExecution) -> Value {
    present(json!({
        "WindowExecutionId": execution.id, "Status": execution.status, "StatusDetails": execution.details,
        "StartTime": epoch(execution.started_at), "EndTime": execution.ended_at.map(epoch),
    }))
}

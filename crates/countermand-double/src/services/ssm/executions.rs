//! Executions of maintenance windows: finding them, cancelling one.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::windows::{arns_of_window, check_window_id};
use super::{Filter, PAGES, SsmExecution, does_not_exist, is_uuid, known_filters, malformed};
use crate::api::{ApiError, ApiResult, invalid, merged, present, read_texts};
use crate::arns::text;
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeExecutions {
    window_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
}

pub(super) fn describe(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (DescribeExecutions, _) = PAGES.read(input)?;
    check_window_id(&asked.window_id)?;
    known_filters(&asked.filters, &["ExecutedBefore", "ExecutedAfter"])?;
    let (mut after, mut before) = (Timestamp::MIN, Timestamp::MAX);
    for filter in &asked.filters {
        let time = filter.values.first().and_then(|value| value.parse().ok());
        let key = &filter.key;
        let time =
            time.ok_or_else(|| invalid(format!("The value of filter {key} is not a time.")))?;
        if filter.key == "ExecutedAfter" {
            after = time;
        } else {
            before = time;
        }
    }
    // AWS models no error for a window that does not exist: the answer is empty.
    let mut windows = world.ssm.windows.iter();
    let window = windows.find(|window| window.id == asked.window_id);
    let executions = window.map_or(&[][..], |window| &window.executions);
    let found = executions.iter();
    let found = found.filter(|execution| (after..=before).contains(&execution.started_at));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|execution| std::cmp::Reverse(execution.started_at));
    let window = json!({"WindowId": asked.window_id});
    let found = found.into_iter();
    let found = found.map(|execution| merged(describe_one(execution), window.clone()));
    page.answer("WindowExecutions", found)
}

pub(super) fn get(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let [id] = read_texts(input, ["WindowExecutionId"])?;
    let execution = find(world, &id)?;
    let tasks: Vec<_> = execution.tasks.iter().map(|task| &task.id).collect();
    Ok(merged(describe_one(execution), json!({"TaskIds": tasks})))
}

pub(super) fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let [id] = read_texts(input, ["WindowExecutionId"])?;
    let execution = find(world, &id)?;
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
    let windows = world.ssm.windows.iter_mut();
    let mut executions = windows.flat_map(|window| &mut window.executions);
    let found = executions.find(|execution| execution.id == id);
    found.ok_or_else(|| does_not_exist(&format!("Maintenance window execution {id}")))
}

fn describe_one(execution: &SsmExecution) -> Value {
    present(json!({
        "WindowExecutionId": execution.id, "Status": execution.status, "StatusDetails": execution.details,
        "StartTime": epoch(execution.started_at), "EndTime": execution.ended_at.map(epoch),
    }))
}

//! Systems Manager over JSON 1.1: maintenance windows, their executions and the tasks of these, automations, change
//! calendars.

mod automations;
mod calendar;
mod executions;
mod tags;
mod tasks;
mod windows;
mod world;

use serde::Deserialize;
use serde_json::Value;

pub use automations::{SsmAutomation, SsmAutomationStep};
pub use calendar::{SsmCalendar, SsmClosedTime};
pub use world::{SsmExecution, SsmTask, SsmWindow, SsmWorld};

use crate::api::{ApiError, ApiOperation, ApiRouting, PublishedRate, ServiceApi};
use crate::arns::everything;
use crate::page::page;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "ssm",
    iam_name: "ssm",
    routing: ApiRouting::Target("AmazonSSM"),
    operations: &[
        ApiOperation {
            name: "DescribeMaintenanceWindows",
            resources: everything,
            answer: windows::describe,
        },
        ApiOperation {
            name: "GetMaintenanceWindow",
            resources: windows::arns_of,
            answer: windows::get,
        },
        ApiOperation {
            name: "DescribeMaintenanceWindowExecutions",
            resources: windows::arns_of,
            answer: executions::describe,
        },
        ApiOperation {
            name: "DescribeMaintenanceWindowExecutionTasks",
            resources: everything,
            answer: tasks::describe,
        },
        ApiOperation {
            name: "DescribeMaintenanceWindowExecutionTaskInvocations",
            resources: everything,
            answer: tasks::describe_invocations,
        },
        ApiOperation {
            name: "GetMaintenanceWindowExecution",
            resources: everything,
            answer: executions::get,
        },
        ApiOperation {
            name: "CancelMaintenanceWindowExecution",
            resources: executions::window_arn,
            answer: executions::cancel,
        },
        ApiOperation {
            name: "ListTagsForResource",
            resources: tags::tagged_arns,
            answer: tags::list,
        },
        ApiOperation {
            name: "CancelCommand",
            resources: everything,
            answer: tasks::cancel_command,
        },
        ApiOperation {
            name: "DescribeAutomationExecutions",
            resources: everything,
            answer: automations::describe,
        },
        ApiOperation {
            name: "GetAutomationExecution",
            resources: automations::arns_of,
            answer: automations::get,
        },
        ApiOperation {
            name: "StopAutomationExecution",
            resources: automations::arns_of,
            answer: automations::stop,
        },
        ApiOperation {
            name: "GetCalendarState",
            resources: calendar::document_arns,
            answer: calendar::state,
        },
    ],
    throttled: "ThrottlingException",
    broken: "InternalServerError",
    statuses: &[],
    query_codes: None,
    // No burst is published.
    rates: &[
        PublishedRate {
            operations: &["DescribeAutomationExecutions"],
            burst: 3.0,
            per_second: 3.0,
        },
        PublishedRate {
            operations: &["GetAutomationExecution"],
            burst: 3.0,
            per_second: 3.0,
        },
        PublishedRate {
            operations: &["StopAutomationExecution"],
            burst: 1.0,
            per_second: 1.0,
        },
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Filter {
    key: String,
    values: Vec<String>,
}

fn known_filters(filters: &[Filter], known: &[&str]) -> Result<(), ApiError> {
    match filters
        .iter()
        .find(|filter| !known.contains(&filter.key.as_str()))
    {
        Some(filter) => Err(ApiError::new(
            "ValidationException",
            format!("The filter key {} is not valid.", filter.key),
        )),
        None => Ok(()),
    }
}

fn paged(
    all: Vec<Value>,
    size: Option<i64>,
    token: Option<&str>,
    input: &Value,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    let allowed = size
        .map_or(Some(50), |size| usize::try_from(size).ok())
        .filter(|size| (10..=100).contains(size));
    let size = allowed.ok_or_else(|| {
        ApiError::new(
            "ValidationException",
            "MaxResults must be between 10 and 100.",
        )
    })?;
    page(all, size, token, input)
        .map_err(|_| ApiError::new("ValidationException", "The specified token is invalid."))
}

fn is_uuid(id: &str) -> bool {
    let parts: Vec<_> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && id
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn malformed(value: &str, member: &str, pattern: &str) -> ApiError {
    ApiError::new(
        "ValidationException",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
        ),
    )
}

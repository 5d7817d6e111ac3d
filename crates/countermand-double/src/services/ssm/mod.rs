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

pub use automations::{SsmAutomation, SsmAutomationStep};
pub use calendar::{SsmCalendar, SsmClosedTime};
pub use world::{SsmExecution, SsmTask, SsmWindow, SsmWorld};

use crate::api::{ApiError, ApiRouting, ServiceApi, invalid, operations};
use crate::arns::everything;
use crate::page::PageRule;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "ssm",
    iam_name: "ssm",
    routing: ApiRouting::Target("AmazonSSM"),
    operations: operations! {
        "DescribeMaintenanceWindows" on everything => windows::describe,
        "GetMaintenanceWindow" on windows::arns_of => windows::get,
        "DescribeMaintenanceWindowExecutions" on windows::arns_of => executions::describe,
        "DescribeMaintenanceWindowExecutionTasks" on everything => tasks::describe,
        "DescribeMaintenanceWindowExecutionTaskInvocations" on everything => tasks::describe_invocations,
        "GetMaintenanceWindowExecution" on everything => executions::get,
        "CancelMaintenanceWindowExecution" on executions::window_arn => executions::cancel,
        "ListTagsForResource" on tags::tagged_arns => tags::list,
        "CancelCommand" on everything => tasks::cancel_command,
        "DescribeAutomationExecutions" on everything => automations::describe,
        "GetAutomationExecution" on automations::arns_of => automations::get,
        "StopAutomationExecution" on automations::arns_of => automations::stop,
        "GetCalendarState" on calendar::document_arns => calendar::state,
    },
    throttled: "ThrottlingException",
    broken: "InternalServerError",
    statuses: &[],
    query_codes: None,
    // No burst is published.
    rates: &[
        (&["DescribeAutomationExecutions"], 3.0, 3.0),
        (&["GetAutomationExecution"], 3.0, 3.0),
        (&["StopAutomationExecution"], 1.0, 1.0),
    ],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Filter {
    key: String,
    values: Vec<String>,
}

fn known_filters(filters: &[Filter], known: &[&str]) -> Result<(), ApiError> {
    let mut keys = filters.iter().map(|filter| filter.key.as_str());
    match keys.find(|key| !known.contains(key)) {
        Some(key) => Err(invalid(format!("The filter key {key} is not valid."))),
        None => Ok(()),
    }
}

const PAGES: PageRule = PageRule {
    size: "MaxResults",
    default: 50,
    least: 10,
    most: 100,
    token: "NextToken",
    bad_size: (
        "ValidationException",
        "MaxResults must be between 10 and 100.",
    ),
    bad_token: ("ValidationException", "The specified token is invalid."),
};

fn does_not_exist(what: &str) -> ApiError {
    ApiError::new("DoesNotExistException", format!("{what} does not exist"))
}

fn is_uuid(id: &str) -> bool {
    let parts: Vec<_> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && id
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn malformed(value: &str, member: &str, pattern: &str) -> ApiError {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
    ))
}

//! Systems Manager over JSON 1.1: finding maintenance window executions, cancelling one and what it does.

mod calendar;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::{Answered, Operation, Service, merged, present, read};
use crate::page::page;
use crate::resources;
use crate::wire::{Refusal, epoch};
use crate::world::{Execution, Task, Window, World, is_over};

pub(crate) const SERVICE: Service = Service {
    name: "ssm",
    target: Some("AmazonSSM"),
    operations: &[
        Operation {
            name: "DescribeMaintenanceWindows",
            about: resources::everything,
            answer: describe_windows,
        },
        Operation {
            name: "GetMaintenanceWindow",
            about: resources::ssm_window,
            answer: get_window,
        },
        Operation {
            name: "DescribeMaintenanceWindowExecutions",
            about: resources::ssm_window,
            answer: describe_executions,
        },
        Operation {
            name: "DescribeMaintenanceWindowExecutionTasks",
            about: resources::everything,
            answer: describe_tasks,
        },
        Operation {
            name: "DescribeMaintenanceWindowExecutionTaskInvocations",
            about: resources::everything,
            answer: describe_invocations,
        },
        Operation {
            name: "GetMaintenanceWindowExecution",
            about: resources::everything,
            answer: get_execution,
        },
        Operation {
            name: "CancelMaintenanceWindowExecution",
            about: resources::ssm_window_of_execution,
            answer: cancel,
        },
        Operation {
            name: "ListTagsForResource",
            about: resources::ssm_tagged,
            answer: list_tags,
        },
        Operation {
            name: "CancelCommand",
            about: resources::everything,
            answer: cancel_command,
        },
        Operation {
            name: "StopAutomationExecution",
            about: resources::ssm_automation,
            answer: stop_automation,
        },
        Operation {
            name: "GetCalendarState",
            about: resources::ssm_documents,
            answer: calendar::state,
        },
    ],
    throttled: ("ThrottlingException", 400),
    broken: "InternalServerError",
    denied: 400,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Filter {
    key: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeWindows {
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn describe_windows(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: DescribeWindows = read(input)?;
    known_filters(&asked.filters, &["Name", "Enabled"])?;
    let fits = |window: &&Window| {
        asked.filters.iter().all(|filter| {
            filter.values.iter().any(|value| {
                if filter.key == "Name" {
                    *value == window.name
                } else {
                    value.eq_ignore_ascii_case(&window.enabled.to_string())
                }
            })
        })
    };
    let found = world.ssm.windows.iter().filter(fits).map(describe_window);
    let (found, next) = paged(
        found.collect(),
        asked.max_results,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(
        json!({"WindowIdentities": found, "NextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneWindow {
    window_id: String,
}

fn get_window(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: OneWindow = read(input)?;
    check_window_id(&asked.window_id)?;
    let window = world
        .ssm
        .windows
        .iter()
        .find(|window| window.id == asked.window_id);
    let window = window.ok_or_else(|| {
        Refusal::new(
            "DoesNotExistException",
            format!("Maintenance window {} does not exist", asked.window_id),
        )
    })?;
    Ok(merged(
        describe_window(window),
        json!({"AllowUnassociatedTargets": false}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeExecutions {
    window_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn describe_executions(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: DescribeExecutions = read(input)?;
    check_window_id(&asked.window_id)?;
    known_filters(&asked.filters, &["ExecutedBefore", "ExecutedAfter"])?;
    let (mut after, mut before) = (Timestamp::MIN, Timestamp::MAX);
    for filter in &asked.filters {
        let time = filter.values.first().and_then(|value| value.parse().ok());
        let time = time.ok_or_else(|| {
            Refusal::new(
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
    // No error is modelled for a window that does not exist: it has no executions.
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
    let found = found
        .into_iter()
        .map(|execution| merged(describe(execution), json!({"WindowId": asked.window_id})));
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
struct DescribeTasks {
    window_execution_id: String,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn describe_tasks(world: &mut World, _: Timestamp, input: &Value) -> Answered {
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

fn describe_invocations(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: DescribeInvocations = read(input)?;
    known_filters(&asked.filters, &["STATUS"])?;
    let execution = find(world, &asked.window_execution_id)?;
    let mut tasks = execution.tasks.iter();
    let task = tasks.find(|task| task.id == asked.task_id);
    let task = task.ok_or_else(|| {
        Refusal::new(
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
struct OneExecution {
    window_execution_id: String,
}

fn get_execution(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: OneExecution = read(input)?;
    let execution = find(world, &asked.window_execution_id)?;
    let tasks: Vec<_> = execution.tasks.iter().map(|task| &task.id).collect();
    Ok(merged(describe(execution), json!({"TaskIds": tasks})))
}

fn cancel(world: &mut World, now: Timestamp, input: &Value) -> Answered {
    let asked: OneExecution = read(input)?;
    let execution = find(world, &asked.window_execution_id)?;
    // What a call on an execution that is over does is not documented, and no error is modelled for it.
    if matches!(execution.status.as_str(), "PENDING" | "IN_PROGRESS") {
        execution.cancel(now);
    }
    Ok(json!({"WindowExecutionId": execution.id}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneCommand {
    command_id: String,
}

fn cancel_command(world: &mut World, now: Timestamp, input: &Value) -> Answered {
    let asked: OneCommand = read(input)?;
    let task = doing(world, &asked.command_id, "RUN_COMMAND");
    let task = task.ok_or_else(|| Refusal::new("InvalidCommandId", "The command is not known."))?;
    // A command that is over stays as it is: no error is modelled for it.
    if !is_over(&task.status) {
        task.cancel(&asked.command_id, now);
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneAutomation {
    automation_execution_id: String,
    r#type: Option<String>,
}

fn stop_automation(world: &mut World, now: Timestamp, input: &Value) -> Answered {
    let asked: OneAutomation = read(input)?;
    let id = &asked.automation_execution_id;
    let task = doing(world, id, "AUTOMATION").ok_or_else(|| {
        Refusal::new(
            "AutomationExecutionNotFoundException",
            format!("Automation execution {id} does not exist"),
        )
    })?;
    if asked
        .r#type
        .is_some_and(|it| it != "Cancel" && it != "Complete")
    {
        return Err(Refusal::new(
            "ValidationException",
            "The type is not known.",
        ));
    }
    if is_over(&task.status) || task.cancelled.contains(id) {
        return Err(Refusal::new(
            "InvalidAutomationStatusUpdateException",
            "The automation is not in a state in which it can be stopped.",
        ));
    }
    task.cancel(id, now);
    Ok(json!({}))
}

fn doing<'a>(world: &'a mut World, work: &str, kind: &str) -> Option<&'a mut Task> {
    let windows = world.ssm.windows.iter_mut();
    let executions = windows.flat_map(|it| &mut it.executions);
    let mut tasks = executions.flat_map(|it| &mut it.tasks);
    tasks.find(|it| it.kind == kind && it.works.iter().any(|it| it == work))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListTags {
    resource_type: String,
    resource_id: String,
}

fn list_tags(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListTags = read(input)?;
    if asked.resource_type != "MaintenanceWindow" {
        return Err(Refusal::new(
            "InvalidResourceType",
            "The double has tags of maintenance windows only.",
        ));
    }
    let window = world
        .ssm
        .windows
        .iter()
        .find(|window| window.id == asked.resource_id);
    let window =
        window.ok_or_else(|| Refusal::new("InvalidResourceId", "The resource ID is not valid."))?;
    let tags: Vec<_> = window
        .tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(json!({"TagList": tags}))
}

fn describe_window(window: &Window) -> Value {
    json!({
        "WindowId": window.id, "Name": window.name, "Enabled": window.enabled, "Duration": 4, "Cutoff": 1,
        "Schedule": "cron(0 2 ? * SUN *)", "NextExecutionTime": "2099-01-04T02:00Z",
    })
}

fn describe(execution: &Execution) -> Value {
    present(json!({
        "WindowExecutionId": execution.id, "Status": execution.status, "StatusDetails": execution.details,
        "StartTime": epoch(execution.started_at), "EndTime": execution.ended_at.map(epoch),
    }))
}

fn find<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Execution, Refusal> {
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
            Refusal::new(
                "DoesNotExistException",
                format!("Maintenance window execution {id} does not exist"),
            )
        })
}

fn check_window_id(id: &str) -> Result<(), Refusal> {
    let is_id = id.strip_prefix("mw-").is_some_and(|digits| {
        digits.len() == 17
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    });
    if is_id {
        Ok(())
    } else {
        Err(malformed(id, "windowId", "^mw-[0-9a-f]{17}$"))
    }
}

fn is_uuid(id: &str) -> bool {
    let parts: Vec<_> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && id
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn malformed(value: &str, member: &str, pattern: &str) -> Refusal {
    Refusal::new(
        "ValidationException",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
        ),
    )
}

fn known_filters(filters: &[Filter], known: &[&str]) -> Result<(), Refusal> {
    match filters
        .iter()
        .find(|filter| !known.contains(&filter.key.as_str()))
    {
        Some(filter) => Err(Refusal::new(
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
) -> Result<(Vec<Value>, Option<String>), Refusal> {
    let allowed = size
        .map_or(Some(50), |size| usize::try_from(size).ok())
        .filter(|size| (10..=100).contains(size));
    let size = allowed.ok_or_else(|| {
        Refusal::new(
            "ValidationException",
            "MaxResults must be between 10 and 100.",
        )
    })?;
    page(all, size, token, input)
        .map_err(|_| Refusal::new("ValidationException", "The specified token is invalid."))
}

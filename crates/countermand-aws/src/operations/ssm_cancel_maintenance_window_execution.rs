//! Systems Manager: from a maintenance window to its executions in flight, and their cancellation.

use std::collections::BTreeMap;

use aws_sdk_ssm::types::{
    MaintenanceWindowExecution, MaintenanceWindowExecutionStatus, MaintenanceWindowFilter,
    ResourceTypeForTagging,
};
use countermand_core::operations::Change;
use countermand_core::operations::ssm_cancel_maintenance_window_execution::{
    CancelMaintenanceWindowExecution, Facts,
};
use countermand_core::verdict::Target;
use futures_util::future::{join_all, try_join};
use jiff::{SignedDuration, Timestamp};

use super::{Acting, Found, Stopping, names, timestamp, unless_over};
use crate::{Aws, Trouble};

/// Longer than the longest window runs.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(25);

struct Window {
    id: String,
    name: Option<String>,
}

impl Acting for CancelMaintenanceWindowExecution {
    async fn find(&self, target: &Target, aws: &Aws, now: Timestamp) -> Found<Facts> {
        let windows = match windows(target, aws).await {
            Ok(windows) => windows,
            Err(trouble) => return Found::trouble(trouble),
        };
        let asked = join_all(windows.iter().map(|window| in_flight(window, aws, now))).await;
        asked.into_iter().fold(Found::default(), Found::with)
    }

    async fn stop(&self, change: &Change<Facts>, aws: &Aws) -> Result<Stopping, Trouble> {
        let cancel = aws.ssm().cancel_maintenance_window_execution();
        match cancel.window_execution_id(&change.id).send().await {
            Ok(_) => Ok(Stopping::Requested),
            Err(error) => {
                let trouble = Trouble::of("ssm:CancelMaintenanceWindowExecution", &error);
                unless_over(trouble, &["DoesNotExistException"])
            }
        }
    }
}

/// A window that is named by its id needs no call; names have to be looked up.
async fn windows(target: &Target, aws: &Aws) -> Result<Vec<Window>, Trouble> {
    let globs = names::of(target, "window");
    if let Some(ids) = names::written(globs).filter(|names| names.iter().all(|name| is_id(name))) {
        return Ok(ids
            .into_iter()
            .map(|id| Window { id, name: None })
            .collect());
    }
    let mut describe = aws.ssm().describe_maintenance_windows().max_results(100);
    if let Some(names) = names::written(globs).filter(|names| !names.iter().any(|name| is_id(name)))
    {
        let by_name = MaintenanceWindowFilter::builder()
            .key("Name")
            .set_values(Some(names));
        describe = describe.filters(by_name.build());
    }
    let found = describe.into_paginator().items().send().try_collect().await;
    let found = found.map_err(|error| Trouble::of("ssm:DescribeMaintenanceWindows", &error))?;
    let windows = found.into_iter().filter_map(|window| {
        let id = window.window_id?;
        let is_meant = names::any(globs, &id)
            || window
                .name
                .as_deref()
                .is_some_and(|name| names::any(globs, name));
        is_meant.then_some(Window {
            id,
            name: window.name,
        })
    });
    Ok(windows.collect())
}

fn is_id(name: &str) -> bool {
    name.strip_prefix("mw-")
        .is_some_and(|id| id.len() == 17 && id.bytes().all(|it| it.is_ascii_hexdigit()))
}

async fn in_flight(window: &Window, aws: &Aws, now: Timestamp) -> Found<Facts> {
    let since = now.saturating_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
    let since = MaintenanceWindowFilter::builder()
        .key("ExecutedAfter")
        .values(since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let describe = aws
        .ssm()
        .describe_maintenance_window_executions()
        .window_id(&window.id);
    let executions = describe
        .filters(since.build())
        .max_results(100)
        .into_paginator()
        .items()
        .send();
    let executions = match executions.try_collect().await {
        Ok(executions) => executions,
        Err(error) => {
            return Found::trouble(Trouble::of(
                "ssm:DescribeMaintenanceWindowExecutions",
                &error,
            ));
        }
    };
    let mut in_flight = executions.iter().filter(|it| !is_over(it)).peekable();
    if in_flight.peek().is_none() {
        return Found::default();
    }
    // Only now: a window at rest costs one call.
    match try_join(tags(window, aws), name(window, aws)).await {
        Ok((tags, name)) => Found {
            changes: in_flight
                .map(|execution| change(window, &name, execution, &tags))
                .collect(),
            ..Found::default()
        },
        Err(trouble) => Found::trouble(trouble),
    }
}

fn is_over(execution: &MaintenanceWindowExecution) -> bool {
    use MaintenanceWindowExecutionStatus::{
        Cancelled, Failed, SkippedOverlapping, Success, TimedOut,
    };
    matches!(
        execution.status(),
        Some(Cancelled | Failed | SkippedOverlapping | Success | TimedOut)
    )
}

async fn tags(window: &Window, aws: &Aws) -> Result<BTreeMap<String, String>, Trouble> {
    let list = aws.ssm().list_tags_for_resource();
    let list = list
        .resource_type(ResourceTypeForTagging::MaintenanceWindow)
        .resource_id(&window.id);
    let answer = list
        .send()
        .await
        .map_err(|error| Trouble::of("ssm:ListTagsForResource", &error))?;
    let tags = answer.tag_list().iter();
    Ok(tags
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect())
}

/// An exception can name a window by its name although the target names it by its id.
async fn name(window: &Window, aws: &Aws) -> Result<String, Trouble> {
    if let Some(name) = &window.name {
        return Ok(name.clone());
    }
    let get = aws.ssm().get_maintenance_window().window_id(&window.id);
    let answer = get
        .send()
        .await
        .map_err(|error| Trouble::of("ssm:GetMaintenanceWindow", &error))?;
    Ok(answer.name.unwrap_or_default())
}

fn change(
    window: &Window,
    name: &str,
    execution: &MaintenanceWindowExecution,
    tags: &BTreeMap<String, String>,
) -> Change<Facts> {
    Change {
        id: execution
            .window_execution_id()
            .unwrap_or_default()
            .to_owned(),
        names: [("window", name.to_owned())].into(),
        state: execution
            .status()
            .map(|it| it.as_str().to_owned())
            .unwrap_or_default(),
        began_at: execution.start_time().and_then(timestamp),
        tags: tags.clone(),
        facts: Facts {
            window_id: window.id.clone(),
            window_name: name.to_owned(),
        },
    }
}

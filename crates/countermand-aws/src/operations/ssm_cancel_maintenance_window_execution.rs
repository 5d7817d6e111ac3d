//! Systems Manager: from a maintenance window to its executions in flight, and their cancellation.

#[cfg(test)]
pub(super) mod cases;
mod running_tasks;

use std::collections::BTreeMap;

use aws_sdk_ssm::operation::get_maintenance_window_execution::GetMaintenanceWindowExecutionOutput;
use aws_sdk_ssm::types::{
    MaintenanceWindowExecutionStatus, MaintenanceWindowFilter, ResourceTypeForTagging,
};
use countermand_core::failure::CallFailure;
use countermand_core::operation::{Change, ChangeRef, Latest, Operation};
use countermand_core::operations::ssm_cancel_maintenance_window_execution::{
    RunningTasks, SsmCancelMaintenanceWindowExecution, WindowExecutionFacts, is_window_id,
};
use countermand_core::policy::TargetException;
use countermand_core::record::text::Along;
use countermand_core::trigger::AnnouncedChange;
use countermand_core::verdict::Target;
use futures_util::future::{join, try_join};
use jiff::{SignedDuration, Timestamp};

use super::{
    Acting, Existing, Found, Query, StopReply, all, names, sorted, stop_reply, timestamp,
    unless_code,
};
use crate::failure::failure;
use crate::retries::RepeatOnlyIfNotDone;
use crate::services::{ReadClients, StopClients};

/// Longer than any window may run.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(25);

struct Window {
    id: String,
    name: Option<String>,
}

impl Acting for SsmCancelMaintenanceWindowExecution {
    async fn find(
        &self,
        query: Query<'_>,
        aws: &ReadClients,
    ) -> Found<Change<WindowExecutionFacts>> {
        if let Some(announced) = query.announced {
            let found = announced_execution(announced, query, aws).await;
            return found.map_or_else(Found::failed, |it| Found {
                changes: it.into_iter().collect(),
                ..Found::default()
            });
        }
        let windows = match windows(query.target, aws).await {
            Ok(windows) => windows,
            Err(failed) => return Found::failed(failed),
        };
        let asked = windows.iter().map(|window| in_flight(window, query, aws));
        let (found, failures) = sorted(all(asked).await);
        Found {
            changes: found.into_iter().flatten().collect(),
            failures,
            ..Found::default()
        }
    }

    async fn look_closer(
        &self,
        change: &mut Change<WindowExecutionFacts>,
        aws: &ReadClients,
        _: Timestamp,
    ) -> Result<(), CallFailure> {
        let running = running_tasks::of(&change.id, aws).await?;
        change.facts.running_tasks = Some(u32::try_from(running.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    async fn stop(
        &self,
        change: &Change<WindowExecutionFacts>,
        aws: &StopClients,
    ) -> Result<StopReply, CallFailure> {
        let cancel = aws.ssm().cancel_maintenance_window_execution();
        let cancel = cancel.window_execution_id(&change.id);
        let answer = cancel.customize().interceptor(RepeatOnlyIfNotDone).send();
        let answer = answer
            .await
            .map_err(failure("ssm:CancelMaintenanceWindowExecution"));
        stop_reply(answer, &["DoesNotExistException"])
    }

    async fn stop_along(
        &self,
        change: &Change<WindowExecutionFacts>,
        read: &ReadClients,
        stop: &StopClients,
    ) -> Vec<Along> {
        match self.running_tasks {
            RunningTasks::Finish => Vec::new(),
            RunningTasks::Cancel => running_tasks::cancel(&change.id, read, stop).await,
        }
    }

    async fn look_again(which: &ChangeRef, aws: &ReadClients) -> Result<Latest, CallFailure> {
        let execution = execution(&which.change, aws).await?;
        Ok(Latest {
            ended_at: execution.end_time().and_then(timestamp),
            ..Latest::of(state(execution.status()))
        })
    }

    async fn existing(_: &Target, aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
        let describe = aws.ssm().describe_maintenance_windows().max_results(100);
        let windows = describe
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failure("ssm:DescribeMaintenanceWindows"))?;
        let windows = windows.into_iter().map(|window| {
            let called = window.window_id.into_iter().chain(window.name);
            Existing::of([("window", called.collect())])
        });
        Ok(windows.collect())
    }
}

/// Finds the one execution that the event announces, by its id, and no other execution of its window.
async fn announced_execution(
    announced: &AnnouncedChange,
    query: Query<'_>,
    aws: &ReadClients,
) -> Result<Option<Change<WindowExecutionFacts>>, CallFailure> {
    let (Some(id), Some(window)) = (&announced.change, announced.names.get("window")) else {
        return Ok(None);
    };
    let globs = names::of(query.target, "window");
    let mut window = Window {
        id: window.clone(),
        name: None,
    };
    let found = execution(id, aws);
    // A policy may name the window by its name, and the event has only its id.
    let (found, is_meant) = if names::any(globs, &window.id) {
        (found.await, true)
    } else {
        let (found, name) = join(found, window_name(&window.id, aws)).await;
        window.name = name?;
        let name = window.name.as_deref();
        (found, name.is_some_and(|it| names::any(globs, it)))
    };
    let found = match found {
        Ok(found) => found,
        Err(failed) => return unless_code(failed, &["DoesNotExistException"]),
    };
    if !is_meant || is_over(found.status()) {
        return Ok(None);
    }
    let (tags, name) = try_join(tags(&window, aws), name(&window, query.except, aws)).await?;
    Ok(Some(change(
        &window,
        name.as_deref(),
        id,
        found.status(),
        found.start_time().and_then(timestamp),
        tags,
    )))
}

async fn execution(
    id: &str,
    aws: &ReadClients,
) -> Result<GetMaintenanceWindowExecutionOutput, CallFailure> {
    let get = aws.ssm().get_maintenance_window_execution();
    let answer = get.window_execution_id(id).send().await;
    answer.map_err(failure("ssm:GetMaintenanceWindowExecution"))
}

/// Windows that are named by their ids need no call; names have to be looked up.
async fn windows(target: &Target, aws: &ReadClients) -> Result<Vec<Window>, CallFailure> {
    let globs = names::of(target, "window");
    if let Some(ids) =
        names::written(globs).filter(|names| names.iter().all(|name| is_window_id(name)))
    {
        return Ok(ids
            .into_iter()
            .map(|id| Window { id, name: None })
            .collect());
    }
    let mut describe = aws.ssm().describe_maintenance_windows().max_results(100);
    if let Some(names) =
        names::written(globs).filter(|names| !names.iter().any(|name| is_window_id(name)))
    {
        let by_name = MaintenanceWindowFilter::builder()
            .key("Name")
            .set_values(Some(names));
        describe = describe.filters(by_name.build());
    }
    let found = describe
        .into_paginator()
        .items()
        .send()
        .try_collect()
        .await
        .map_err(failure("ssm:DescribeMaintenanceWindows"))?;
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

async fn in_flight(
    window: &Window,
    query: Query<'_>,
    aws: &ReadClients,
) -> Result<Vec<Change<WindowExecutionFacts>>, CallFailure> {
    let since = query
        .now
        .saturating_sub(LOOK_BACK)
        .unwrap_or(Timestamp::MIN);
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
    let executions = executions.try_collect().await;
    let executions = executions.map_err(failure("ssm:DescribeMaintenanceWindowExecutions"))?;
    let mut in_flight = executions
        .iter()
        .filter(|it| !is_over(it.status()))
        .peekable();
    if in_flight.peek().is_none() {
        return Ok(Vec::new());
    }
    // Only now, so that a window without an execution in flight costs one call.
    let (tags, name) = try_join(tags(window, aws), name(window, query.except, aws)).await?;
    let changes = in_flight.map(|execution| {
        change(
            window,
            name.as_deref(),
            execution.window_execution_id().unwrap_or_default(),
            execution.status(),
            execution.start_time().and_then(timestamp),
            tags.clone(),
        )
    });
    Ok(changes.collect())
}

fn is_over(status: Option<&MaintenanceWindowExecutionStatus>) -> bool {
    SsmCancelMaintenanceWindowExecution::is_over(&state(status))
}

async fn tags(window: &Window, aws: &ReadClients) -> Result<BTreeMap<String, String>, CallFailure> {
    let list = aws.ssm().list_tags_for_resource();
    let list = list
        .resource_type(ResourceTypeForTagging::MaintenanceWindow)
        .resource_id(&window.id);
    let answer = list
        .send()
        .await
        .map_err(failure("ssm:ListTagsForResource"))?;
    let tags = answer.tag_list().iter();
    Ok(tags
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect())
}

/// The window's name, if it is known already, or if an exception could match it.
async fn name(
    window: &Window,
    except: &[TargetException],
    aws: &ReadClients,
) -> Result<Option<String>, CallFailure> {
    let mut excepted = except
        .iter()
        .filter_map(|it| it.targets.get("window"))
        .flatten();
    let by_name = excepted.any(|glob| !glob.exact().is_some_and(is_window_id));
    if window.name.is_some() || !by_name {
        return Ok(window.name.clone());
    }
    window_name(&window.id, aws).await
}

async fn window_name(id: &str, aws: &ReadClients) -> Result<Option<String>, CallFailure> {
    let get = aws.ssm().get_maintenance_window().window_id(id);
    let answer = get
        .send()
        .await
        .map_err(failure("ssm:GetMaintenanceWindow"))?;
    Ok(answer.name)
}

fn change(
    window: &Window,
    name: Option<&str>,
    id: &str,
    status: Option<&MaintenanceWindowExecutionStatus>,
    began_at: Option<Timestamp>,
    tags: BTreeMap<String, String>,
) -> Change<WindowExecutionFacts> {
    Change {
        id: id.to_owned(),
        names: [("window", name.unwrap_or(&window.id).to_owned())].into(),
        state: state(status),
        began_at,
        tags,
        facts: WindowExecutionFacts {
            window_id: window.id.clone(),
            window_name: name.map(str::to_owned),
            running_tasks: None,
        },
    }
}

fn state(status: Option<&MaintenanceWindowExecutionStatus>) -> String {
    status.map(|it| it.as_str().to_owned()).unwrap_or_default()
}

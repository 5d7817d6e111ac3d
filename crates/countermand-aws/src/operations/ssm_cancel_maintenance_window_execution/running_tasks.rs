//! Tasks that are running when an execution is cancelled: counts them, and cancels their commands and automations.

use std::collections::BTreeSet;

use aws_sdk_ssm::types::{
    MaintenanceWindowExecutionStatus, MaintenanceWindowExecutionTaskIdentity,
    MaintenanceWindowExecutionTaskInvocationIdentity, MaintenanceWindowTaskType, StopType,
};

use countermand_core::failure::CallFailure;
use countermand_core::record::text::{Along, Work};

use super::is_over;
use crate::failure::failure;
use crate::operations::{all, unless_code};
use crate::services::{ReadClients, StopClients};

/// The tasks that would continue: those that have not begun when an execution is cancelled never will.
pub(super) async fn of(
    execution: &str,
    aws: &ReadClients,
) -> Result<Vec<MaintenanceWindowExecutionTaskIdentity>, CallFailure> {
    let describe = aws.ssm().describe_maintenance_window_execution_tasks();
    let describe = describe.window_execution_id(execution).max_results(100);
    let tasks = describe.into_paginator().items().send().try_collect().await;
    let tasks = match tasks.map_err(failure("ssm:DescribeMaintenanceWindowExecutionTasks")) {
        Ok(tasks) => tasks,
        // An execution that no longer exists has no running tasks.
        Err(failed) => return unless_code(failed, &["DoesNotExistException"]),
    };
    let running = tasks.into_iter().filter(|task| runs(task.status()));
    Ok(running.collect())
}

/// Cancels the commands and automations of the running tasks, and returns the result of each.
pub(super) async fn cancel(execution: &str, read: &ReadClients, stop: &StopClients) -> Vec<Along> {
    let tasks = match of(execution, read).await {
        Ok(tasks) => tasks,
        Err(failed) => return vec![Along::NotFound(failed)],
    };
    let ids = tasks.iter().filter_map(|task| task.task_execution_id());
    let found = all(ids.map(|task| works(execution, task, read))).await;
    let (mut works, mut results) = (BTreeSet::new(), Vec::new());
    for found in found {
        match found {
            Ok(found) => works.extend(found),
            Err(failed) => results.push(Along::NotLookedAt(failed)),
        }
    }
    // A failure that repeats for task after task is reported once.
    results.dedup();
    results.extend(all(works.iter().map(|work| work.cancel(stop))).await);
    results
}

/// What a task runs on its targets. One command can run on many of them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum TaskWork {
    Command(String),
    Automation(String),
    /// A function, or a state machine: Systems Manager cannot stop these.
    Other(&'static str),
}

async fn works(
    execution: &str,
    task: &str,
    aws: &ReadClients,
) -> Result<Vec<TaskWork>, CallFailure> {
    let describe = aws
        .ssm()
        .describe_maintenance_window_execution_task_invocations();
    let describe = describe.window_execution_id(execution).task_id(task);
    let pages = describe.max_results(100).into_paginator();
    let invocations = pages.items().send().try_collect().await.map_err(failure(
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
    ))?;
    let running = invocations.iter().filter(|it| runs(it.status()));
    Ok(running.filter_map(TaskWork::of).collect())
}

impl TaskWork {
    fn of(invocation: &MaintenanceWindowExecutionTaskInvocationIdentity) -> Option<Self> {
        let id = || invocation.execution_id().map(str::to_owned);
        match invocation.task_type()? {
            MaintenanceWindowTaskType::RunCommand => id().map(Self::Command),
            MaintenanceWindowTaskType::Automation => id().map(Self::Automation),
            MaintenanceWindowTaskType::Lambda => Some(Self::Other("a Lambda function")),
            MaintenanceWindowTaskType::StepFunctions => Some(Self::Other("a state machine")),
            _ => Some(Self::Other("a task of a kind that is not known")),
        }
    }

    async fn cancel(&self, aws: &StopClients) -> Along {
        let (kind, id, asked) = match self {
            Self::Other(what) => return Along::CannotStop(what),
            Self::Command(id) => ("command", id, cancel_command(id, aws).await),
            Self::Automation(id) => ("automation", id, stop_automation(id, aws).await),
        };
        let work = Work {
            kind,
            id: id.clone(),
        };
        match asked {
            Ok(()) => Along::Requested(work),
            Err(failed) if failed.code() == Some("InvalidAutomationStatusUpdateException") => {
                Along::AlreadyOver(work)
            }
            Err(failed) => Along::Failed(work, failed),
        }
    }
}

async fn cancel_command(id: &str, aws: &StopClients) -> Result<(), CallFailure> {
    let cancel = aws.ssm().cancel_command().command_id(id);
    let answer = cancel.send().await;
    answer.map_err(failure("ssm:CancelCommand"))?;
    Ok(())
}

async fn stop_automation(id: &str, aws: &StopClients) -> Result<(), CallFailure> {
    let stop = aws.ssm().stop_automation_execution();
    let stop = stop.automation_execution_id(id).r#type(StopType::Cancel);
    let answer = stop.send().await;
    answer.map_err(failure("ssm:StopAutomationExecution"))?;
    Ok(())
}

fn runs(status: Option<&MaintenanceWindowExecutionStatus>) -> bool {
    status != Some(&MaintenanceWindowExecutionStatus::Pending) && !is_over(status)
}

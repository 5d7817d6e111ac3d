//! Systems Manager in the world, with maintenance windows, their executions and the tasks of these.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::automations::automation_arn;
use super::windows::window_arn;
use super::{SsmAutomation, SsmCalendar};
use crate::course::{self, StatusStep};
use crate::world::{ResourceTags, ServiceWorld, World, yes};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmWorld {
    #[serde(default)]
    pub windows: Vec<SsmWindow>,
    #[serde(default)]
    pub automations: Vec<SsmAutomation>,
    #[serde(default)]
    pub calendars: Vec<SsmCalendar>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmWindow {
    /// `mw-` and 17 hexadecimal digits.
    pub id: String,
    pub name: String,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub tags: ResourceTags,
    #[serde(default)]
    pub executions: Vec<SsmExecution>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmExecution {
    /// A UUID.
    pub id: String,
    #[serde(default = "in_progress")]
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    #[serde(default)]
    pub tasks: Vec<SsmTask>,
    /// What becomes of it by itself.
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// When the first step of `then` begins to count; without it, when it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    /// What becomes of it after it is cancelled; without it, CANCELLED a second after its last running task ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_cancelled: Option<Vec<StatusStep>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmTask {
    /// A UUID.
    pub id: String,
    /// `RUN_COMMAND`, `AUTOMATION`, `STEP_FUNCTIONS` or `LAMBDA`.
    #[serde(default = "run_command")]
    pub kind: String,
    #[serde(default = "document")]
    pub arn: String,
    #[serde(default = "in_progress")]
    pub status: String,
    /// The ids of the commands or automations that it has begun on its targets. When all of them are cancelled, it is.
    #[serde(default)]
    pub works: Vec<String>,
    /// Those of its works that were cancelled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<String>,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What becomes of it by itself; a task that runs and has no steps runs for ever.
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// When the first step of `then` begins to count; without it, when it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
}

impl ServiceWorld for SsmWorld {
    fn settle(&mut self, now: Timestamp) {
        for automation in &mut self.automations {
            automation.settle(now);
        }
        for execution in self
            .windows
            .iter_mut()
            .flat_map(|window| &mut window.executions)
        {
            execution.tasks.iter_mut().for_each(|task| task.settle(now));
            while let Some((at, status)) = course::next(execution.since(), &mut execution.then, now)
            {
                execution.becomes(&status, at);
            }
            if let Some(at) = execution.cancelled_at().filter(|at| *at <= now) {
                execution.becomes("CANCELLED", at);
            }
        }
    }

    fn states(&self) -> Vec<(String, String)> {
        let executions = self.windows.iter().flat_map(|it| &it.executions);
        let executions = executions.map(|it| (it.id.clone(), it.status.clone()));
        let automations = self.automations.iter();
        let automations = automations.map(|it| (it.id.clone(), it.status.clone()));
        executions.chain(automations).collect()
    }

    fn tags_of(&self, world: &World, arn: &str) -> Option<&ResourceTags> {
        let windows = self.windows.iter();
        let windows = windows.map(|it| (window_arn(world, it), &it.tags));
        let automations = self.automations.iter();
        let automations = automations.map(|it| (automation_arn(world, it), &it.tags));
        let mut all = windows.chain(automations);
        all.find(|(known, _)| known == arn).map(|(_, tags)| tags)
    }
}

impl SsmExecution {
    pub(crate) fn becomes(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.since_at = Some(at);
        if is_over(status) {
            self.ended_at = Some(at);
        }
    }

    /// Tasks that run go on to their end; those that have not begun never begin.
    pub(crate) fn cancel(&mut self, now: Timestamp) {
        self.becomes("CANCELLING", now);
        self.details = Some("Cancelled by the user".to_owned());
        self.then = self.when_cancelled.clone().unwrap_or_default();
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| task.status == "PENDING")
        {
            task.then.clear();
            task.becomes("CANCELLED", now);
        }
    }

    fn since(&self) -> Timestamp {
        self.since_at.unwrap_or(self.started_at)
    }

    fn cancelled_at(&self) -> Option<Timestamp> {
        if self.status != "CANCELLING"
            || self.when_cancelled.is_some()
            || self.tasks.iter().any(|task| !is_over(&task.status))
        {
            return None;
        }
        let last = self
            .tasks
            .iter()
            .filter_map(|task| task.ended_at)
            .max()
            .unwrap_or(self.since());
        last.max(self.since())
            .checked_add(SignedDuration::from_secs(1))
            .ok()
    }
}

impl SsmTask {
    /// Cancels one of its works; with the last of them, the task.
    pub(crate) fn cancel(&mut self, work: &str, now: Timestamp) {
        self.cancelled.push(work.to_owned());
        if self.works.iter().all(|it| self.cancelled.contains(it)) {
            self.then.clear();
            self.becomes("CANCELLED", now);
        }
    }

    fn settle(&mut self, now: Timestamp) {
        while let Some((at, status)) = course::next(
            self.since_at.unwrap_or(self.started_at),
            &mut self.then,
            now,
        ) {
            self.becomes(&status, at);
        }
    }

    fn becomes(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.since_at = Some(at);
        if is_over(status) {
            self.ended_at = Some(at);
        }
    }
}

/// Whether an execution or a task of it is over.
pub(super) fn is_over(status: &str) -> bool {
    !matches!(status, "PENDING" | "IN_PROGRESS" | "CANCELLING")
}

fn in_progress() -> String {
    "IN_PROGRESS".to_owned()
}

fn run_command() -> String {
    "RUN_COMMAND".to_owned()
}

fn document() -> String {
    "AWS-RunPatchBaseline".to_owned()
}

//! An automation in the world, and its course.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::course::{self, StatusStep};
use crate::world::ResourceTags;

/// One execution of a runbook. Its `id` and `runbook` are enough: then it has been running since the world began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmAutomation {
    /// A UUID. An automation that a window's task has begun can be listed here too, by its id among the task's `works`:
    /// without that it can be stopped, but is not shown.
    pub id: String,
    /// The name of its document.
    pub runbook: String,
    /// The version of its document.
    #[serde(default = "first_version")]
    pub version: String,
    #[serde(default = "in_progress")]
    pub status: String,
    /// When it started; until then, AWS does not show it. Without it, when the world began; one that is `Scheduled` has
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// When one that is `Scheduled` starts, and becomes `InProgress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_at: Option<Timestamp>,
    /// The id of the automation that began this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its automation type: `Local` or `CrossAccount`.
    #[serde(default = "local")]
    pub kind: String,
    /// The id of the State Manager association that began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association: Option<String>,
    /// The name of the change request that it carries out; its subtype is then `ChangeRequest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_request: Option<String>,
    /// The ARN of the role that began it; without it, that of an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executed_by: Option<String>,
    /// The step that runs; AWS shows it until the automation is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<SsmAutomationStep>,
    /// The name of the alarm that AWS watches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<String>,
    /// The names of the alarms because of which AWS stops it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggered_alarms: Vec<String>,
    #[serde(default)]
    pub tags: ResourceTags,
    /// What becomes of it by itself.
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// When the first step of `then` begins to count; without it, when it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    /// What becomes of it after it is stopped with the type `Cancel`, from `Cancelling` on.
    #[serde(default = "cancelled")]
    pub when_stopped: Vec<StatusStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmAutomationStep {
    pub name: String,
    /// As `aws:runCommand`.
    pub action: String,
}

impl SsmAutomation {
    pub(crate) fn settle(&mut self, now: Timestamp) {
        if self.status == "Scheduled" {
            let Some(at) = self.scheduled_at.filter(|at| *at <= now) else {
                return;
            };
            self.started_at = Some(at);
            self.becomes("InProgress", at);
        }
        let started = *self.started_at.get_or_insert(now);
        while let Some((at, status)) =
            course::next(self.since_at.unwrap_or(started), &mut self.then, now)
        {
            self.becomes(&status, at);
        }
    }

    pub(super) fn has_begun(&self, now: Timestamp) -> bool {
        self.started_at.is_none_or(|at| at <= now)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(
            self.status.as_str(),
            "Success"
                | "TimedOut"
                | "Cancelled"
                | "Failed"
                | "Rejected"
                | "ChangeCalendarOverrideRejected"
                | "CompletedWithSuccess"
                | "CompletedWithFailure"
                | "Exited"
        )
    }

    pub(super) fn running_step(&self) -> Option<&SsmAutomationStep> {
        self.step.as_ref().filter(|_| !self.is_over())
    }

    /// AWS does not document what a second stop does: here it changes nothing.
    pub(super) fn stop(&mut self, ends_as_done: bool, now: Timestamp) {
        if self.status == "Cancelling" {
            return;
        }
        if ends_as_done {
            self.then.clear();
            self.becomes("Success", now);
        } else {
            self.becomes("Cancelling", now);
            self.then = self.when_stopped.clone();
            self.settle(now);
        }
    }

    fn becomes(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.since_at = Some(at);
        if self.is_over() {
            self.ended_at = Some(at);
        }
    }
}

fn first_version() -> String {
    "1".to_owned()
}

fn in_progress() -> String {
    "InProgress".to_owned()
}

fn local() -> String {
    "Local".to_owned()
}

fn cancelled() -> Vec<StatusStep> {
    vec![StatusStep::new(30, "Cancelled")]
}

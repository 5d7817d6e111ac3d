//! OpenSearch: domains, their service software updates and scheduled actions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Tags, yes};
use crate::course::{self, Step};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearch {
    #[serde(default)]
    pub domains: Vec<Domain>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Domain {
    pub name: String,
    #[serde(default = "engine")]
    pub engine: String,
    #[serde(default)]
    pub tags: Tags,
    #[serde(default)]
    pub update: SoftwareUpdate,
    #[serde(default)]
    pub scheduled_actions: Vec<ScheduledAction>,
}

/// A domain's service software and the update of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SoftwareUpdate {
    #[serde(default = "current")]
    pub current: String,
    #[serde(default = "new")]
    pub new: String,
    #[serde(default = "not_eligible")]
    pub status: String,
    #[serde(default)]
    pub available: bool,
    #[serde(default)]
    pub cancellable: bool,
    /// May the domain's owner leave it out?
    #[serde(default = "yes")]
    pub optional: bool,
    #[serde(default)]
    pub description: String,
    /// When AWS begins with it by itself; without it, AWS's answer says 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automated_at: Option<Timestamp>,
    /// When it took its present status; steps after a cancel count from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    #[serde(default)]
    pub then: Vec<Step>,
    /// What becomes of it after it is cancelled; a step `after` 0 seconds is in the cancel call's own answer.
    #[serde(default = "eligible_again")]
    pub when_cancelled: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScheduledAction {
    pub id: String,
    #[serde(default = "software_update")]
    pub kind: String,
    #[serde(default = "pending_update")]
    pub status: String,
    pub scheduled_at: Timestamp,
    #[serde(default)]
    pub mandatory: bool,
    #[serde(default)]
    pub cancellable: bool,
}

impl OpenSearch {
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.domains
            .iter_mut()
            .for_each(|domain| domain.update.settle(now));
    }
}

impl SoftwareUpdate {
    pub(crate) fn settle(&mut self, now: Timestamp) {
        if self.status == "PENDING_UPDATE" && self.automated_at.is_some_and(|at| at <= now) {
            self.becomes("IN_PROGRESS", self.automated_at.unwrap_or(now));
        }
        while let Some((at, status)) = self
            .since_at
            .and_then(|since| course::next(since, &mut self.then, now))
        {
            self.becomes(&status, at);
        }
    }

    pub(crate) fn becomes(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.since_at = Some(at);
        self.cancellable = self.cancellable && status == "PENDING_UPDATE";
    }
}

impl Default for SoftwareUpdate {
    fn default() -> Self {
        Self {
            current: current(),
            new: new(),
            status: not_eligible(),
            available: false,
            cancellable: false,
            optional: true,
            description: String::new(),
            automated_at: None,
            since_at: None,
            then: Vec::new(),
            when_cancelled: eligible_again(),
        }
    }
}

fn engine() -> String {
    "OpenSearch_2.19".to_owned()
}

fn current() -> String {
    "OpenSearch_2_19_R20261001".to_owned()
}

fn new() -> String {
    "OpenSearch_2_19_R20261101".to_owned()
}

fn not_eligible() -> String {
    "NOT_ELIGIBLE".to_owned()
}

fn software_update() -> String {
    "SERVICE_SOFTWARE_UPDATE".to_owned()
}

fn pending_update() -> String {
    "PENDING_UPDATE".to_owned()
}

fn eligible_again() -> Vec<Step> {
    vec![Step::new(0, "ELIGIBLE")]
}

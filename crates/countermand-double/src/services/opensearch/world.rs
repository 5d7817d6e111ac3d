//! OpenSearch: domains, their service software updates and scheduled actions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::domain_arn;
use crate::course::{self, StatusStep};
use crate::world::{ResourceTags, ServiceWorld, World, yes};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearchWorld {
    #[serde(default)]
    pub domains: Vec<OpenSearchDomain>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearchDomain {
    pub name: String,
    #[serde(default = "engine")]
    pub engine: String,
    #[serde(default)]
    pub tags: ResourceTags,
    #[serde(default)]
    pub update: OpenSearchSoftwareUpdate,
    #[serde(default)]
    pub scheduled_actions: Vec<OpenSearchScheduledAction>,
}

/// A domain's service software and the update of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearchSoftwareUpdate {
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
    pub then: Vec<StatusStep>,
    /// What becomes of it after it is cancelled; a step `after` 0 seconds is in the cancel call's own answer.
    #[serde(default = "eligible_again")]
    pub when_cancelled: Vec<StatusStep>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearchScheduledAction {
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

impl ServiceWorld for OpenSearchWorld {
    fn settle(&mut self, now: Timestamp) {
        for domain in &mut self.domains {
            domain.update.settle(now);
        }
    }

    fn states(&self) -> Vec<(String, String)> {
        let domains = self.domains.iter();
        domains
            .map(|it| (it.name.clone(), it.update.status.clone()))
            .collect()
    }

    fn tags_of(&self, world: &World, arn: &str) -> Option<&ResourceTags> {
        let mut domains = self.domains.iter();
        let domain = domains.find(|it| domain_arn(world, it) == arn);
        domain.map(|it| &it.tags)
    }
}

impl OpenSearchSoftwareUpdate {
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

impl Default for OpenSearchSoftwareUpdate {
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

fn eligible_again() -> Vec<StatusStep> {
    vec![StatusStep::new(0, "ELIGIBLE")]
}

//! OpenSearch in the world: domains, their service software updates and scheduled actions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{OpenSearchConfigChange, domain_arn};
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
    /// Its newest configuration change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_change: Option<OpenSearchConfigChange>,
    /// Its DomainProcessingStatus; without it, the one that follows from its update and its configuration change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing_status: Option<String>,
    #[serde(default)]
    pub scheduled_actions: Vec<OpenSearchScheduledAction>,
}

/// The service software of a domain, and its update.
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
    /// May the domain's owner decline it?
    #[serde(default = "yes")]
    pub optional: bool,
    #[serde(default)]
    pub description: String,
    /// When AWS starts it by itself; without it, AWS answers 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automated_at: Option<Timestamp>,
    /// When it took its present status: the first step of `then` counts from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// What becomes of it after it is cancelled; the answer to the cancel call already shows a step `after` 0 seconds.
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
            if let Some(change) = &mut domain.config_change {
                change.settle(now);
            }
        }
    }

    fn states(&self) -> Vec<(String, String)> {
        let updates = self.domains.iter();
        let updates = updates.map(|it| (it.name.clone(), it.update.status.clone()));
        let changes = self
            .domains
            .iter()
            .filter_map(|it| it.config_change.as_ref());
        let changes = changes.map(|it| (it.id.clone(), it.status.clone()));
        updates.chain(changes).collect()
    }

    fn tags_of(&self, world: &World, arn: &str) -> Option<&ResourceTags> {
        let mut domains = self.domains.iter();
        let domain = domains.find(|it| domain_arn(world, it) == arn);
        domain.map(|it| &it.tags)
    }
}

impl OpenSearchDomain {
    /// Its configuration change, if that has started.
    pub(super) fn change(&self, now: Timestamp) -> Option<&OpenSearchConfigChange> {
        self.config_change.as_ref().filter(|it| it.has_begun(now))
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

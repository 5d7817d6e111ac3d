//! ECS: clusters, services and their deployments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::find::ServicePlace;
use crate::course::{self, StatusStep};
use crate::world::{ResourceTags, ServiceWorld, World, yes};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsWorld {
    #[serde(default)]
    pub clusters: Vec<EcsCluster>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsCluster {
    pub name: String,
    #[serde(default)]
    pub services: Vec<EcsService>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsService {
    pub name: String,
    #[serde(default)]
    pub tags: ResourceTags,
    /// The type of its deployment controller; without it, AWS's answer has no type, which means `ECS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    #[serde(default = "two")]
    pub desired: u32,
    /// What a controller other than ECS works with.
    #[serde(default)]
    pub task_sets: Vec<EcsTaskSet>,
    /// In any order; the one that was created last is the current one.
    #[serde(default)]
    pub deployments: Vec<EcsDeployment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsTaskSet {
    /// As `ecs-svc/…`.
    pub id: String,
    /// `PRIMARY`, `ACTIVE` or `DRAINING`.
    pub status: String,
    /// `STEADY_STATE` or `STABILIZING`.
    #[serde(default = "steady")]
    pub stability: String,
    pub created_at: Timestamp,
}

/// A service deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsDeployment {
    /// The last part of its ARN.
    pub id: String,
    /// Its id in events, `ecs-svc/…`; without it, one that follows from `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[serde(default = "in_progress")]
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub created_at: Timestamp,
    /// Without it, when it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Its lifecycle stage, such as `SCALE_UP` or `CLEAN_UP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    #[serde(default = "rolling")]
    pub strategy: String,
    /// The revisions that ran before, by the last part of their ARNs; none for a first deployment.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The revision that it brings, by the last part of its ARN.
    #[serde(default = "target")]
    pub target: String,
    /// The state of its circuit breaker, such as `MONITORING` or `TRIGGERED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<String>,
    /// The alarms that ECS itself watches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms: Option<EcsAlarms>,
    /// The rollback that has begun; the double writes it when it is told to stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<EcsRollback>,
    #[serde(default)]
    pub hooks: Vec<EcsHook>,
    /// Does it take StopServiceDeployment while a hook awaits an action?
    #[serde(default = "yes")]
    pub stoppable_while_paused: bool,
    /// What becomes of it by itself.
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// When the first step of `then` begins to count; without it, when it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    /// What becomes of it after it is told to stop, from ROLLBACK_REQUESTED on.
    #[serde(default = "rolls_back")]
    pub when_stopped: Vec<StatusStep>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsAlarms {
    pub status: String,
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub triggered: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsRollback {
    pub reason: String,
    pub started_at: Timestamp,
    /// The last part of the ARN of the revision that it goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// A lifecycle hook that has been reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcsHook {
    pub id: String,
    #[serde(default = "pause")]
    pub kind: String,
    #[serde(default = "awaiting_action")]
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_action: Option<String>,
}

impl ServiceWorld for EcsWorld {
    fn settle(&mut self, now: Timestamp) {
        let services = self
            .clusters
            .iter_mut()
            .flat_map(|cluster| &mut cluster.services);
        for deployment in services.flat_map(|service| &mut service.deployments) {
            while let Some((at, status)) = course::next(
                deployment.since_at.unwrap_or(deployment.created_at),
                &mut deployment.then,
                now,
            ) {
                deployment.becomes(&status, at);
            }
        }
    }

    fn states(&self) -> Vec<(String, String)> {
        let services = self.clusters.iter().flat_map(|cluster| &cluster.services);
        let deployments = services.flat_map(|service| &service.deployments);
        deployments
            .map(|it| (it.id.clone(), it.status.clone()))
            .collect()
    }

    fn tags_of(&self, world: &World, arn: &str) -> Option<&ResourceTags> {
        self.clusters.iter().find_map(|cluster| {
            let mut services = cluster.services.iter();
            let found = services.find(|service| {
                let place = ServicePlace {
                    world,
                    cluster,
                    service,
                };
                place.service_arn() == arn
            });
            found.map(|it| &it.tags)
        })
    }
}

impl EcsService {
    pub(crate) fn current(&self, now: Timestamp) -> Option<&EcsDeployment> {
        self.begun(now)
            .max_by_key(|deployment| deployment.created_at)
    }

    /// Those that AWS shows by now: one with a later creation time is not there yet.
    pub(crate) fn begun(&self, now: Timestamp) -> impl Iterator<Item = &EcsDeployment> {
        self.deployments
            .iter()
            .filter(move |deployment| deployment.created_at <= now)
    }
}

impl EcsDeployment {
    pub(crate) fn becomes(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.since_at = Some(at);
        if self.is_over() {
            self.finished_at = Some(at);
        }
    }

    /// What a stop and a hook's ROLLBACK both lead to.
    pub(crate) fn roll_back(&mut self, reason: &str, now: Timestamp) {
        self.becomes("ROLLBACK_REQUESTED", now);
        self.then = self.when_stopped.clone();
        reason.clone_into(self.reason.get_or_insert_default());
        self.rollback = Some(EcsRollback {
            reason: reason.to_owned(),
            started_at: now,
            revision: self.sources.first().cloned(),
        });
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(
            self.status.as_str(),
            "SUCCESSFUL" | "STOPPED" | "ROLLBACK_SUCCESSFUL" | "ROLLBACK_FAILED"
        )
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.hooks.iter().any(EcsHook::awaits_action)
    }
}

impl EcsHook {
    pub(crate) fn awaits_action(&self) -> bool {
        self.kind == "PAUSE" && self.status == "AWAITING_ACTION"
    }
}

fn two() -> u32 {
    2
}

fn steady() -> String {
    "STEADY_STATE".to_owned()
}

fn in_progress() -> String {
    "IN_PROGRESS".to_owned()
}

fn rolling() -> String {
    "ROLLING".to_owned()
}

fn target() -> String {
    "2".to_owned()
}

fn pause() -> String {
    "PAUSE".to_owned()
}

fn awaiting_action() -> String {
    "AWAITING_ACTION".to_owned()
}

fn rolls_back() -> Vec<StatusStep> {
    vec![
        StatusStep::new(5, "ROLLBACK_IN_PROGRESS"),
        StatusStep::new(60, "ROLLBACK_SUCCESSFUL"),
    ]
}

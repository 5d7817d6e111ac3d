//! Proton: service instances.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::instance_arn;
use crate::course::{self, StatusStep};
use crate::world::{ResourceTags, ServiceWorld, World};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProtonWorld {
    #[serde(default)]
    pub instances: Vec<ProtonInstance>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProtonInstance {
    pub service: String,
    pub name: String,
    #[serde(default = "environment")]
    pub environment: String,
    #[serde(default)]
    pub tags: ResourceTags,
    #[serde(default = "succeeded")]
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    pub created_at: Timestamp,
    /// When the last deployment began.
    pub attempted_at: Timestamp,
    /// When a deployment last succeeded; without it, when it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeded_at: Option<Timestamp>,
    /// What becomes of it by itself.
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// When the first step of `then` begins to count; without it, when the deployment began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    /// What becomes of it after it is cancelled, from CANCELLING on.
    #[serde(default = "cancelled")]
    pub when_cancelled: Vec<StatusStep>,
}

impl ServiceWorld for ProtonWorld {
    fn settle(&mut self, now: Timestamp) {
        for instance in &mut self.instances {
            while let Some((at, status)) = course::next(
                instance.since_at.unwrap_or(instance.attempted_at),
                &mut instance.then,
                now,
            ) {
                instance.becomes(&status, at);
            }
        }
    }

    fn states(&self) -> Vec<(String, String)> {
        let instances = self.instances.iter();
        instances
            .map(|it| (format!("{}/{}", it.service, it.name), it.status.clone()))
            .collect()
    }

    fn tags_of(&self, world: &World, arn: &str) -> Option<&ResourceTags> {
        let mut instances = self.instances.iter();
        let instance = instances.find(|it| instance_arn(world, it) == arn);
        instance.map(|it| &it.tags)
    }
}

impl ProtonInstance {
    pub(crate) fn becomes(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.since_at = Some(at);
        if status == "SUCCEEDED" {
            self.succeeded_at = Some(at);
        }
    }
}

fn environment() -> String {
    "prod".to_owned()
}

fn succeeded() -> String {
    "SUCCEEDED".to_owned()
}

fn cancelled() -> Vec<StatusStep> {
    vec![StatusStep::new(30, "CANCELLED")]
}

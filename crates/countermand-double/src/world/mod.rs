//! The state of AWS, given as JSON. Every key that ends in `-at` is a time: `2026-11-20T12:00:00Z`, or so long after
//! (`+5m`) or before (`-10m`) the world's `now`.

mod cloudwatch;
mod ecs;
mod events;
mod iam;
mod opensearch;
mod proton;
mod read;
mod sqs;
mod ssm;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use cloudwatch::{Alarm, AlarmKind, CloudWatch, HistoryItem};
pub use ecs::{Alarms, Cluster, Deployment, Ecs, Hook, Rollback, Service, TaskSet};
pub use events::{Bus, Event, Events};
pub use iam::{Effect, Statement, Texts};
pub use opensearch::{Domain, OpenSearch, ScheduledAction, SoftwareUpdate};
pub use proton::{Instance, Proton};
pub use read::BadWorld;
pub use sqs::{Message, Queue, Sqs};
pub(crate) use ssm::is_over;
pub use ssm::{ChangeCalendar, Closed, Execution, Ssm, Task, Window};

use crate::faults::Fault;
use crate::rates::Rate;

/// Tags of a resource, by key.
pub type Tags = std::collections::BTreeMap<String, String>;

/// Everything that the double knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct World {
    /// The time at which the world begins; without it, the real one.
    pub now: Timestamp,
    /// Does its clock run, instead of standing still until it is turned?
    #[serde(default)]
    pub runs: bool,
    /// How far each call turns the clock, for a client that waits by asking again.
    #[serde(default)]
    pub seconds_per_call: u32,
    /// The account of everything in it.
    #[serde(default = "account")]
    pub account: String,
    /// The region of everything in it.
    #[serde(default = "region")]
    pub region: String,
    #[serde(default)]
    pub ecs: Ecs,
    #[serde(default)]
    pub ssm: Ssm,
    #[serde(default)]
    pub opensearch: OpenSearch,
    #[serde(default)]
    pub proton: Proton,
    #[serde(default)]
    pub cloudwatch: CloudWatch,
    #[serde(default)]
    pub sqs: Sqs,
    #[serde(default)]
    pub events: Events,
    /// What the caller may do, as the statements of an IAM policy; without it, everything. What they do not allow is
    /// answered with `AccessDeniedException`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam: Option<Vec<Statement>>,
    /// Calls that go wrong; the first that fits is used.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// How many calls it takes; without any, as many as there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
}

impl World {
    /// Lets everything happen that is due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.now = now;
        self.ecs.settle(now);
        self.ssm.settle(now);
        self.opensearch.settle(now);
        self.proton.settle(now);
    }

    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region, self.account
        )
    }
}

fn account() -> String {
    "111122223333".to_owned()
}

fn region() -> String {
    "eu-central-1".to_owned()
}

fn yes() -> bool {
    true
}

//! The log of every request that the double answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordedCall {
    /// When it came, by the world's clock.
    pub at: Timestamp,
    pub service: String,
    pub operation: String,
    /// The input as JSON, also where the wire speaks CBOR or REST.
    pub input: Value,
    /// The ARNs that IAM checks it against, or `*`.
    #[serde(default)]
    pub resources: Vec<String>,
    /// The HTTP status of the answer; 0 when the connection was reset.
    pub status: u16,
    /// The code of the error that was answered.
    pub error: Option<String>,
    /// The world's fault that spoiled it.
    pub fault: Option<String>,
    /// Its number in one count of all requests that came and all answers that left.
    #[serde(default)]
    pub came: usize,
    /// The number of its answer in the same count: a call with a higher number may have waited for it.
    #[serde(default)]
    pub answered: Option<usize>,
}

impl RecordedCall {
    /// The name that faults use too: `ecs:StopServiceDeployment`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

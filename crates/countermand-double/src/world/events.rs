//! EventBridge: buses and what was put on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Events {
    #[serde(default)]
    pub buses: Vec<Bus>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bus {
    pub name: String,
    /// As many entries fail by themselves, within calls that succeed.
    #[serde(default)]
    pub failing_entries: u32,
    /// The first one put first.
    #[serde(default)]
    pub events: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Event {
    pub id: String,
    pub put_at: Timestamp,
    pub source: String,
    pub detail_type: String,
    pub resources: Vec<String>,
    pub detail: Value,
}

//! CloudWatch: alarms and what happened to them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::world::{ResourceTags, ServiceWorld, yes};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CloudWatchWorld {
    #[serde(default)]
    pub alarms: Vec<CloudWatchAlarm>,
}

impl ServiceWorld for CloudWatchWorld {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CloudWatchAlarm {
    pub name: String,
    #[serde(default)]
    pub kind: CloudWatchAlarmKind,
    #[serde(default = "ok")]
    pub state: String,
    #[serde(default)]
    pub reason: String,
    /// When it took its state.
    pub updated_at: Timestamp,
    #[serde(default = "yes")]
    pub actions_enabled: bool,
    /// The dimensions of a metric alarm.
    #[serde(default)]
    pub dimensions: ResourceTags,
    /// The rule of a composite alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// `WaitPeriod`, `ExtensionPeriod` or `Alarm`, for a composite alarm whose actions are suppressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed_by: Option<String>,
    #[serde(default)]
    pub history: Vec<CloudWatchHistoryItem>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloudWatchAlarmKind {
    #[default]
    Metric,
    Composite,
    Log,
}

/// A change of an alarm's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CloudWatchHistoryItem {
    pub changed_at: Timestamp,
    pub from: String,
    pub to: String,
    #[serde(default)]
    pub reason: String,
}

fn ok() -> String {
    "OK".to_owned()
}

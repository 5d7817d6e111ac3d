//! Events in our own words: one closed enum, whatever shape the event had on the wire.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One event that we answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The event's own id, if its shape has one: it connects a record to its event.
    pub event_id: Option<String>,
    /// When the sender says it happened. Delivery can be hours later.
    pub at: Timestamp,
    /// Where it happened: with a central bus, this may be another place than the function's.
    pub from: Place,
    pub kind: TriggerKind,
}

/// An account and a region, as far as the event names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriggerKind {
    /// A CloudWatch alarm changed state.
    AlarmChanged(AlarmChanged),
    /// A scheduled policy is due.
    PolicyDue(PolicyDue),
    /// AWS says that a change has begun or is planned.
    ChangeBegan(AnnouncedChange),
    /// An SSM Change Calendar closed.
    CalendarClosed(CalendarClosed),
    /// A person asked, and said why.
    Asked(Asked),
}

/// The one change that an event says has begun or is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedChange {
    /// The operation that would stop it.
    pub operation: &'static str,
    /// The names of the target in the event, by keys such as `cluster` and `service`.
    pub names: BTreeMap<&'static str, String>,
    /// The id of the change, if the event has it.
    pub change: Option<String>,
    /// The state of the change, as AWS calls it.
    pub state: String,
    pub began_at: Option<Timestamp>,
    /// The event says that the change rolls back another one.
    pub is_rollback: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmChanged {
    pub name: String,
    pub arn: Option<String>,
    pub state: AlarmStateSince,
    /// `None` for a contributor, and in an alarm's first event.
    pub previous: Option<AlarmStateSince>,
    /// A mute rule is in force. It mutes the alarm's actions, not its events.
    pub muted: Option<Muted>,
    /// What suppresses a composite alarm's actions: `WaitPeriod`, `ExtensionPeriod` or `Alarm`.
    pub suppressed_by: Option<String>,
    /// `None` if tag propagation is not switched on: unknown, not untagged.
    pub tags: Option<BTreeMap<String, String>>,
    /// For each dimension, its distinct values in the alarm's metrics, sorted.
    pub dimensions: BTreeMap<String, Vec<String>>,
    /// The attributes of the one time series that this event is about.
    pub contributor: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmStateSince {
    pub value: AlarmState,
    pub since: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlarmState {
    Ok,
    Alarm,
    InsufficientData,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Muted {
    pub by: Option<String>,
    pub until: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDue {
    pub policy: String,
    /// The scheduled time, which a late delivery does not change.
    pub scheduled_for: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarClosed {
    /// The calendar's document: its ARN, if the event has it.
    pub calendar: String,
    /// When it closed: a moment before the event.
    pub since: Timestamp,
    pub next_change: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub why: String,
}

impl Trigger {
    /// The one change that the event announces, if any.
    pub fn announced(&self) -> Option<&AnnouncedChange> {
        match &self.kind {
            TriggerKind::ChangeBegan(announced) => Some(announced),
            _ => None,
        }
    }
}

impl AlarmChanged {
    /// Since when the alarm has been in this state. When suppression ends, an event repeats the state with a new time,
    /// although the trouble began earlier.
    pub fn began(&self) -> Timestamp {
        match &self.previous {
            Some(previous) if previous.value == self.state.value => previous.since,
            _ => self.state.since,
        }
    }
}

impl AlarmState {
    pub const ALL: [Self; 3] = [Self::Ok, Self::Alarm, Self::InsufficientData];

    /// As CloudWatch writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

//! What woke us, in our own words: one closed enum, whatever shape the event had on the wire.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One event that is ours to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The event's own id, where its shape has one: it ties a record to its event.
    pub event_id: Option<String>,
    /// When the sender says it happened. Delivery can be hours later.
    pub at: Timestamp,
    /// Where it happened, which a central bus can make another place than ours.
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
    /// The names that the event gives of the target, as `cluster` and `service`.
    pub names: BTreeMap<&'static str, String>,
    /// The change itself, where the event names it.
    pub change: Option<String>,
    /// What AWS calls the state that the change is in.
    pub state: String,
    pub began_at: Option<Timestamp>,
    /// The change undoes another one, and says so itself.
    pub is_rollback: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmChanged {
    pub name: String,
    pub arn: Option<String>,
    pub state: AlarmStateSince,
    /// Contributors have none, nor has an alarm's first event.
    pub previous: Option<AlarmStateSince>,
    /// A mute rule is in force. It mutes the alarm's actions, not its events.
    pub muted: Option<Muted>,
    /// What suppresses a composite alarm's actions: `WaitPeriod`, `ExtensionPeriod` or `Alarm`.
    pub suppressed_by: Option<String>,
    /// Absent where tag propagation is not switched on: unknown, not untagged.
    pub tags: Option<BTreeMap<String, String>>,
    /// All values that the alarm's metrics give a dimension, in order, each once.
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
    /// What the schedule meant, which a late delivery does not change.
    pub scheduled_for: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarClosed {
    /// The calendar's document: its ARN where the event has it.
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
    /// The one change that the event tells of, where it tells of one.
    pub fn announced(&self) -> Option<&AnnouncedChange> {
        match &self.kind {
            TriggerKind::ChangeBegan(announced) => Some(announced),
            _ => None,
        }
    }
}

impl AlarmChanged {
    /// Since when the alarm has been in this state. When suppression ends, an event says the same state
    /// again with a new time: what began then is the event, not the trouble.
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

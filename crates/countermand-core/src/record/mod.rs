//! One event in, one record out: what was decided, why, and with what result.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::policy::Mode;
use crate::reason::Reason;
use crate::trigger::{AlarmState, Place, Trigger, TriggerKind};

mod event;
mod metrics;
mod notification;
mod outcome;
mod target;
#[cfg(test)]
mod tests;
pub mod text;

pub use event::{
    BusEvent, DecisionEvent, MOST_ENTRIES, OutcomeEvent, SOURCE, batches, of_outcome, of_record,
};
pub use metrics::{
    METRICS, Metric, Unit, of_outcome as metrics_of_outcome, of_record as metrics_of_record,
};
pub use notification::{Content, Metadata, Notification};
pub use outcome::OutcomeRecord;

/// The version of this shape.
pub const SCHEMA: u32 = 1;

/// All about one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Record {
    pub schema: u32,
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub at: Timestamp,
    /// Absent where the event was not ours; then `note` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub decisions: Vec<Decision>,
    /// How many policies the event is not about.
    pub not_matching: usize,
    /// How many calls were made to AWS.
    pub calls: u32,
    pub elapsed_ms: u64,
    /// How many changes were stopped, or previewed, that nobody looks at again.
    #[serde(skip_serializing_if = "is_zero")]
    pub unverified: usize,
    /// From the alarm's own time to AWS's answer to the last stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_to_stop: Option<f64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What woke us, as records tell it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriggerRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub at: Timestamp,
    #[serde(flatten)]
    pub from: Place,
    #[serde(flatten)]
    pub what: TriggerRecordKind,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TriggerRecordKind {
    AlarmChanged {
        alarm: String,
        state: AlarmState,
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        since: Timestamp,
    },
    PolicyDue {
        policy: String,
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        scheduled_for: Timestamp,
    },
    ChangeBegan {
        operation: String,
        target: String,
        state: String,
    },
    CalendarClosed {
        calendar: String,
    },
    Asked {
        why: String,
    },
}

/// What one policy made of the event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    pub policy: String,
    pub mode: Mode,
    #[serde(flatten)]
    pub outcome: Decided,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Decided {
    /// What was found, one by one.
    Targets(Vec<TargetRecord>),
    /// Why the event as a whole is held.
    Reasons(Vec<Reason>),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TargetRecord {
    pub operation: String,
    /// The change, or the target where no change was found.
    pub target: String,
    /// Absent where nothing was found to judge, and it is not known whether there is anything.
    pub verdict: Option<VerdictWord>,
    pub reasons: Vec<Reason>,
    /// What came of a `stop`.
    pub answer: Option<Answer>,
    #[serde(rename = "stopped-by", skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<String>,
    /// Whether it will be looked at again. Absent where there is nothing to look at, or no queue is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// For people.
    pub text: String,
    /// With what is stopped or would be: the command that keeps us from this target for some hours.
    #[serde(rename = "hold-with", skip_serializing_if = "Option::is_none")]
    pub hold_with: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum VerdictWord {
    Stop,
    Hold,
}

/// What came of a `stop`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// AWS took the request: that it stopped is to be proven.
    Requested,
    /// The change had ended before the call.
    AlreadyOver,
    /// AWS said no, and would say so again.
    Refused,
    /// AWS did not answer: the event is to be delivered again.
    NoAnswer,
    /// Time ran out first: the event is to be delivered again.
    NotTried,
    /// The policy only observes.
    Previewed,
}

/// Whether what becomes of a change will be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// It is in the queue.
    Queued,
    /// The queue did not take it: the event is to be delivered again.
    NotQueued,
}

/// Facts about a run besides its decisions.
#[derive(Debug, Clone)]
pub struct RunFacts {
    pub at: Timestamp,
    /// Why nothing was looked up.
    pub note: Option<&'static str>,
    pub not_matching: usize,
    pub calls: u32,
    pub took: std::time::Duration,
    /// When AWS accepted the last stop.
    pub last_stop_at: Option<Timestamp>,
}

impl Record {
    pub fn new(trigger: &Trigger, decisions: Vec<Decision>, facts: &RunFacts) -> Self {
        let mut record = Self {
            note: facts.note.map(str::to_owned),
            decisions,
            not_matching: facts.not_matching,
            calls: facts.calls,
            elapsed_ms: u64::try_from(facts.took.as_millis()).unwrap_or(u64::MAX),
            seconds_to_stop: match &trigger.kind {
                TriggerKind::AlarmChanged(alarm) => facts
                    .last_stop_at
                    .map(|at| at.duration_since(alarm.state.since).as_secs_f64()),
                _ => None,
            },
            ..Self::blank(facts.at, Some(trigger))
        };
        // A person who asks watches the result.
        if !matches!(trigger.kind, TriggerKind::Asked(_)) {
            record.unverified = record.targets().filter(|it| it.is_unverified()).count();
        }
        record
    }

    /// The record of an event without decisions, and why there are none.
    pub fn noted(at: Timestamp, trigger: Option<&Trigger>, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..Self::blank(at, trigger)
        }
    }

    fn blank(at: Timestamp, trigger: Option<&Trigger>) -> Self {
        Self {
            schema: SCHEMA,
            at,
            trigger: trigger.map(TriggerRecord::from),
            note: None,
            decisions: Vec::new(),
            not_matching: 0,
            calls: 0,
            elapsed_ms: 0,
            unverified: 0,
            seconds_to_stop: None,
        }
    }

    /// Every target of every decision.
    pub fn targets(&self) -> impl Iterator<Item = &TargetRecord> {
        self.decisions.iter().flat_map(Decision::targets)
    }
}

/// The JSON Schema (draft 2020-12) of a record.
#[cfg(feature = "schema")]
pub fn record_schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<Record>()
        .to_value()
}

impl Decision {
    /// If the event as a whole is held, there are no targets.
    pub fn new(policy: &str, mode: Mode, held: &[Reason], targets: Vec<TargetRecord>) -> Self {
        Self {
            policy: policy.to_owned(),
            mode,
            outcome: match held {
                [] => Decided::Targets(targets),
                reasons => Decided::Reasons(reasons.to_vec()),
            },
        }
    }

    fn targets(&self) -> &[TargetRecord] {
        match &self.outcome {
            Decided::Targets(targets) => targets,
            Decided::Reasons(_) => &[],
        }
    }
}

impl Answer {
    /// Whether the event must be delivered again.
    pub fn wants_retry(self) -> bool {
        matches!(self, Self::NoAnswer | Self::NotTried)
    }
}

impl TargetRecord {
    /// Whether the event must be delivered again because of it.
    pub fn wants_retry(&self) -> bool {
        self.answer.is_some_and(Answer::wants_retry)
            || self.verification == Some(Verification::NotQueued)
    }
}

impl From<&Trigger> for TriggerRecord {
    fn from(trigger: &Trigger) -> Self {
        let what = match &trigger.kind {
            TriggerKind::AlarmChanged(alarm) => TriggerRecordKind::AlarmChanged {
                alarm: alarm.name.clone(),
                state: alarm.state.value,
                since: alarm.began(),
            },
            TriggerKind::PolicyDue(due) => TriggerRecordKind::PolicyDue {
                policy: due.policy.clone(),
                scheduled_for: due.scheduled_for,
            },
            TriggerKind::ChangeBegan(change) => TriggerRecordKind::ChangeBegan {
                operation: change.operation.to_owned(),
                target: change.names.values().cloned().collect::<Vec<_>>().join("/"),
                state: change.state.clone(),
            },
            TriggerKind::CalendarClosed(closed) => TriggerRecordKind::CalendarClosed {
                calendar: closed.calendar.clone(),
            },
            TriggerKind::Asked(asked) => TriggerRecordKind::Asked {
                why: asked.why.clone(),
            },
        };
        Self {
            event_id: trigger.event_id.clone(),
            at: trigger.at,
            from: trigger.from.clone(),
            what,
        }
    }
}

//! One event in, one record out: what was decided, why, and what came of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::policy::Mode;
use crate::trigger::{AlarmState, Kind, Place, Trigger};
use crate::verdict::Reason;

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
    pub trigger: Option<Told>,
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
pub struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub at: Timestamp,
    #[serde(flatten)]
    pub from: Place,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum What {
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

impl Record {
    /// Of an event that there is nothing to decide about, and why.
    pub fn noted(at: Timestamp, trigger: Option<&Trigger>, note: impl Into<String>) -> Self {
        Self {
            schema: SCHEMA,
            at,
            trigger: trigger.map(Told::from),
            note: Some(note.into()),
            decisions: Vec::new(),
            not_matching: 0,
            calls: 0,
            elapsed_ms: 0,
            unverified: 0,
            seconds_to_stop: None,
        }
    }

    /// Every target that was looked at.
    pub fn targets(&self) -> impl Iterator<Item = &TargetRecord> {
        let targets = self.decisions.iter().map(|it| match &it.outcome {
            Decided::Targets(targets) => targets.as_slice(),
            Decided::Reasons(_) => &[],
        });
        targets.flatten()
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

impl Answer {
    /// Whether the event must be delivered again.
    pub fn wants_retry(self) -> bool {
        matches!(self, Self::NoAnswer | Self::NotTried)
    }
}

impl TargetRecord {
    /// Whether the event must be delivered again for it.
    pub fn wants_retry(&self) -> bool {
        self.answer.is_some_and(Answer::wants_retry)
            || self.verification == Some(Verification::NotQueued)
    }
}

impl From<&Trigger> for Told {
    fn from(trigger: &Trigger) -> Self {
        let what = match &trigger.kind {
            Kind::AlarmChanged(alarm) => What::AlarmChanged {
                alarm: alarm.name.clone(),
                state: alarm.state.value,
                since: alarm.began(),
            },
            Kind::PolicyDue(due) => What::PolicyDue {
                policy: due.policy.clone(),
                scheduled_for: due.scheduled_for,
            },
            Kind::ChangeBegan(change) => What::ChangeBegan {
                operation: change.operation.to_owned(),
                target: change.names.values().cloned().collect::<Vec<_>>().join("/"),
                state: change.state.clone(),
            },
            Kind::CalendarClosed(closed) => What::CalendarClosed {
                calendar: closed.calendar.clone(),
            },
            Kind::Asked(asked) => What::Asked {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::trigger::Asked;
    use crate::verdict::Code;

    #[test]
    fn a_record_has_the_shape_that_machines_read() {
        let at = "2026-11-20T03:00:00Z".parse().unwrap();
        let trigger = Trigger {
            event_id: None,
            at,
            from: Place {
                account: Some("123456789012".into()),
                region: None,
            },
            kind: Kind::Asked(Asked {
                why: "INC-1".into(),
            }),
        };
        let held = Decision {
            policy: "p".into(),
            mode: Mode::Observe,
            outcome: Decided::Reasons(vec![Reason {
                code: Code::EventTooOld,
                text: "old".into(),
            }]),
        };
        let stopped = Decision {
            policy: "q".into(),
            mode: Mode::Enforce,
            outcome: Decided::Targets(vec![TargetRecord {
                operation: "ecs.stop-service-deployment".into(),
                target: "arn".into(),
                verdict: Some(VerdictWord::Stop),
                reasons: vec![],
                answer: Some(Answer::AlreadyOver),
                stopped_by: None,
                verification: Some(Verification::Queued),
                text: "t".into(),
                hold_with: None,
            }]),
        };
        let record = Record {
            schema: SCHEMA,
            at,
            trigger: Some(Told::from(&trigger)),
            note: None,
            decisions: vec![held, stopped],
            not_matching: 12,
            calls: 3,
            elapsed_ms: 41,
            unverified: 0,
            seconds_to_stop: None,
        };
        let written = serde_json::to_value(record).unwrap();
        #[cfg(feature = "schema")]
        assert!(jsonschema::draft202012::is_valid(
            &record_schema(),
            &written
        ));
        assert_eq!(
            written,
            json!({
                "schema": 1,
                "at": "2026-11-20T03:00:00Z",
                "trigger": { "kind": "asked", "why": "INC-1", "at": "2026-11-20T03:00:00Z", "account": "123456789012" },
                "decisions": [
                    { "policy": "p", "mode": "observe", "reasons": [{ "code": "event-too-old", "text": "old" }] },
                    { "policy": "q", "mode": "enforce", "targets": [{
                        "operation": "ecs.stop-service-deployment", "target": "arn", "verdict": "stop",
                        "reasons": [], "answer": "already-over", "verification": "queued", "text": "t",
                    }] },
                ],
                "not_matching": 12,
                "calls": 3,
                "elapsed_ms": 41,
            })
        );
    }
}

//! The record of a followed change's outcome.

use jiff::Timestamp;
use serde::Serialize;

use super::{SCHEMA, text};
use crate::follow::{Aim, Ending, Followed};
use crate::operation::{ChangeRef, Outcome};

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutcomeRecord {
    pub schema: u32,
    /// The same for the same change: an outcome that comes twice is one.
    pub id: String,
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub at: Timestamp,
    pub outcome: Outcome,
    /// What it is measured by.
    pub aim: Aim,
    pub policy: String,
    pub operation: String,
    #[serde(flatten)]
    pub which: ChangeRef,
    /// What people call it, as `prod/checkout`.
    pub target: String,
    /// The event that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The state that it is in, as AWS calls it. Absent where AWS did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// From when its deadline counts: the time of the event.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub since: Timestamp,
    /// Absent where AWS does not say when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub ended_at: Option<Timestamp>,
    /// For people.
    pub text: String,
}

impl OutcomeRecord {
    pub fn new(followed: &Followed, ending: &Ending, now: Timestamp) -> Self {
        let latest = ending.seen.as_ref().ok();
        Self {
            schema: SCHEMA,
            id: followed.id(),
            at: now,
            outcome: ending.outcome,
            aim: followed.aim,
            policy: followed.policy.clone(),
            operation: followed.operation.clone(),
            which: followed.which.clone(),
            target: followed.target.clone(),
            event_id: followed.event_id.clone(),
            state: latest.map(|it| it.state.clone()),
            since: followed.since,
            ended_at: latest.and_then(|it| it.ended_at),
            text: text::outcome(followed, ending),
        }
    }
}

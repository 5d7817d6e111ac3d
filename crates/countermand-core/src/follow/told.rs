//! The outcome as it is told: a record of its own.

use jiff::Timestamp;
use serde::Serialize;

use super::{Aim, Followed};
use crate::operations::{Latest, Outcome, Which};
use crate::policy::Duration;
use crate::record::SCHEMA;

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Told {
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
    pub which: Which,
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

impl Told {
    pub(super) fn new(
        followed: &Followed,
        outcome: Outcome,
        seen: Result<&Latest, &str>,
        now: Timestamp,
    ) -> Self {
        let latest = seen.ok();
        Self {
            schema: SCHEMA,
            id: followed.id(),
            at: now,
            outcome,
            aim: followed.aim,
            policy: followed.policy.clone(),
            operation: followed.operation.clone(),
            which: followed.which.clone(),
            target: followed.target.clone(),
            event_id: followed.event_id.clone(),
            state: latest.map(|it| it.state.clone()),
            since: followed.since,
            ended_at: latest.and_then(|it| it.ended_at),
            text: text(followed, outcome, seen),
        }
    }
}

fn text(followed: &Followed, outcome: Outcome, seen: Result<&Latest, &str>) -> String {
    let Followed { target, why, .. } = followed;
    let (order, done) = followed
        .about()
        .map_or(("stop", "stopped"), |it| (it.order, it.done));
    let state = seen.map_or("", |it| it.state.as_str());
    let is_superseded = seen.is_ok_and(|it| it.is_superseded);
    match (outcome, followed.aim) {
        (Outcome::Confirmed, _) => format!("{done} {target}: {why}"),
        (Outcome::Overtaken, _) if is_superseded => {
            format!("did not {order} {target}: a newer one took its place first")
        }
        (Outcome::Overtaken, _) => {
            format!("did not {order} {target}: it was in `{state}` first")
        }
        (Outcome::Failed, _) => {
            format!(
                "could not {order} {target}: it is in `{state}`, and a person should look at it"
            )
        }
        (Outcome::EndedWell, _) => {
            format!(
                "{target} ended well, in `{state}`: to {order} it would have been a false alarm"
            )
        }
        (Outcome::EndedBadly, _) => {
            format!("{target} ended badly, in `{state}`: to {order} it would have been right")
        }
        (Outcome::Unconfirmed, aim) => {
            let after = Duration::from(followed.deadline().duration_since(followed.since));
            let what = match aim {
                Aim::Stop => format!("asked AWS to {order} {target}"),
                Aim::Preview => format!("would {order} {target}"),
            };
            match seen {
                Ok(_) => format!("{what}, and {after} later that was not over: it is in `{state}`"),
                Err(trouble) => {
                    format!("{what}, and {after} later nothing is known of it: {trouble}")
                }
            }
        }
    }
}

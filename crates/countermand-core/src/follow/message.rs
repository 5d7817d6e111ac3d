//! The message about a followed change, and what follows from one look.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Pace;
use crate::operation::{ChangeRef, Latest, OperationSpec, Outcome};
use crate::operations;
use crate::trigger::Trigger;
use crate::verdict::AnyChange;

/// The longest delay of a queue. For a longer wait, the message returns in between.
pub const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// The deadline of a previewed change: one that is not stopped takes longer.
const OBSERVED: SignedDuration = SignedDuration::from_hours(24);
/// A deadline counts from no longer ago than this, so that a change has time even if its event was answered late.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);

/// A change that is looked at until it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    pub schema: u32,
    pub operation: String,
    #[serde(flatten)]
    pub which: ChangeRef,
    /// The target's name for people, as `prod/checkout`.
    pub target: String,
    pub policy: String,
    /// The event that led to it.
    pub event_id: Option<String>,
    pub aim: Aim,
    /// Why it was to be stopped, in words.
    pub why: String,
    pub began_at: Option<Timestamp>,
    /// From when its deadline counts. The same if its event is delivered again.
    pub since: Timestamp,
    /// When the next look is due.
    pub look_at: Timestamp,
}

/// What the outcome is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// It was to stop.
    Stop,
    /// A policy only observed: would it have been right to stop it?
    Preview,
}

/// What follows from a look.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one for each look")]
pub enum Next {
    /// It has not ended: the message to send in place of this one, and AWS's answer.
    Later {
        again: Followed,
        seen: Result<Latest, String>,
    },
    Over(Ending),
}

/// How a followed change ended, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub outcome: Outcome,
    /// AWS's last answer, or why there was none.
    pub seen: Result<Latest, String>,
}

/// A message that this version cannot have sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the message cannot be read: {0}")]
    NotAMessage(String),
    #[error("the message is about `{0}`, which is no operation that is known here")]
    UnknownOperation(String),
}

impl Followed {
    /// A change that was just found.
    pub fn of(
        change: &dyn AnyChange,
        policy: &str,
        trigger: &Trigger,
        aim: Aim,
        why: &str,
        now: Timestamp,
        pace: Pace,
    ) -> Self {
        Self {
            schema: Self::SCHEMA,
            operation: change.spec().name.to_owned(),
            which: change.which(),
            target: change.target(),
            policy: policy.to_owned(),
            event_id: trigger.event_id.clone(),
            aim,
            why: why.to_owned(),
            began_at: change.began_at(),
            since: Self::since(trigger.at, now),
            look_at: Self::first_look(now, pace),
        }
    }

    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let read: Result<Self, _> = serde_json::from_str(text);
        let followed = read.map_err(|error| Unreadable::NotAMessage(error.to_string()))?;
        match operations::by_name(&followed.operation) {
            Some(_) => Ok(followed),
            None => Err(Unreadable::UnknownOperation(followed.operation)),
        }
    }

    /// From when the deadline counts, for an event of this time.
    pub fn since(event_at: Timestamp, now: Timestamp) -> Timestamp {
        event_at.clamp(before(now, OLDEST), now)
    }

    /// When the first look is due.
    pub fn first_look(now: Timestamp, pace: Pace) -> Timestamp {
        after(now, pace.wait(SignedDuration::ZERO))
    }

    /// The same for the same change, however often it is delivered.
    pub fn id(&self) -> String {
        let (operation, change) = (&self.operation, &self.which.change);
        format!(
            "{operation}:{change}@{}",
            self.began_at.unwrap_or(self.since)
        )
    }

    /// Whether to look now: a queue that could not delay the message long enough delivers it too soon.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.look_at <= now
    }

    /// How long a queue should delay it.
    pub fn delay(&self, now: Timestamp) -> SignedDuration {
        let wait = self.look_at.duration_since(now);
        wait.clamp(SignedDuration::ZERO, LONGEST_DELAY)
    }

    /// When an unknown outcome counts as unconfirmed.
    pub fn deadline(&self) -> Timestamp {
        let own = self.spec().map_or(OBSERVED, |it| it.deadline);
        match self.aim {
            Aim::Stop => after(self.since, own),
            Aim::Preview => after(self.since, own.max(OBSERVED)),
        }
    }

    /// What follows from AWS's answer, or from the reason why there was none.
    pub fn look(&self, seen: Result<Latest, String>, now: Timestamp, pace: Pace) -> Next {
        let deadline = self.deadline();
        let in_time = |latest: &&Latest| latest.ended_at.is_none_or(|at| at <= deadline);
        let ended = seen.as_ref().ok().filter(in_time);
        if let Some(outcome) = ended.and_then(|latest| self.outcome(latest)) {
            return Next::Over(Ending { outcome, seen });
        }
        if now < deadline {
            let wait = pace.wait(now.duration_since(self.since));
            let again = Self {
                look_at: after(now, wait).min(deadline),
                ..self.clone()
            };
            return Next::Later { again, seen };
        }
        let outcome = Outcome::Unconfirmed;
        Next::Over(Ending { outcome, seen })
    }

    fn outcome(&self, latest: &Latest) -> Option<Outcome> {
        let end = self.spec()?.end(latest)?;
        match self.aim {
            Aim::Stop => Some(Outcome::of_stopped(end)),
            Aim::Preview => Outcome::of_observed(end),
        }
    }

    pub fn spec(&self) -> Option<&'static OperationSpec> {
        operations::by_name(&self.operation)
    }

    /// The version of the messages.
    pub const SCHEMA: u32 = 1;
}

fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

//! What is wrong with an event that cannot be read, and where.

use std::fmt;

use super::LARGEST_EVENT;
use crate::trigger::AlarmState;

/// An event that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// A path as `detail.state.value`; for invalid JSON the line and column, or the byte; empty for the whole event.
    pub place: String,
    pub what: Defect,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    #[error("the event has {bytes} bytes, more than {LARGEST_EVENT}")]
    TooLarge { bytes: usize },
    #[error("not UTF-8")]
    NotUtf8,
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON of another shape than expected, in serde's words.
    #[error("{0}")]
    Unfit(String),
    #[error("nothing is there")]
    Missing,
    #[error("must not be empty")]
    Empty,
    #[error("`{0}` is not a time")]
    NotATime(String),
    #[error("unknown alarm state `{0}`")]
    UnknownAlarmState(String),
    #[error("unknown calendar state `{0}`")]
    UnknownCalendarState(String),
    #[error("{0}")]
    Wrapped(Wrapping),
    #[error("wrapped too often to be an event")]
    TooDeep,
}

/// What an event was wrapped in on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrapping {
    #[error("an event inside an SNS notification")]
    Sns,
    #[error("a batch of SQS messages")]
    Sqs,
    #[error("a failed invocation with its event inside")]
    OnFailure,
    #[error("a batch of records")]
    Records,
}

impl Broken {
    pub fn new(place: impl Into<String>, what: Defect) -> Self {
        Self {
            place: place.into(),
            what,
        }
    }

    /// The same, with `outer` before its place.
    pub(crate) fn inside(mut self, outer: &str) -> Self {
        let is_path = !self.place.contains(' ');
        self.place = match (outer, self.place.as_str()) {
            ("", _) => return self,
            (outer, "") => outer.to_owned(),
            (outer, inner) if is_path && inner.starts_with('[') => format!("{outer}{inner}"),
            (outer, inner) if is_path => format!("{outer}.{inner}"),
            (outer, inner) => format!("{inner} of {outer}"),
        };
        self
    }
}

impl Defect {
    fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotATime(_) => "write it as `2026-11-20T22:04:05Z`; a schedule's input takes it from `<aws.scheduler.scheduled-time>`".to_owned(),
            Self::UnknownAlarmState(_) => format!("known are {}", AlarmState::ALL.map(|state| format!("`{}`", state.as_str())).join(", ")),
            Self::UnknownCalendarState(_) => "known are `OPEN`, `CLOSED`".to_owned(),
            Self::Wrapped(Wrapping::Sns) => "connect the alarm through EventBridge, or as the function's own alarm action".to_owned(),
            Self::Wrapped(Wrapping::Sqs | Wrapping::Records) => "let EventBridge or the alarm call the function itself".to_owned(),
            Self::Wrapped(Wrapping::OnFailure) => "send what is under `requestPayload`".to_owned(),
            Self::TooLarge { .. } | Self::NotUtf8 | Self::NotJson(_) | Self::Unfit(_) | Self::Missing | Self::Empty | Self::TooDeep => return None,
        };
        Some(help)
    }
}

impl std::error::Error for Broken {}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if !self.place.is_empty() {
            write!(f, ", at {}", self.place)?;
        }
        if let Some(help) = self.what.help() {
            write!(f, "\n{help}")?;
        }
        Ok(())
    }
}

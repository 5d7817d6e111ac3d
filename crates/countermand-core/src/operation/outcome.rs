//! How a change ended, and what that means for a stop or a preview.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The latest that is known about a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latest {
    /// As AWS calls it.
    pub state: String,
    /// When it ended, if AWS says so.
    pub ended_at: Option<Timestamp>,
    /// A newer change had begun at the same target before this one ended.
    pub is_superseded: bool,
}

/// How a change ended, but not who caused that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody, or AWS itself, stopped it.
    Stopped,
    /// A newer one took its place.
    Superseded,
    Well,
    /// It failed by itself.
    Badly,
    /// It continues and can no longer be stopped.
    BeyondStopping,
    /// It was neither stopped nor completed: the target may be in neither the old nor the new state.
    Broken,
}

/// What became of a change that was to be stopped, or that would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It stopped.
    Confirmed,
    /// It came to its own end first.
    Overtaken,
    /// It neither stopped nor ended well.
    Failed,
    /// It was not known to have ended by the operation's deadline.
    Unconfirmed,
    /// The policy only observed, and the change ended well: to stop it would have been a false alarm.
    EndedWell,
    /// The policy only observed, and the change did not end well: to stop it would have been right.
    EndedBadly,
}

impl Latest {
    /// Only the state is known.
    pub fn of(state: impl Into<String>) -> Self {
        Self {
            state: state.into(),
            ..Self::default()
        }
    }
}

impl Outcome {
    pub const ALL: [Self; 6] = [
        Self::Confirmed,
        Self::Overtaken,
        Self::Failed,
        Self::Unconfirmed,
        Self::EndedWell,
        Self::EndedBadly,
    ];

    /// The outcome of a stop.
    pub fn of_stopped(end: End) -> Self {
        match end {
            End::Stopped => Self::Confirmed,
            End::Superseded | End::Well | End::Badly | End::BeyondStopping => Self::Overtaken,
            End::Broken => Self::Failed,
        }
    }

    /// The outcome of a preview; `None` if the change continues.
    pub fn of_observed(end: End) -> Option<Self> {
        match end {
            End::Well => Some(Self::EndedWell),
            End::Stopped | End::Superseded | End::Badly | End::Broken => Some(Self::EndedBadly),
            End::BeyondStopping => None,
        }
    }
}

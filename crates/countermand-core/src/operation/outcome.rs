//! What became of a change.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a change has come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latest {
    /// As AWS calls it.
    pub state: String,
    /// When it ended, where AWS says so.
    pub ended_at: Option<Timestamp>,
    /// A newer change had begun at the same target before this one ended.
    pub is_superseded: bool,
}

/// How a change came to its end. It does not say who wanted that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody, or AWS itself, stopped it.
    Stopped,
    /// A newer one took its place.
    Superseded,
    Well,
    /// It failed by itself.
    Badly,
    /// It goes on, and nothing stops it any more.
    BeyondStopping,
    /// It was neither stopped nor done: what there is now may be neither the old nor the new.
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
    /// Of a state alone.
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

    /// Of a change that was to stop.
    pub fn of_stopped(end: End) -> Self {
        match end {
            End::Stopped => Self::Confirmed,
            End::Superseded | End::Well | End::Badly | End::BeyondStopping => Self::Overtaken,
            End::Broken => Self::Failed,
        }
    }

    /// Of a change that was left to itself; `None` while it goes on.
    pub fn of_observed(end: End) -> Option<Self> {
        match end {
            End::Well => Some(Self::EndedWell),
            End::Stopped | End::Superseded | End::Badly | End::Broken => Some(Self::EndedBadly),
            End::BeyondStopping => None,
        }
    }
}

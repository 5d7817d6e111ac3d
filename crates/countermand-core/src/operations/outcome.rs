//! What became of a change that AWS was asked to stop.

use serde::{Deserialize, Serialize};

/// What became of a change that was to be stopped.
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
}

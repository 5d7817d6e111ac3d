//! What the exit code tells a script.

use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// A policy or an event is wrong.
    Wrong = 1,
    /// The command was: what it names is not there, or cannot be written.
    Usage = 2,
    /// AWS refused, or did not answer.
    Refused = 3,
    /// A stop was requested, but not seen to happen.
    #[expect(dead_code, reason = "no command stops anything yet")]
    Unconfirmed = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

//! The exit codes of the tool.

use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command did what it was asked to do.
    Done = 0,
    /// A policy, an event or a stack is wrong.
    Wrong = 1,
    /// The command line is wrong, or names a path that does not exist or cannot be written.
    Usage = 2,
    /// AWS refused a call, or did not answer.
    Refused = 3,
    /// A stop was requested, but its outcome was not confirmed.
    Unconfirmed = 4,
    /// Changes are frozen, or the calendar in question is closed.
    Frozen = 5,
}

impl Exit {
    /// The code for two results together: what a person has to fix comes first.
    pub(crate) fn worst(self, other: Self) -> Self {
        let all = [Self::Usage, Self::Wrong, Self::Refused, Self::Unconfirmed];
        let worst = all.into_iter().find(|it| [self, other].contains(it));
        worst.unwrap_or(Self::Done)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

//! What the exit code tells a script.

use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// A policy, an event or a stack is wrong.
    Wrong = 1,
    /// The command was: what it names is not there, or cannot be written.
    Usage = 2,
    /// AWS refused, or did not answer.
    Refused = 3,
    /// A stop was requested, but not seen to happen.
    Unconfirmed = 4,
    /// A calendar is closed.
    Frozen = 5,
}

impl Exit {
    /// Of two things that were done: what a person has to mend comes first.
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

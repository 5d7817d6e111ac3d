//! The result of a stop.

use crate::failure::CallFailure;
use crate::record::Answer;

/// The result of asking AWS to stop a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopAnswer {
    /// AWS accepted the request.
    Requested(Vec<Along>),
    /// AWS did not answer, but a look at the change shows that it had accepted the request: `seen` says how.
    RequestedWithoutAnswer {
        seen: String,
        along: Vec<Along>,
    },
    /// The change had ended before the call, in AWS's words.
    AlreadyOver(String),
    Failed(CallFailure),
    /// There was no time left to ask.
    NotTried,
}

/// The result of stopping work that continues after its change was stopped. A failure here does not affect the stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Along {
    /// AWS accepted the request, without a guarantee.
    Requested(Work),
    /// The work had ended before the call.
    AlreadyOver(Work),
    /// Work that AWS cannot stop, as `a state machine`.
    CannotStop(&'static str),
    Failed(Work, CallFailure),
    /// The running work could not be listed.
    NotFound(CallFailure),
    /// A part of the work could not be looked up.
    NotLookedAt(CallFailure),
    NoTime,
}

/// Work that a stopped change has begun, as the `command` of this id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub kind: &'static str,
    pub id: String,
}

impl StopAnswer {
    /// For machines.
    pub fn answer(&self) -> Answer {
        match self {
            Self::Requested(_) | Self::RequestedWithoutAnswer { .. } => Answer::Requested,
            Self::AlreadyOver(_) => Answer::AlreadyOver,
            Self::Failed(CallFailure::Refused { .. }) => Answer::Refused,
            Self::Failed(
                CallFailure::Throttled { .. } | CallFailure::NoAnswer { .. } | CallFailure::NoTime,
            ) => Answer::NoAnswer,
            Self::NotTried => Answer::NotTried,
        }
    }

    /// Whether AWS accepted the stop.
    pub fn is_taken(&self) -> bool {
        self.answer() == Answer::Requested
    }

    /// For people.
    pub fn text(&self, order: &str, why: &str) -> String {
        match self {
            Self::Requested(along) => with(format!("asked AWS to {order}: {why}"), along),
            Self::RequestedWithoutAnswer { seen, along } => {
                let asked =
                    format!("asked AWS to {order}, which did not answer, and {seen}: {why}");
                with(asked, along)
            }
            Self::AlreadyOver(said) => format!("did not {order}: it was over: {said}"),
            Self::Failed(failure) => format!("could not {order}: {failure}"),
            Self::NotTried => format!("did not {order} yet: time ran out"),
        }
    }
}

fn with(mut text: String, along: &[Along]) -> String {
    for more in along {
        text += "; ";
        text += &more.text();
    }
    text
}

impl Along {
    fn text(&self) -> String {
        match self {
            Self::Requested(Work { kind, id }) => {
                format!("asked AWS to cancel the {kind} `{id}`, which it does not guarantee")
            }
            Self::AlreadyOver(Work { kind, id }) => format!("the {kind} `{id}` was over"),
            Self::CannotStop(what) => format!("{what} that runs cannot be stopped, and goes on"),
            Self::Failed(Work { kind, id }, failure) => {
                format!("could not cancel the {kind} `{id}`, which goes on: {failure}")
            }
            Self::NotFound(failure) => format!("what runs on could not be cancelled: {failure}"),
            Self::NotLookedAt(failure) => {
                format!("what runs on could not be looked at: {failure}")
            }
            Self::NoTime => "time ran out before the rest was told".to_owned(),
        }
    }
}

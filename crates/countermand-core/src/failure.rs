//! Calls to AWS that failed, named after what is to be done next.

use crate::reason::{HoldCode, Reason};

/// Why AWS did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// AWS said no, and would say so again.
    #[error("`{call}` was refused: {code}: {message}")]
    Refused {
        call: &'static str,
        code: String,
        message: String,
    },
    /// AWS had no time for us, and did nothing: the event is to be delivered again.
    #[error("`{call}` got no answer: throttled: {code}")]
    Throttled { call: &'static str, code: String },
    /// AWS did not say anything, and may have done it: the event is to be delivered again.
    #[error("`{call}` got no answer: {why}")]
    NoAnswer { call: &'static str, why: String },
    /// We could not wait for it any longer: as above.
    #[error("time ran out first")]
    NoTime,
}

impl CallFailure {
    /// The code by which AWS refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Throttled { .. } | Self::NoAnswer { .. } | Self::NoTime => None,
        }
    }

    /// Of a look-up: a refusal is a reason to hold, and no answer is none, since the next delivery may get one.
    pub fn reason_to_hold(&self) -> Option<Reason> {
        match self {
            Self::Refused { .. } => Some(Reason {
                code: HoldCode::LookupRefused,
                text: self.to_string(),
            }),
            Self::Throttled { .. } | Self::NoAnswer { .. } | Self::NoTime => None,
        }
    }
}

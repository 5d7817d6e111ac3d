//! Failures of calls to AWS, by what to do next.

/// Why AWS did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// AWS refused the call, and would refuse it again.
    #[error("`{call}` was refused: {code}: {message}")]
    Refused {
        call: &'static str,
        code: String,
        message: String,
    },
    /// AWS throttled the call and did nothing: the event is to be delivered again.
    #[error("`{call}` got no answer: throttled: {code}")]
    Throttled { call: &'static str, code: String },
    /// There was no answer, so AWS may or may not have done it: the event is to be delivered again.
    #[error("`{call}` got no answer: {why}")]
    NoAnswer { call: &'static str, why: String },
    /// There was no time for the call or its answer: the event is to be delivered again.
    #[error("time ran out first")]
    NoTime,
}

impl CallFailure {
    /// The error code of a refusal.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Throttled { .. } | Self::NoAnswer { .. } | Self::NoTime => None,
        }
    }
}

//! What a failed call means, named after what is to be done next.

use std::error::Error;

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why AWS did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It said no, and would say so again.
    #[error("`{call}` was refused: {code}: {message}")]
    Refused {
        call: &'static str,
        code: String,
        message: String,
    },
    /// It had no time for us, and did nothing: the event is to be delivered again.
    #[error("`{call}` got no answer: throttled: {code}")]
    Throttled { call: &'static str, code: String },
    /// It did not say anything, and may have done it: the event is to be delivered again.
    #[error("`{call}` got no answer: {why}")]
    NoAnswer { call: &'static str, why: String },
    /// We could not wait for it any longer: as above.
    #[error("time ran out first")]
    NoTime,
}

impl Trouble {
    pub fn of<E: ProvideErrorMetadata + Error + 'static>(
        call: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        let no_answer = |why: &str| Self::NoAnswer {
            call,
            why: why.to_owned(),
        };
        match error {
            SdkError::ServiceError(context) => {
                let status = context.raw().status().as_u16();
                let code = context.err().code();
                let is_throttle = code.is_some_and(|code| THROTTLING_ERRORS.contains(&code));
                // What comes with a failure of AWS's own may have been done.
                if status == 429 || is_throttle && status < 500 {
                    let code = code.unwrap_or("429").to_owned();
                    return Self::Throttled { call, code };
                }
                // AWS gives every refusal a code: this is somebody else's page, or half an answer.
                let Some(code) = code else {
                    return no_answer("the answer could not be read");
                };
                let message = context.err().message().unwrap_or("no reason was given");
                if status >= 500 {
                    no_answer(&format!("{code}: {message}"))
                } else {
                    Self::Refused {
                        call,
                        code: code.to_owned(),
                        message: message.to_owned(),
                    }
                }
            }
            SdkError::TimeoutError(_) => no_answer("it took too long"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                no_answer("it took too long")
            }
            SdkError::DispatchFailure(_) => no_answer("the connection failed"),
            SdkError::ResponseError(_) => no_answer("the answer could not be read"),
            SdkError::ConstructionFailure(_) if is_too_late(error) => Self::NoTime,
            // Nothing was sent: it would fail in the same way again.
            SdkError::ConstructionFailure(_) => Self::Refused {
                call,
                code: "not sent".to_owned(),
                message: "the request could not be built".to_owned(),
            },
            _ => no_answer("it failed in a way that is not known"),
        }
    }

    /// The code by which AWS refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Throttled { .. } | Self::NoAnswer { .. } | Self::NoTime => None,
        }
    }
}

/// It was not begun.
fn is_too_late(error: &(dyn Error + 'static)) -> bool {
    let is_it = matches!(error.downcast_ref(), Some(Trouble::NoTime));
    is_it || error.source().is_some_and(is_too_late)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::error::metadata::ErrorMetadata;

    use super::*;

    #[test]
    fn only_what_was_surely_not_done_is_a_throttle() {
        for (status, code, is) in [
            (400, "ThrottlingException", "throttled"),
            (403, "RequestThrottled", "throttled"),
            (429, "SlowDown", "throttled"),
            (429, "TooManyRequests", "throttled"),
            (503, "ThrottlingException", "no answer"),
            (500, "ServerException", "no answer"),
            (400, "ClientException", "refused"),
        ] {
            let error = ErrorMetadata::builder().code(code).build();
            let response = HttpResponse::new(status.try_into().unwrap(), "".into());
            let found = match Trouble::of("a:A", &SdkError::service_error(error, response)) {
                Trouble::Throttled { .. } => "throttled",
                Trouble::NoAnswer { .. } => "no answer",
                Trouble::Refused { .. } => "refused",
                Trouble::NoTime => "no time",
            };
            assert_eq!(found, is, "{status} {code}");
        }
    }
}

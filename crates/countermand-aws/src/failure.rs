//! What the errors of the SDK mean.

use std::error::Error;

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use countermand_core::failure::CallFailure;

/// A call that a client which only reads did not send.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no read, and this client only reads")]
pub(crate) struct NotARead(pub(crate) String);

/// Why AWS did not do what was asked.
pub fn failure<E: ProvideErrorMetadata + Error + 'static>(
    call: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> CallFailure {
    let no_answer = |why: &str| CallFailure::NoAnswer {
        call,
        why: why.to_owned(),
    };
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let code = context.err().code();
            let is_throttle = code.is_some_and(|code| THROTTLING_ERRORS.contains(&code));
            // A call that was answered with a 5xx may have been done.
            if status == 429 || is_throttle && status < 500 {
                let code = code.unwrap_or("429").to_owned();
                return CallFailure::Throttled { call, code };
            }
            // AWS gives every refusal a code: this is a proxy's page, or half an answer.
            let Some(code) = code else {
                return no_answer("the answer could not be read");
            };
            let message = context.err().message().unwrap_or("no reason was given");
            if status >= 500 {
                no_answer(&format!("{code}: {message}"))
            } else {
                CallFailure::Refused {
                    call,
                    code: code.to_owned(),
                    message: message.to_owned(),
                }
            }
        }
        SdkError::TimeoutError(_) => no_answer("it took too long"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => no_answer("it took too long"),
        SdkError::DispatchFailure(_) => no_answer("the connection failed"),
        SdkError::ResponseError(_) => no_answer("the answer could not be read"),
        SdkError::ConstructionFailure(_) if is_too_late(error) => CallFailure::NoTime,
        // Nothing was sent: it would fail in the same way again.
        SdkError::ConstructionFailure(_) => CallFailure::Refused {
            call,
            code: "not sent".to_owned(),
            message: cause::<NotARead>(error).map_or_else(
                || "the request could not be built".to_owned(),
                ToString::to_string,
            ),
        },
        _ => no_answer("it failed in a way that is not known"),
    }
}

/// Whether `RetryUntilDeadline` refused to begin the call.
fn is_too_late(error: &(dyn Error + 'static)) -> bool {
    matches!(cause(error), Some(CallFailure::NoTime))
}

/// The error of this type among the causes.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let own = error.downcast_ref();
    own.or_else(|| error.source().and_then(cause))
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
            let found = match failure("a:A", &SdkError::service_error(error, response)) {
                CallFailure::Throttled { .. } => "throttled",
                CallFailure::NoAnswer { .. } => "no answer",
                CallFailure::Refused { .. } => "refused",
                CallFailure::NoTime => "no time",
            };
            assert_eq!(found, is, "{status} {code}");
        }
    }
}

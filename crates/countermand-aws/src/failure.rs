//! What the errors of the SDK mean.

use std::error::Error;

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use countermand_core::failure::CallFailure;

/// A call that a client which only reads did not send.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no read, and this client only reads")]
pub(crate) struct NotARead(pub(crate) String);

/// For `map_err`: why AWS did not do what was asked.
pub fn failure<E: ProvideErrorMetadata + Error + 'static>(
    call: &'static str,
) -> impl FnOnce(SdkError<E, HttpResponse>) -> CallFailure {
    move |error| match &error {
        SdkError::ServiceError(context) => {
            answered(call, context.raw().status().as_u16(), context.err().meta())
        }
        SdkError::TimeoutError(_) => no_answer(call, "it took too long"),
        SdkError::DispatchFailure(it) if it.is_timeout() => no_answer(call, "it took too long"),
        SdkError::DispatchFailure(_) => no_answer(call, "the connection failed"),
        SdkError::ResponseError(_) => no_answer(call, UNREADABLE),
        SdkError::ConstructionFailure(_) => not_sent(call, &error),
        _ => no_answer(call, "it failed in a way that is not known"),
    }
}

const UNREADABLE: &str = "the answer could not be read";

fn no_answer(call: &'static str, why: &str) -> CallFailure {
    let why = why.to_owned();
    CallFailure::NoAnswer { call, why }
}

fn answered(call: &'static str, status: u16, error: &ErrorMetadata) -> CallFailure {
    let is_throttle = error
        .code()
        .is_some_and(|it| THROTTLING_ERRORS.contains(&it));
    // A call that was answered with a 5xx may have been done.
    if status == 429 || is_throttle && status < 500 {
        let code = error.code().unwrap_or("429").to_owned();
        return CallFailure::Throttled { call, code };
    }
    // AWS gives every refusal a code: this is a proxy's page, or half an answer.
    let Some(code) = error.code() else {
        return no_answer(call, UNREADABLE);
    };
    let message = error.message().unwrap_or("no reason was given");
    if status >= 500 {
        return no_answer(call, &format!("{code}: {message}"));
    }
    let (code, message) = (code.to_owned(), message.to_owned());
    CallFailure::Refused {
        call,
        code,
        message,
    }
}

fn not_sent(call: &'static str, error: &(dyn Error + 'static)) -> CallFailure {
    // `RetryUntilDeadline` refused to begin the call.
    if matches!(cause(error), Some(CallFailure::NoTime)) {
        return CallFailure::NoTime;
    }
    let message = cause::<NotARead>(error).map(ToString::to_string);
    // It would fail in the same way again.
    CallFailure::Refused {
        call,
        code: "not sent".to_owned(),
        message: message.unwrap_or_else(|| "the request could not be built".to_owned()),
    }
}

/// The error of this type among the causes.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let own = error.downcast_ref();
    own.or_else(|| error.source().and_then(cause))
}

#[cfg(test)]
mod tests {
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
            let found = match failure("a:A")(SdkError::service_error(error, response)) {
                CallFailure::Throttled { .. } => "throttled",
                CallFailure::NoAnswer { .. } => "no answer",
                CallFailure::Refused { .. } => "refused",
                CallFailure::NoTime => "no time",
            };
            assert_eq!(found, is, "{status} {code}");
        }
    }
}

//! Retries calls for as long as the deadline allows.
//!
//! The SDK does the retries, with its own classification of errors and its own jitter; interceptors set the longest
//! wait before the next attempt, and whether there is one.

use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_ecs::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::ErrorKind;

use crate::time_left::{LEAST_FOR_A_CALL, deadline};
use countermand_core::failure::CallFailure;

/// Connections stay within a region: one that takes longer is tried again.
pub(crate) const CONNECT: Duration = Duration::from_secs(2);
/// The slowest look-ups take a second or two.
const ATTEMPT: Duration = Duration::from_secs(8);
/// Attempts of a call without a deadline, for which a person waits.
pub(crate) const ATTEMPTS: u32 = 5;
/// Doubles with each attempt; full jitter takes anything between nothing and all of it.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// Short enough to notice soon that throttling has ended, long enough that many functions together are no storm.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// The longest `Retry-After` that is obeyed without a deadline: a person waits.
const LONGEST_ASKED: Duration = Duration::from_secs(20);
/// Up to this fraction is added to a wait that AWS asks for, so that calls throttled together do not return together.
const ASKED_JITTER: f64 = 0.25;

/// How long an attempt may take.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build()
}

/// Retries without a deadline. With one, `RetryUntilDeadline` replaces the number of attempts and the longest wait.
pub fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_WAIT)
        .with_max_backoff(LONGEST_WAIT)
}

/// Without the SDK's quota for retries: a hundred throttled calls would use it up, and from then on a warm function
/// would give up when it is first throttled. Retries are limited by the deadline, by the waits, and by how many calls
/// run at the same time.
pub(crate) fn without_quota() -> RetryPartition {
    RetryPartition::custom("countermand")
        .token_bucket(TokenBucket::unlimited())
        .build()
}

/// The longest wait before the next attempt; `None` for no further attempt.
fn longest_wait(left: Option<Duration>, asked: Option<Duration>) -> Option<Duration> {
    let Some(left) = left else {
        return Some(asked.map_or(LONGEST_WAIT, |it| it.min(LONGEST_ASKED)));
    };
    let room = left.checked_sub(LEAST_FOR_A_CALL)?;
    match asked {
        // Sooner would be throttled again, and later is after the deadline.
        Some(asked) => (asked <= room).then(|| room.min(asked.mul_f64(1.0 + ASKED_JITTER))),
        None => (room >= FIRST_WAIT).then_some(room.min(LONGEST_WAIT)),
    }
}

/// The wait before an attempt that the SDK does not make itself: exponential, with full jitter.
pub(crate) fn wait(attempt: u32, left: Option<Duration>) -> Option<Duration> {
    let longest = longest_wait(left, None)?;
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    Some(doubled.min(longest).mul_f64(fastrand::f64()))
}

/// The time left by the SDK's clock; `None` without a deadline.
fn left(components: &RuntimeComponents) -> Option<Duration> {
    let until = deadline()?;
    let now = components
        .time_source()
        .map_or_else(SystemTime::now, |it| it.now());
    Some(until.duration_since(now).unwrap_or_default())
}

/// Refuses a call for which there is no time, and after each attempt sets the retries to what the deadline allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryUntilDeadline;

impl Intercept for RetryUntilDeadline {
    fn name(&self) -> &'static str {
        "RetryUntilDeadline"
    }

    /// `TimeLeft` checks this once for a group of calls, such as the pages of a list; here each of them is checked.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match left(components) {
            Some(left) if left < LEAST_FOR_A_CALL => Err(CallFailure::NoTime.into()),
            _ => Ok(()),
        }
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let tries_again = config
            .load::<RetryConfig>()
            .is_some_and(RetryConfig::has_retry);
        if !tries_again {
            return Ok(());
        }
        let left = left(components);
        let made = config.load::<RequestAttempts>();
        let made = made.map_or(1, RequestAttempts::attempts);
        // Always one more than were made, but never unlimited: the SDK counts up to this number in other places.
        let attempts = left.map_or(ATTEMPTS, |_| made.saturating_add(1));
        let wait = longest_wait(left, context.response().and_then(asked_for));
        let next = match wait {
            Some(wait) => retries().with_max_attempts(attempts).with_max_backoff(wait),
            None => retries().with_max_attempts(1),
        };
        config.interceptor_state().store_put(next);
        Ok(())
    }
}

/// Keeps the SDK from retrying a call that may have been done: the caller looks at the change first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RepeatOnlyIfNotDone;

impl Intercept for RepeatOnlyIfNotDone {
    fn name(&self) -> &'static str {
        "RepeatOnlyIfNotDone"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Refused or throttled: the call was not done.
        let is_undone = context
            .response()
            .is_some_and(|it| it.status().is_client_error());
        if !is_undone {
            config
                .interceptor_state()
                .store_put(retries().with_max_attempts(1));
        }
        Ok(())
    }
}

/// Classifies answers that the SDK does not: a 429 without a code, and a success that cannot be parsed. Adds jitter to
/// the waits that AWS asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClassifyAnswers;

impl ClassifyRetry for ClassifyAnswers {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        self.classify_retry_v2(context, &RetryAction::NoActionIndicated)
    }

    fn classify_retry_v2(&self, context: &InterceptorContext, before: &RetryAction) -> RetryAction {
        let Some((response, Err(_))) = context.response().zip(context.output_or_error()) else {
            return RetryAction::NoActionIndicated;
        };
        let kind = match before {
            RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }) => *kind,
            // The call was done, but its answer cannot be read.
            _ if response.status().is_success() => ErrorKind::TransientError,
            _ if response.status().as_u16() == 429 => ErrorKind::ThrottlingError,
            _ => return RetryAction::NoActionIndicated,
        };
        let jitter = 1.0 + ASKED_JITTER * fastrand::f64();
        let retry_after = asked_for(response).map(|it| it.mul_f64(jitter));
        RetryAction::RetryIndicated(RetryReason::RetryableError { kind, retry_after })
    }

    fn name(&self) -> &'static str {
        "ClassifyAnswers"
    }

    /// After the SDK's own classifiers.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// How long the service asks to wait: in AWS's own header, or in HTTP's.
fn asked_for(response: &HttpResponse) -> Option<Duration> {
    let header = |name| response.headers().get(name)?.trim().parse().ok();
    header("x-amz-retry-after")
        .map(Duration::from_millis)
        .or_else(|| header("retry-after").map(Duration::from_secs))
}

#[cfg(test)]
mod tests;

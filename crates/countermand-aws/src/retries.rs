//! A call is made again for as long as it may help, and never so late that nobody would wait for its answer.
//!
//! The SDK makes the calls again, with its own classification of errors and its own jitter; told here are the longest
//! wait before the next attempt, and whether there is to be one.

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

/// Connections stay in a region: one that takes longer is tried again.
pub(crate) const CONNECT: Duration = Duration::from_secs(2);
/// The slowest look-ups take a second or two.
const ATTEMPT: Duration = Duration::from_secs(8);
/// As often a person, who has no deadline, lets a call be tried.
pub(crate) const ATTEMPTS: u32 = 5;
/// It doubles with each attempt; the jitter takes anything between nothing and all of it.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// Short enough to notice soon that a throttle has ended, long enough that many of us together are no storm.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// A service that asks a person to wait longer is asked by them.
const LONGEST_ASKED: Duration = Duration::from_secs(20);
/// All that were throttled together do not come back together: up to so much later, as a part of the wait.
const ASKED_JITTER: f64 = 0.25;

/// How long a call is waited for before it is tried again.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build()
}

/// How a call is tried again where there is no deadline; where there is one, as long as that allows.
pub fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_WAIT)
        .with_max_backoff(LONGEST_WAIT)
}

/// Without the SDK's quota for retries: a hundred throttled calls would use it up, and from then on a warm function would
/// give up at its first throttle. What bounds us is the deadline, the waits, and how many calls are made at once.
pub(crate) fn without_quota() -> RetryPartition {
    RetryPartition::custom("countermand")
        .token_bucket(TokenBucket::unlimited())
        .build()
}

/// The longest wait before another attempt; `None` where there is to be none.
fn longest_wait(left: Option<Duration>, asked: Option<Duration>) -> Option<Duration> {
    let Some(left) = left else {
        return Some(asked.map_or(LONGEST_WAIT, |it| it.min(LONGEST_ASKED)));
    };
    let room = left.checked_sub(LEAST_FOR_A_CALL)?;
    match asked {
        // Sooner is of no use, and later nobody waits for it.
        Some(asked) => (asked <= room).then(|| room.min(asked.mul_f64(1.0 + ASKED_JITTER))),
        None => (room >= FIRST_WAIT).then_some(room.min(LONGEST_WAIT)),
    }
}

/// The wait before the next attempt where not the SDK makes it: exponential, with full jitter.
pub(crate) fn wait(attempt: u32, left: Option<Duration>) -> Option<Duration> {
    let longest = longest_wait(left, None)?;
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    Some(doubled.min(longest).mul_f64(fastrand::f64()))
}

/// `None` where there is no end to it; by the clock that the SDK goes by.
fn left(components: &RuntimeComponents) -> Option<Duration> {
    let until = deadline()?;
    let now = components
        .time_source()
        .map_or_else(SystemTime::now, |it| it.now());
    Some(until.duration_since(now).unwrap_or_default())
}

/// Tells the SDK whether there is time for a call, and after each attempt how long there is to go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsLongAsThereIsTime;

impl Intercept for AsLongAsThereIsTime {
    fn name(&self) -> &'static str {
        "AsLongAsThereIsTime"
    }

    /// Also of several calls that are waited for together each has to have its time.
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
        // Always one more, and never without end: the SDK counts up to this number in other places.
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

/// Keeps the SDK from making a call again of which nobody knows whether it was done: whoever made it looks first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnlyIfUndone;

impl Intercept for OnlyIfUndone {
    fn name(&self) -> &'static str {
        "OnlyIfUndone"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // A refusal, or a throttle: it was not done.
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

/// What the SDK does not know of answers.
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
            // It was done, and what came of it cannot be read.
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

    /// After all others.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// How long the service wants us to wait: in AWS's own header, or in that of HTTP.
fn asked_for(response: &HttpResponse) -> Option<Duration> {
    let header = |name| response.headers().get(name)?.trim().parse().ok();
    header("x-amz-retry-after")
        .map(Duration::from_millis)
        .or_else(|| header("retry-after").map(Duration::from_secs))
}

#[cfg(test)]
mod tests;

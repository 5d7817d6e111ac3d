use std::fmt;
use std::sync::{Arc, Mutex};

use aws_config::identity::IdentityCache;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use countermand_double::{Double, World};
use futures_util::FutureExt;
use serde_json::{Value, json};

use super::*;
use crate::{Aws, TimeLeft, failure};

const CALL: &str = "ecs:ListClusters";

/// A clock that a sleep moves forward at once, together with the double's.
#[derive(Clone)]
struct Clock {
    shows: Arc<Mutex<SystemTime>>,
    double: Arc<Double>,
}

impl AsyncSleep for Clock {
    fn sleep(&self, time: Duration) -> Sleep {
        // Timeouts are whole milliseconds and waits with jitter are not: no timeout expires here.
        if time.subsec_nanos().is_multiple_of(1_000_000) {
            return Sleep::new(std::future::pending());
        }
        *self.shows.lock().unwrap() += time;
        self.double.advance(time);
        Sleep::new(std::future::ready(()))
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        *self.shows.lock().unwrap()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A double that fails one call, and a clock.
struct Stage {
    aws: Aws,
    clock: Clock,
    began: SystemTime,
}

impl Stage {
    fn new(world: Value) -> Self {
        let double = Arc::new(Double::start(World::from_value(world).unwrap()).unwrap());
        let began = SystemTime::now();
        let clock = Clock {
            shows: Arc::new(Mutex::new(began)),
            double,
        };
        let keys = Credentials::new("test", "test", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(clock.double.url())
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            // The cache sleeps, too.
            .identity_cache(IdentityCache::no_cache())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(retries())
            .timeout_config(timeouts())
            .sleep_impl(SharedAsyncSleep::new(clock.clone()))
            .time_source(SharedTimeSource::new(clock.clone()));
        let aws = Aws::new(config.build());
        Self { aws, clock, began }
    }

    fn with_fault(mut fault: Value) -> Self {
        fault["call"] = json!(CALL);
        Self::new(json!({ "faults": [fault] }))
    }

    /// Makes the call with so many seconds left by the clock.
    async fn call(&self, seconds: Option<f64>) -> Result<(), CallFailure> {
        let time_left = seconds.map_or(TimeLeft::ENDLESS, |seconds| {
            TimeLeft::until(self.clock.now() + Duration::from_secs_f64(seconds))
        });
        time_left.answer(self.made()).await
    }

    async fn made(&self) -> Result<(), CallFailure> {
        // Boxed, since it is large.
        let list = self.aws.read.ecs().list_clusters().send().boxed_local();
        let result = list.await.map(|_| ());
        result.map_err(failure(CALL))
    }

    fn passed(&self) -> Duration {
        self.clock.now().duration_since(self.began).unwrap()
    }

    fn attempts(&self) -> usize {
        self.clock.double.calls().len()
    }
}

fn is_throttled(result: &Result<(), CallFailure>) -> bool {
    matches!(result, Err(CallFailure::Throttled { .. }))
}

#[test]
fn the_longest_wait_leaves_time_for_a_call() {
    let ms = Duration::from_millis;
    for (left, asked, wait) in [
        (Some(60_000), None, Some(3_000)),
        (Some(3_250), None, Some(3_000)),
        (Some(2_000), None, Some(1_750)),
        (Some(450), None, Some(200)),
        (Some(449), None, None),
        (Some(0), None, None),
        (Some(60_000), Some(10_000), Some(12_500)),
        (Some(11_000), Some(10_000), Some(10_750)),
        (Some(10_000), Some(10_000), None),
        (None, None, Some(3_000)),
        (None, Some(10_000), Some(10_000)),
        (None, Some(90_000), Some(20_000)),
    ] {
        let found = longest_wait(left.map(ms), asked.map(ms));
        assert_eq!(found, wait.map(ms), "{left:?} {asked:?}");
    }
}

#[tokio::test]
async fn a_throttle_of_twenty_seconds_is_survived_with_twenty_five_left() {
    for _ in 0..20 {
        let stage = Stage::new(json!({
            "rates": [{ "calls": [CALL], "burst": 1.0, "per-second": 0.05 }],
        }));
        assert_eq!(stage.call(None).await, Ok(()));
        assert_eq!(stage.call(Some(25.0)).await, Ok(()));
        let passed = stage.passed().as_secs_f64();
        assert!((20.0..25.0).contains(&passed), "{passed}");
        // Exponential, with a cap and jitter: neither every moment nor too seldom.
        assert!((9..60).contains(&stage.attempts()), "{}", stage.attempts());
    }
}

#[tokio::test]
async fn a_throttle_without_end_ends_before_the_deadline_and_says_that_it_was_one() {
    for seconds in [1.0, 5.0, 25.0] {
        let stage = Stage::with_fault(json!({ "fault": "throttle" }));
        assert!(is_throttled(&stage.call(Some(seconds)).await));
        let left = Duration::from_secs_f64(seconds).checked_sub(stage.passed());
        let left = left.expect("before the deadline");
        assert!(left >= Duration::from_millis(200), "{left:?}");
        assert!(left <= Duration::from_millis(460), "{left:?}");
    }
}

/// The SDK's own quota lasts for a hundred retries.
#[tokio::test]
async fn many_throttled_calls_do_not_make_the_next_one_give_up() {
    let stage = Stage::with_fault(json!({ "fault": "throttle", "times": 250 }));
    while stage.attempts() < 250 {
        let before = stage.attempts();
        let result = stage.call(Some(25.0)).await;
        let made = stage.attempts() - before;
        assert!(made > 7 || result.is_ok(), "{made} after {before}");
    }
}

#[tokio::test]
async fn without_a_deadline_a_call_is_tried_five_times() {
    let stage = Stage::with_fault(json!({ "fault": "500" }));
    let result = stage.call(None).await;
    assert!(
        matches!(result, Err(CallFailure::NoAnswer { .. })),
        "{result:?}"
    );
    assert_eq!(stage.attempts(), 5);
}

#[tokio::test]
async fn a_service_that_asks_for_a_wait_is_not_asked_sooner() {
    for fault in ["throttle", "500"] {
        let fault = json!({ "fault": fault, "times": 2, "retry-after": 10 });
        let stage = Stage::with_fault(fault);
        assert_eq!(stage.call(Some(60.0)).await, Ok(()));
        assert_eq!(stage.attempts(), 3);
        let passed = stage.passed().as_secs_f64();
        assert!((20.0..=25.0).contains(&passed), "{passed}");
    }
}

#[tokio::test]
async fn a_wait_that_is_longer_than_the_time_left_is_not_begun() {
    let stage = Stage::with_fault(json!({ "fault": "throttle", "retry-after": 30 }));
    assert!(is_throttled(&stage.call(Some(25.0)).await));
    assert_eq!((stage.attempts(), stage.passed()), (1, Duration::ZERO));
}

#[tokio::test]
async fn what_cannot_be_finished_is_not_begun() {
    let stage = Stage::new(json!({}));
    assert_eq!(stage.call(Some(0.24)).await, Err(CallFailure::NoTime));
    assert_eq!(stage.attempts(), 0);
}

#[tokio::test]
async fn the_second_of_two_calls_is_not_begun_without_time_for_it() {
    let stage = Stage::new(json!({}));
    let both = async {
        stage.made().await?;
        stage.clock.sleep(Duration::from_secs_f64(0.760_1)).await;
        stage.made().await
    };
    let time_left = TimeLeft::until(stage.clock.now() + Duration::from_secs(1));
    let result = time_left.answer(both).await;
    assert_eq!(result, Err(CallFailure::NoTime));
    assert_eq!(stage.attempts(), 1);
}

#[test]
fn a_wait_is_read_in_the_header_of_aws_or_of_http() {
    for (name, value, wait) in [
        ("x-amz-retry-after", "1500", Some(1_500)),
        ("retry-after", "2", Some(2_000)),
        ("retry-after", "Fri, 20 Nov 2026 12:00:00 GMT", None),
        ("x-amz-retry-after", "-1", None),
        ("date", "2", None),
    ] {
        let mut response = HttpResponse::new(429.try_into().unwrap(), "".into());
        response.headers_mut().insert(name, value);
        let found = asked_for(&response);
        assert_eq!(found, wait.map(Duration::from_millis), "{name}: {value}");
    }
}

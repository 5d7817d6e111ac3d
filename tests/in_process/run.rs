//! Runs scenarios, several at once, each on a double of its own.

use std::thread;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use countermand_aws::{Aws, CallContext, Context, TimeLeft, answer, http_client, retries};
use countermand_core::event::{Reading, read};
use countermand_core::load::load;
use countermand_core::verdict::Age;
use countermand_double::{Double, RecordedCall};
use countermand_tests::{SECRET_KEY, Scenario};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::follow::follow;
use crate::role::Roles;

/// A scenario, and what its functions may do.
pub(crate) struct Story<'s> {
    pub(crate) scenario: &'s Scenario,
    /// Without roles everything is allowed, and what was stopped is not followed.
    pub(crate) roles: Option<Roles>,
}

impl<'s> Story<'s> {
    pub(crate) fn of(scenario: &'s Scenario) -> Self {
        Self {
            scenario,
            roles: None,
        }
    }
}

/// How a story ended.
pub(crate) struct StoryEnd<'s> {
    pub(crate) scenario: &'s Scenario,
    /// Calls of the function that answers the event.
    pub(crate) calls: Vec<RecordedCall>,
    /// Calls of `verify`.
    pub(crate) looks: Vec<RecordedCall>,
    /// The records of both.
    pub(crate) told: Vec<Value>,
    /// How the end differs from what is expected.
    pub(crate) wrong: Option<String>,
}

/// How many stories wait side by side for an AWS that does not answer, and how many take turns on a thread. The more
/// take turns, the longer each of their calls takes; on a busy machine, too long.
const WAITING: usize = 16;
const AT_WORK: usize = 4;

/// The ends of the stories, in their order. Those with little time have a thread of their own, and so have those that
/// wait: beside many others, they would lose their time waiting for their turn.
pub(crate) fn run<'s>(stories: &[Story<'s>]) -> Vec<StoryEnd<'s>> {
    let numbered = stories.iter().enumerate();
    let (hurried, others): (Vec<_>, Vec<_>) =
        numbered.partition(|(_, it)| it.scenario.time_left.is_some());
    let (waiting, at_work): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|(_, it)| !it.scenario.world().faults.is_empty());
    let mut ends = thread::scope(|scope| {
        let hurried = scope.spawn(|| run_on_this_thread(&hurried, AT_WORK));
        let waiting = scope.spawn(|| run_on_this_thread(&waiting, WAITING));
        let mut ends = run_on_this_thread(&at_work, AT_WORK);
        ends.extend(hurried.join().unwrap());
        ends.extend(waiting.join().unwrap());
        ends
    });
    ends.sort_by_key(|(number, _)| *number);
    ends.into_iter().map(|(_, end)| end).collect()
}

fn run_on_this_thread<'s>(
    stories: &[(usize, &Story<'s>)],
    at_once: usize,
) -> Vec<(usize, StoryEnd<'s>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let http = http_client();
    let ends = stream::iter(stories);
    let ends = ends.map(|(number, it)| async { (*number, run_one(it, &http).await) });
    runtime.block_on(ends.buffer_unordered(at_once).collect())
}

/// Asserts that every story ended as expected.
pub(crate) fn all_well(ends: Vec<StoryEnd<'_>>) -> Vec<StoryEnd<'_>> {
    let wrong = ends.iter().filter_map(|end| {
        let why = end.wrong.as_ref()?;
        Some(format!("{}:\n{why}", end.scenario))
    });
    let wrong: Vec<_> = wrong.collect();
    let (count, of) = (wrong.len(), ends.len());
    assert!(
        wrong.is_empty(),
        "{count} of {of} scenarios end otherwise\n\n{}",
        wrong.join("\n\n")
    );
    ends
}

async fn run_one<'s>(story: &Story<'s>, http: &SharedHttpClient) -> StoryEnd<'s> {
    let scenario = story.scenario;
    let double = Double::start(scenario.world()).unwrap();
    let aws = Aws::new(config(double.url(), &scenario.home().region, http));
    let aws = aws.with_verify_queue(scenario.verify_queue());
    let mut end = StoryEnd {
        scenario,
        calls: Vec::new(),
        looks: Vec::new(),
        told: Vec::new(),
        wrong: None,
    };
    let came = match &story.roles {
        None => deliver(scenario, &double, &aws, &mut end).await,
        Some(roles) => {
            let [answering, verify] = roles.whole();
            double.set_iam(Some(answering));
            let mut came = deliver(scenario, &double, &aws, &mut end).await;
            if came.is_ok() {
                double.set_iam(Some(verify));
                double.forget_calls();
                came = follow(scenario, &double, &aws, &mut end.told).await;
                end.looks = double.calls();
            }
            came
        }
    };
    end.wrong = came.err();
    end
}

/// Delivers the event as often as the scenario says.
async fn deliver(
    scenario: &Scenario,
    double: &Double,
    aws: &Aws,
    end: &mut StoryEnd<'_>,
) -> Result<(), String> {
    let policies = load(&scenario.sources())
        .into_policies()
        .map_err(|problems| format!("{problems:#?}"))?;
    let home = scenario.home();
    for (nth, expected) in scenario.deliveries().enumerate() {
        let context = Context {
            policies: &policies,
            home: &home,
            ceiling: scenario.mode,
            age: Age::Guarded,
            calls: CallContext {
                aws: &aws.read,
                now: double.world().now,
                time_left: scenario.time_left.map_or(TimeLeft::ENDLESS, TimeLeft::of),
            },
        };
        double.forget_calls();
        let reading = read(scenario.event.as_bytes());
        if matches!(reading, Reading::Broken(_)) != expected.unreadable {
            return Err(format!("the event reads as {reading:?}"));
        }
        let record = match reading {
            Reading::Ours(trigger) => json!(answer(&trigger, context, aws.executor()).await),
            Reading::NotOurs(why) => without_decisions(&why.to_string()),
            Reading::Broken(why) => without_decisions(&why.to_string()),
        };
        end.calls.extend(double.calls());
        end.told.push(record.clone());
        expected
            .check(&record, double)
            .map_err(|wrong| format!("delivery {}: {wrong}", nth + 1))?;
    }
    Ok(())
}

fn without_decisions(why: &str) -> Value {
    json!({ "note": why, "decisions": [] })
}

fn config(endpoint: &str, region: &str, http: &SharedHttpClient) -> SdkConfig {
    let keys = Credentials::new("AKIDEXAMPLE", SECRET_KEY, None, None, "scenario");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(http.clone())
        .retry_config(retries())
        .timeout_config(patient())
        .build()
}

/// No attempt is given up: on a busy machine, an answer can take longer than any from AWS. What takes too long in a story
/// takes longer than its time.
fn patient() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_mins(1))
        .operation_attempt_timeout(Duration::from_mins(1))
        .build()
}

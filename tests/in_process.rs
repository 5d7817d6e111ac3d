//! Every scenario, through the very loop that the functions and the tool go through.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod allowed;

use std::collections::BTreeSet;

use allowed::{action_of, function_of, is_allowed};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use countermand_aws::{Aws, Setting, TimeLeft, answer, http_client, retries, timeouts};
use countermand_core::event::{Reading, read};
use countermand_core::load::load;
use countermand_core::synth::{Function, synth};
use countermand_core::verdict::Age;
use countermand_double::{Call, Double};
use countermand_tests::{SECRET_KEY, Scenario, misfits};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};

#[test]
fn every_scenario_ends_as_expected_and_every_request_of_it_fits_the_models_of_aws() {
    let calls = run(&Scenario::all());
    let misfits = misfits(&calls);
    assert!(misfits.is_empty(), "{misfits}");
}

#[test]
fn every_scenario_ends_the_same_at_another_time() {
    let later: Timestamp = "2028-02-28T22:58:59.750Z".parse().unwrap();
    let all = Scenario::all();
    let moved: Vec<_> = all.iter().map(|it| it.moved_to(later)).collect();
    run(&moved);
}

/// Some of them wait for an AWS that does not answer; but those with little time must not wait for too many others.
const AT_ONCE: usize = 16;

#[test]
fn every_call_is_allowed_by_what_the_policies_need_and_nothing_is_allowed_in_vain() {
    let scenarios = Scenario::all();
    let (mut refused, mut granted, mut used) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (scenario, calls) in run_each(&scenarios) {
        let Reading::Ours(trigger) = read(scenario.event.as_bytes()) else {
            continue;
        };
        let Some(function) = function_of(&trigger.kind) else {
            continue;
        };
        let policies = load(&scenario.sources()).into_policies().unwrap();
        let manifest = synth(&policies, Timestamp::MIN);
        let own = manifest
            .statements
            .iter()
            .filter(|it| it.function == function);
        granted.extend(own.flat_map(|it| {
            it.actions
                .keys()
                .map(move |action| (function, (*action).to_owned()))
        }));
        // The queue and the bus are the stack's own, whatever the policies are: its template grants them.
        let ours = |call: &Call| !matches!(call.service.as_str(), "sqs" | "events");
        for call in calls.into_iter().filter(ours) {
            if !is_allowed(&call, function, &manifest, &scenario.home()) {
                refused.push(format!("{scenario}: {} {}", action_of(&call), call.input));
            }
            used.insert((function, action_of(&call)));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    // A hook is answered the same way whatever woke us: its stories are told of alarms.
    for function in [Function::OnSchedule, Function::OnChange] {
        granted.remove(&(function, "ecs:ContinueServiceDeployment".to_owned()));
    }
    let in_vain: Vec<_> = granted.difference(&used).collect();
    assert!(in_vain.is_empty(), "nothing needs {in_vain:?}");
    assert!(
        used.iter()
            .any(|(function, _)| *function == Function::OnChange)
    );
}

/// All calls that they make.
fn run(scenarios: &[Scenario]) -> Vec<Call> {
    let each = run_each(scenarios).into_iter();
    each.flat_map(|(_, calls)| calls).collect()
}

fn run_each(scenarios: &[Scenario]) -> Vec<(&Scenario, Vec<Call>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let http = http_client();
    let ends = stream::iter(scenarios).map(async |it| (it, run_one(it, &http).await));
    let ends: Vec<_> = runtime.block_on(ends.buffer_unordered(AT_ONCE).collect());
    let (mut calls, mut wrong) = (Vec::new(), Vec::new());
    for (scenario, end) in ends {
        match end {
            Ok(made) => calls.push((scenario, made)),
            Err(why) => wrong.push(format!("{scenario}:\n{why}")),
        }
    }
    wrong.sort_unstable();
    assert!(
        wrong.is_empty(),
        "{} of {} scenarios end otherwise\n\n{}",
        wrong.len(),
        scenarios.len(),
        wrong.join("\n\n")
    );
    calls
}

async fn run_one(scenario: &Scenario, http: &SharedHttpClient) -> Result<Vec<Call>, String> {
    let sources = scenario.sources();
    let policies = load(&sources)
        .into_policies()
        .map_err(|problems| format!("{problems:#?}"))?;
    let home = scenario.home();
    let double = Double::start(scenario.world()).unwrap();
    let aws = Aws::new(config(double.url(), &home.region, http));
    let aws = aws.with_verify_queue(scenario.verify_queue());
    let mut calls = Vec::new();
    for (nth, expected) in scenario.deliveries().enumerate() {
        let setting = Setting {
            policies: &policies,
            aws: &aws,
            home: &home,
            ceiling: scenario.mode,
            age: Age::Guarded,
            now: double.world().now,
            time_left: scenario.time_left.map_or(TimeLeft::ENDLESS, TimeLeft::of),
        };
        double.forget_calls();
        let reading = read(scenario.event.as_bytes());
        if matches!(reading, Reading::Broken(_)) != expected.unreadable {
            return Err(format!("the event reads as {reading:?}"));
        }
        let record = match reading {
            Reading::Ours(trigger) => json!(answer(&trigger, setting).await),
            Reading::NotOurs(why) => without_decisions(&why.to_string()),
            Reading::Broken(why) => without_decisions(&why.to_string()),
        };
        expected
            .check(&record, &double)
            .map_err(|wrong| format!("delivery {}: {wrong}", nth + 1))?;
        calls.extend(double.calls());
    }
    Ok(calls)
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
        .timeout_config(timeouts())
        .build()
}

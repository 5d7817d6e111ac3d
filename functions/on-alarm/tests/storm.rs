//! A storm: five hundred alarm events in a minute, for ten environments of the function as Lambda runs them, in an AWS
//! that throttles at half of the rates that it publishes: others use the account too. Some environments die at it.
//!
//! The minute goes ten times as fast: the rates are ten times as high, the function's deadline and the pauses before a
//! delivery are a tenth. Its own waits are as long as ever, and so ten times too long: a storm in real time is easier.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use countermand_core::verdict::Home;
use countermand_double::{Call, Double, Rate, World};
use countermand_tests::{FunctionAnswer, FunctionProcess, PLENTY, moved_by};
use jiff::Timestamp;
use serde_json::{Value, json};

const FASTER: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60 / FASTER as u64);
/// The template gives it a minute.
const DEADLINE: Duration = MINUTE;
const ENVIRONMENTS: usize = 10;
const EVENTS: usize = 500;
/// Lambda delivers an event that failed twice more, after one and after two minutes.
const DELIVERIES: u32 = 3;
/// A storm that lasts so long has no end.
const PATIENCE: Duration = Duration::from_mins(2);
/// Of what AWS takes, this is left to us.
const OURS: f64 = 0.5;

/// With a deployment in flight.
const BUSY: usize = 40;
/// The same without.
const IDLE: usize = 40;
const ALARMS: [&str; 4] = ["5xx", "latency", "errors", "queue"];

/// Of those at the beginning, every so many kills the environment that has it, sooner or later in its course.
const KILLS: usize = 50;
const DIES_AFTER: Duration = Duration::from_millis(8);

/// In kB: so much may an environment grow after it is warm.
const GROWTH: u64 = 1_024;
/// Until then it fills its caches and opens its connections.
const WARM: usize = 10;
/// One of fewer events has not much to tell.
const TELLING: usize = 30;

const POLICIES: &str = r#"
version: 1
policies:
  - name: brake
    mode: enforce
    when:
      alarm: { name: ["{service}-5xx", "{service}-latency", "{service}-errors", "{service}-queue"] }
    limit: { alarms: none }
    do:
      - ecs.stop-service-deployment: { cluster: prod, service: "{service}" }
"#;

#[test]
fn a_storm_loses_no_event_and_stops_every_change_once() {
    let double = Double::start(world()).unwrap();
    let policies = policies();
    let storm = Storm::new(&double, &policies);
    thread::scope(|scope| {
        for _ in 0..ENVIRONMENTS {
            scope.spawn(|| storm.environment());
        }
    });
    let took = storm.began.elapsed();
    let seen = storm.seen.into_inner().unwrap();
    let calls = double.calls();
    let throttled = calls.iter().filter(|it| is_throttled(it)).count();
    let stops = stops(&calls).values().sum::<usize>();
    eprintln!(
        "{EVENTS} events in {took:.1?}: {} calls, {throttled} of them throttled, {stops} stops of {BUSY} changes; {seen:?}",
        calls.len(),
    );

    // In the end every one was answered: what its environment did not live to answer, or could not, at a later delivery.
    assert_eq!(seen.answered.values().sum::<usize>(), EVENTS);
    assert!(seen.killed > 0, "nobody died of it: that is no storm");
    // Lambda kills whoever does not mind the deadline; a machine that stands still may make one late.
    assert!(seen.late < ENVIRONMENTS, "{} were late", seen.late);
    // A herd that comes back at once finds the gate shut again and again.
    assert!(throttled > 0, "nothing was throttled: that is no storm");
    assert!(throttled < calls.len() / 3, "{throttled} throttled");
    assert!(!seen.growth.is_empty());
    for (before, after) in &seen.growth {
        assert!(*after < before + GROWTH, "{before} kB became {after} kB");
    }

    every_change_is_stopped_once(&double, &policies);
    every_change_has_one_outcome(&double);
}

#[derive(Debug)]
struct Delivery {
    number: usize,
    event: String,
    nth: u32,
    due: Instant,
}

/// What waits to be delivered, and what became of the rest.
struct Storm<'a> {
    double: &'a Double,
    policies: &'a Path,
    began: Instant,
    waiting: Mutex<Vec<Delivery>>,
    seen: Mutex<StormTally>,
}

#[derive(Debug, Default)]
struct StormTally {
    /// How many events at their first delivery, their second, their third.
    answered: BTreeMap<u32, usize>,
    failed: usize,
    /// Environments that died by our hand, and those that did because they had not answered at their deadline.
    killed: usize,
    late: usize,
    /// Events that nobody delivers again, without an answer to each of their targets.
    lost: Vec<usize>,
    /// In kB: what an environment had at most when it was warm, and in the end.
    growth: Vec<(u64, u64)>,
}

impl<'a> Storm<'a> {
    fn new(double: &'a Double, policies: &'a Path) -> Self {
        let began = Instant::now();
        let events = u32::try_from(EVENTS).unwrap();
        let waiting = (0..).zip(0..events).map(|(number, nth)| Delivery {
            number,
            event: event(number),
            nth: 1,
            due: began + MINUTE * nth / events,
        });
        Self {
            double,
            policies,
            began,
            waiting: Mutex::new(waiting.collect()),
            seen: Mutex::default(),
        }
    }

    /// An event at a time, and a new function where one has died, until all events are done with.
    fn environment(&self) {
        let mut function = start(self.double, self.policies);
        let (mut events, mut warm) = (0, 0);
        while self.is_on() {
            let Some(delivery) = self.next() else {
                // Events come when they come; this only keeps ten of us from a busy wait.
                thread::sleep(Duration::from_millis(5));
                continue;
            };
            let dies_after = dies_after(&delivery);
            let patience = dies_after.unwrap_or(DEADLINE);
            let deadline = i64::try_from(DEADLINE.as_millis()).unwrap();
            let answered = function.invoke_for(patience, &delivery.event, &home(), deadline);
            events += 1;
            if events == WARM {
                warm = function.memory();
            }
            if answered.is_none() {
                self.died(dies_after.is_some());
                function = start(self.double, self.policies);
                events = 0;
            }
            self.done(delivery, answered);
        }
        if events >= TELLING {
            self.seen().growth.push((warm, function.memory()));
        }
    }

    fn is_on(&self) -> bool {
        let seen = self.seen();
        let ended = seen.answered.values().sum::<usize>() + seen.lost.len();
        ended < EVENTS && self.began.elapsed() < PATIENCE
    }

    fn next(&self) -> Option<Delivery> {
        let mut waiting = self.waiting.lock().unwrap();
        let now = Instant::now();
        let at = waiting.iter().position(|it| it.due <= now)?;
        Some(waiting.remove(at))
    }

    fn died(&self, by_our_hand: bool) {
        let mut seen = self.seen();
        if by_our_hand {
            seen.killed += 1;
        } else {
            seen.late += 1;
        }
    }

    fn done(&self, delivery: Delivery, answered: Option<FunctionAnswer>) {
        let mut seen = self.seen();
        match answered {
            Some(FunctionAnswer::Response(record)) if is_answered(&record) => {
                *seen.answered.entry(delivery.nth).or_default() += 1;
                return;
            }
            Some(FunctionAnswer::Response(_)) => return seen.lost.push(delivery.number),
            Some(FunctionAnswer::Error(..)) => seen.failed += 1,
            None => {}
        }
        if delivery.nth == DELIVERIES {
            return seen.lost.push(delivery.number);
        }
        drop(seen);
        self.waiting.lock().unwrap().push(Delivery {
            nth: delivery.nth + 1,
            due: Instant::now() + MINUTE * delivery.nth,
            ..delivery
        });
    }

    fn seen(&self) -> MutexGuard<'_, StormTally> {
        self.seen.lock().unwrap()
    }
}

/// Whether every target has an answer that stands.
fn is_answered(record: &Value) -> bool {
    let decisions = record["decisions"].as_array().into_iter().flatten();
    let mut targets = decisions.flat_map(|it| it["targets"].as_array().into_iter().flatten());
    targets.all(|it| it["answer"] != "no-answer" && it["answer"] != "not-tried")
}

fn dies_after(delivery: &Delivery) -> Option<Duration> {
    let Delivery { number, nth, .. } = delivery;
    let kills = *nth == 1 && number % KILLS == 3 && *number < EVENTS / 2;
    kills.then(|| DIES_AFTER * u32::try_from(number / KILLS).unwrap())
}

/// More than one stop of a change is an event that was under way beside another one: ECS takes them as the same. What
/// comes after it finds nothing to stop.
fn every_change_is_stopped_once(double: &Double, policies: &Path) {
    let before = stops(&double.calls());
    assert_eq!(before.len(), BUSY, "{before:#?}");
    let function = start(double, policies);
    for nth in 0..BUSY {
        let answered = function.invoke(&event(nth * 10), &home(), PLENTY);
        assert!(matches!(answered, Some(FunctionAnswer::Response(_))));
    }
    assert_eq!(stops(&double.calls()), before);
    let services = &double.world().ecs.clusters[0].services;
    for service in services {
        let name = &service.name;
        assert_eq!(service.deployments.len(), 1, "{name}");
        let status = service.deployments[0].status.as_str();
        let is_rolled_back = status.starts_with("ROLLBACK");
        assert_eq!(is_rolled_back, name.starts_with("busy"), "{name}: {status}");
    }
}

/// How many of them AWS took, by the deployment.
fn stops(calls: &[Call]) -> BTreeMap<String, usize> {
    let mut stops = BTreeMap::new();
    let calls = calls
        .iter()
        .filter(|it| it.operation == "StopServiceDeployment");
    for call in calls.filter(|it| it.error.is_none()) {
        let of = call.input["serviceDeploymentArn"].as_str().unwrap();
        *stops.entry(of.to_owned()).or_default() += 1;
    }
    stops
}

fn is_throttled(call: &Call) -> bool {
    let error = call.error.as_deref().unwrap_or_default();
    error.contains("Throttl")
}

/// As the function that looks again tells it, of all the messages that were left to it.
fn every_change_has_one_outcome(double: &Double) {
    double.advance(AFTERWARDS);
    let bodies: Vec<_> = double.world().sqs.queues[0]
        .messages
        .iter()
        .map(|it| it.body.clone())
        .collect();
    assert!(bodies.len() >= BUSY);
    let verify = verify(double);
    let seconds = i64::try_from(AFTERWARDS.as_secs()).unwrap();
    for batch in bodies.chunks(10) {
        let records = batch.iter().zip(0..).map(|(body, nth)| {
            json!({
                "messageId": format!("059f36b4-87a3-44ab-83d2-{nth:012}"),
                // Its clock cannot be turned: in place of that they grow older.
                "body": moved_by(body, -seconds),
                "attributes": { "ApproximateReceiveCount": "1" },
                "eventSource": "aws:sqs",
            })
        });
        let batch = json!({ "Records": records.collect::<Vec<_>>() });
        let answered = verify.invoke(&batch.to_string(), &home(), PLENTY);
        assert_eq!(
            answered,
            Some(FunctionAnswer::Response(json!({ "batchItemFailures": [] })))
        );
    }
    let mut outcomes: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for line in verify.end() {
        let told: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
        let of = outcomes.entry(text("change")).or_default();
        of.insert((text("id"), text("outcome")));
    }
    let ids: BTreeSet<_> = outcomes
        .values()
        .flatten()
        .map(|(id, _)| id.clone())
        .collect();
    assert_eq!((outcomes.len(), ids.len()), (BUSY, BUSY), "{outcomes:#?}");
    for (change, told) in &outcomes {
        let told: Vec<_> = told.iter().map(|(_, outcome)| outcome.as_str()).collect();
        assert_eq!(told, ["confirmed"], "{change}");
    }
}

/// By then every rollback has ended.
const AFTERWARDS: Duration = Duration::from_mins(15);

fn rates() -> Vec<Rate> {
    let published = Rate::published().into_iter();
    published
        .map(|it| it.faster(f64::from(FASTER) * OURS))
        .collect()
}

fn home() -> Home {
    Home {
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

/// As many alarms of busy services as of idle ones, some delivered twice; alarms of what does not exist; and of what no
/// policy is about.
fn event(number: usize) -> String {
    let alarm = ALARMS[number / 7 % ALARMS.len()];
    let (id, name) = match number % 10 {
        0..=3 => (number, format!("{}-{alarm}", busy(number / 10 % BUSY))),
        // The one before, once more.
        4 => (
            number - 1,
            format!(
                "{}-{}",
                busy((number - 1) / 10 % BUSY),
                ALARMS[(number - 1) / 7 % ALARMS.len()]
            ),
        ),
        5..=6 => (number, format!("{}-{alarm}", idle(number % IDLE))),
        7 => (number, format!("gone-{}-{alarm}", number % 20)),
        _ => (number, format!("disk-{number}-full")),
    };
    let at = Timestamp::now();
    json!({
        "version": "0",
        "id": format!("5a0c1e7e-0000-4000-8000-{id:012}"),
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": home().account,
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": home().region,
        "resources": [format!("arn:aws:cloudwatch:eu-central-1:123456789012:alarm:{name}")],
        "detail": {
            "alarmName": name,
            "state": { "value": "ALARM", "reason": "", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string() },
            "previousState": { "value": "OK", "reason": "", "timestamp": "2026-11-01T01:00:00.000+0000" },
            "configuration": { "metrics": [] },
        },
    })
    .to_string()
}

fn busy(nth: usize) -> String {
    format!("busy-{nth}")
}

fn idle(nth: usize) -> String {
    format!("idle-{nth}")
}

fn world() -> World {
    let deployment = |id: String, status: &str| json!({ "id": id, "status": status, "created-at": "-8m", "sources": ["1"], "target": "2" });
    let services = (0..BUSY).map(|nth| (busy(nth), "IN_PROGRESS"));
    let services = services.chain((0..IDLE).map(|nth| (idle(nth), "SUCCESSFUL")));
    let services: Vec<_> = services
        .map(|(name, status)| json!({ "name": name, "deployments": [deployment(format!("of-{name}"), status)] }))
        .collect();
    let alarms: BTreeSet<String> = (0..EVENTS).map(|number| name_in(&event(number))).collect();
    let alarms: Vec<_> = alarms
        .iter()
        .map(|name| json!({ "name": name, "state": "ALARM", "updated-at": "-1s" }))
        .collect();
    World::from_value(json!({
        "runs": true,
        "account": home().account,
        "region": home().region,
        "ecs": { "clusters": [{ "name": "prod", "services": services }] },
        "cloudwatch": { "alarms": alarms },
        "sqs": { "queues": [{ "name": "verify" }] },
        "rates": rates(),
        // No rate is published, but it has one.
        "faults": [{ "call": "ecs:StopServiceDeployment", "fault": "throttle", "times": 20 }],
    }))
    .unwrap()
}

fn name_in(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["alarmName"].as_str().unwrap().to_owned()
}

fn policies() -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("storm.yaml");
    fs::write(&file, POLICIES).unwrap();
    file
}

fn start(double: &Double, policies: &Path) -> FunctionProcess {
    let policies = policies.to_string_lossy().into_owned();
    let policies = [("COUNTERMAND_POLICIES", policies)];
    let environment = environment(double).into_iter().chain(policies);
    FunctionProcess::start(env!("CARGO_BIN_EXE_on-alarm"), environment)
}

/// The function beside this one: all of them are built together.
fn verify(double: &Double) -> FunctionProcess {
    let binary = Path::new(env!("CARGO_BIN_EXE_on-alarm")).with_file_name("verify");
    assert!(binary.exists(), "`cargo test --workspace` builds it");
    FunctionProcess::start(binary.to_str().unwrap(), environment(double))
}

fn environment(double: &Double) -> [(&'static str, String); 3] {
    let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/verify";
    [
        ("AWS_REGION", home().region),
        ("AWS_ENDPOINT_URL", double.url().to_owned()),
        ("COUNTERMAND_VERIFY_QUEUE_URL", queue.to_owned()),
    ]
}

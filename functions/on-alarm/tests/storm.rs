//! A storm: hundreds of alarm events for several environments of the function, as Lambda runs them, while AWS throttles
//! and some environments die. No event may be lost, and every change is stopped once.
//!
//! It comes in two sizes. The small one is made of counts alone, however long anything takes: so many calls are
//! throttled, a failed event is delivered again at once, and every event has plenty of time. The great one, for the
//! night, is made of rates: five hundred events in a minute, for ten environments, in an AWS that throttles at half of
//! the rates that it publishes, since others use the account too. Its minute goes ten times as fast: the rates are ten
//! times as high, the function's deadline and the pauses before a delivery are a tenth. The function's own waits are as
//! long as ever, and so ten times too long: a storm in real time is easier.
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
use countermand_double::{CallRate, Double, RecordedCall, World};
use countermand_tests::{FunctionAnswer, FunctionProcess, PLENTY, is_nightly, moved_by};
use jiff::Timestamp;
use serde_json::{Value, json};

/// How large a storm is, and what it is made of.
struct StormSize {
    environments: usize,
    events: usize,
    /// The events come in over this time. A failed one is delivered again after as long, and then after twice as long.
    minute: Duration,
    /// In milliseconds: what the function has for each event.
    deadline: i64,
    /// Services with a deployment in flight, and as many without.
    services: usize,
    /// What throttles, as the double's world has it.
    rates: Vec<CallRate>,
    throttled: &'static [(&'static str, usize)],
    /// The memory of an environment is compared once it has answered so many events.
    telling: usize,
}

/// Lambda delivers an event that failed twice more, after one and after two minutes.
const DELIVERIES: u32 = 3;
const ALARMS: [&str; 4] = ["5xx", "latency", "errors", "queue"];

/// In the first half, one event in this many kills its environment, each a little later after its delivery.
const KILLS: usize = 50;
const DIES_AFTER: Duration = Duration::from_millis(8);

/// In kB: how much an environment may grow once it is warm.
const GROWTH: u64 = 1_024;
/// After this many events its caches are filled and its connections open.
const WARM: usize = 10;

impl StormSize {
    fn small() -> Self {
        Self {
            environments: 4,
            events: 160,
            minute: Duration::ZERO,
            deadline: PLENTY,
            services: 12,
            rates: Vec::new(),
            throttled: &[
                ("ecs:DescribeServices", 12),
                ("ecs:ListServiceDeployments", 12),
                ("ecs:StopServiceDeployment", 12),
                ("cloudwatch:DescribeAlarms", 12),
            ],
            telling: 20,
        }
    }

    fn great() -> Self {
        const FASTER: u32 = 10;
        /// Of what AWS takes, this is left to us.
        const OURS: f64 = 0.5;
        let published = CallRate::published().into_iter();
        let minute = Duration::from_mins(1) / FASTER;
        Self {
            environments: 10,
            events: 500,
            minute,
            // The template gives it a minute.
            deadline: i64::try_from(minute.as_millis()).unwrap(),
            services: 40,
            rates: published
                .map(|it| it.faster(f64::from(FASTER) * OURS))
                .collect(),
            // No rate of it is published, but it has one.
            throttled: &[("ecs:StopServiceDeployment", 20)],
            telling: 30,
        }
    }
}

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
    if is_nightly() {
        great_storm();
    } else {
        small_storm();
    }
}

fn small_storm() {
    let size = StormSize::small();
    let (tally, calls) = run_storm(&size);
    // Every fault was used, and nothing else throttles: each throttled call was retried until it went through.
    let throttled = throttled(&calls);
    let wanted = size.throttled.iter().map(|(_, times)| times);
    assert_eq!(throttled, wanted.sum::<usize>());
    assert_eq!(tally.late, 0);
}

fn great_storm() {
    let size = StormSize::great();
    let (tally, calls) = run_storm(&size);
    // Lambda kills an environment that misses its deadline. A machine that stalls for a moment may make one late.
    assert!(tally.late < size.environments, "{} were late", tally.late);
    // Retries without growing, random waits would all be throttled again.
    let throttled = throttled(&calls);
    assert!(throttled > 0, "nothing was throttled: that is no storm");
    assert!(throttled < calls.len() / 3, "{throttled} throttled");
}

/// Runs a storm, and asserts what holds for every size of it.
fn run_storm(size: &StormSize) -> (StormTally, Vec<RecordedCall>) {
    let double = Double::start(world(size)).unwrap();
    let policies = policies();
    let storm = Storm::new(size, &double, &policies);
    thread::scope(|scope| {
        for _ in 0..size.environments {
            scope.spawn(|| storm.environment());
        }
    });
    let took = storm.began.elapsed();
    let tally = storm.tally.into_inner().unwrap();
    let calls = double.calls();
    eprintln!(
        "{} events in {took:.1?}: {} calls, {} of them throttled, {} stops of {} changes; {tally:?}",
        size.events,
        calls.len(),
        throttled(&calls),
        stops(&calls).values().sum::<usize>(),
        size.services,
    );

    // Every event was answered in the end, if need be at a later delivery.
    assert_eq!(tally.answered.values().sum::<usize>(), size.events);
    assert!(tally.killed > 0, "nobody died of it: that is no storm");
    assert!(!tally.growth.is_empty());
    for (before, after) in &tally.growth {
        assert!(*after < before + GROWTH, "{before} kB became {after} kB");
    }
    every_change_is_stopped_once(size, &double, &policies);
    every_change_has_one_outcome(size, &double);
    (tally, calls)
}

#[derive(Debug)]
struct Delivery {
    number: usize,
    event: String,
    nth: u32,
    due: Instant,
}

/// The deliveries that wait, and the tally of the others.
struct Storm<'a> {
    size: &'a StormSize,
    double: &'a Double,
    policies: &'a Path,
    began: Instant,
    waiting: Mutex<Vec<Delivery>>,
    tally: Mutex<StormTally>,
}

#[derive(Debug, Default)]
struct StormTally {
    /// How many events were answered at their first, second and third delivery.
    answered: BTreeMap<u32, usize>,
    failed: usize,
    /// Environments that the test killed, and those that missed their deadline.
    killed: usize,
    late: usize,
    /// Events that were delivered as often as Lambda does, and still have a target without an answer.
    lost: Vec<usize>,
    /// In kB: the peak memory of an environment when it was warm, and in the end.
    growth: Vec<(u64, u64)>,
}

impl<'a> Storm<'a> {
    fn new(size: &'a StormSize, double: &'a Double, policies: &'a Path) -> Self {
        let began = Instant::now();
        let events = u32::try_from(size.events).unwrap();
        let waiting = (0..).zip(0..events).map(|(number, nth)| Delivery {
            number,
            event: size.event(number),
            nth: 1,
            due: began + size.minute * nth / events,
        });
        Self {
            size,
            double,
            policies,
            began,
            waiting: Mutex::new(waiting.collect()),
            tally: Mutex::default(),
        }
    }

    /// An event at a time, and a new function where one has died, until all events are done with.
    fn environment(&self) {
        let mut function = start(self.double, self.policies);
        let (mut events, mut warm) = (0, 0);
        while self.is_on() {
            let Some(delivery) = self.next() else {
                // Nothing is due yet: this only avoids a busy wait.
                thread::sleep(Duration::from_millis(5));
                continue;
            };
            let dies_after = self.size.dies_after(&delivery);
            let deadline = self.size.deadline;
            let patience = Duration::from_millis(deadline.unsigned_abs());
            let patience = dies_after.unwrap_or(patience);
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
        if events >= self.size.telling {
            self.tally().growth.push((warm, function.memory()));
        }
    }

    /// Until each event is answered or lost: none is delivered for ever.
    fn is_on(&self) -> bool {
        let tally = self.tally();
        tally.answered.values().sum::<usize>() + tally.lost.len() < self.size.events
    }

    fn next(&self) -> Option<Delivery> {
        let mut waiting = self.waiting.lock().unwrap();
        let now = Instant::now();
        let at = waiting.iter().position(|it| it.due <= now)?;
        Some(waiting.remove(at))
    }

    fn died(&self, by_our_hand: bool) {
        let mut tally = self.tally();
        if by_our_hand {
            tally.killed += 1;
        } else {
            tally.late += 1;
        }
    }

    fn done(&self, delivery: Delivery, answered: Option<FunctionAnswer>) {
        let mut tally = self.tally();
        match answered {
            Some(FunctionAnswer::Response(record)) if is_answered(&record) => {
                *tally.answered.entry(delivery.nth).or_default() += 1;
                return;
            }
            Some(FunctionAnswer::Response(_)) => return tally.lost.push(delivery.number),
            Some(FunctionAnswer::Error(..)) => tally.failed += 1,
            None => {}
        }
        if delivery.nth == DELIVERIES {
            return tally.lost.push(delivery.number);
        }
        drop(tally);
        self.waiting.lock().unwrap().push(Delivery {
            nth: delivery.nth + 1,
            due: Instant::now() + self.size.minute * delivery.nth,
            ..delivery
        });
    }

    fn tally(&self) -> MutexGuard<'_, StormTally> {
        self.tally.lock().unwrap()
    }
}

/// Whether every target has an answer that stands.
fn is_answered(record: &Value) -> bool {
    let decisions = record["decisions"].as_array().into_iter().flatten();
    let mut targets = decisions.flat_map(|it| it["targets"].as_array().into_iter().flatten());
    targets.all(|it| it["answer"] != "no-answer" && it["answer"] != "not-tried")
}

/// Two events that are handled at the same time may both stop a change, which ECS takes as one stop. Any later event
/// finds nothing to stop.
fn every_change_is_stopped_once(size: &StormSize, double: &Double, policies: &Path) {
    let before = stops(&double.calls());
    assert_eq!(before.len(), size.services, "{before:#?}");
    let function = start(double, policies);
    for nth in 0..size.services {
        let answered = function.invoke(&size.event(nth * 10), &home(), PLENTY);
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

/// How many stops AWS accepted, by deployment.
fn stops(calls: &[RecordedCall]) -> BTreeMap<String, usize> {
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

fn throttled(calls: &[RecordedCall]) -> usize {
    let errors = calls.iter().filter_map(|it| it.error.as_deref());
    errors.filter(|it| it.contains("Throttl")).count()
}

/// Hands all messages of the queue to `verify`, and reads the outcomes that it tells.
fn every_change_has_one_outcome(size: &StormSize, double: &Double) {
    double.advance(AFTERWARDS);
    let bodies: Vec<_> = double.world().sqs.queues[0]
        .messages
        .iter()
        .map(|it| it.body.clone())
        .collect();
    assert!(bodies.len() >= size.services);
    let verify = verify(double);
    let seconds = i64::try_from(AFTERWARDS.as_secs()).unwrap();
    for batch in bodies.chunks(10) {
        let records = batch.iter().zip(0..).map(|(body, nth)| {
            json!({
                "messageId": format!("059f36b4-87a3-44ab-83d2-{nth:012}"),
                // The function's clock cannot be turned, so each message is made older.
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
    assert_eq!(
        (outcomes.len(), ids.len()),
        (size.services, size.services),
        "{outcomes:#?}"
    );
    for (change, told) in &outcomes {
        let told: Vec<_> = told.iter().map(|(_, outcome)| outcome.as_str()).collect();
        assert_eq!(told, ["confirmed"], "{change}");
    }
}

/// By then every rollback has ended.
const AFTERWARDS: Duration = Duration::from_mins(15);

fn home() -> Home {
    Home {
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

impl StormSize {
    /// Alarms of services that are being deployed and of others, some delivered twice; of services that do not exist; and of what no
    /// policy is about.
    fn event(&self, number: usize) -> String {
        let services = self.services;
        let alarm = ALARMS[number / 7 % ALARMS.len()];
        let (id, name) = match number % 10 {
            0..=3 => (number, format!("{}-{alarm}", busy(number / 10 % services))),
            // A second delivery of the event before.
            4 => (
                number - 1,
                format!(
                    "{}-{}",
                    busy((number - 1) / 10 % services),
                    ALARMS[(number - 1) / 7 % ALARMS.len()]
                ),
            ),
            5..=6 => (number, format!("{}-{alarm}", idle(number % services))),
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

    /// How long after the delivery its environment is killed; with the first such event, at once.
    fn dies_after(&self, delivery: &Delivery) -> Option<Duration> {
        let Delivery { number, nth, .. } = delivery;
        let kills = *nth == 1 && number % KILLS == 3 && *number < self.events / 2;
        kills.then(|| DIES_AFTER * u32::try_from(number / KILLS).unwrap())
    }
}

fn busy(nth: usize) -> String {
    format!("busy-{nth}")
}

fn idle(nth: usize) -> String {
    format!("idle-{nth}")
}

fn world(size: &StormSize) -> World {
    let count = size.services;
    let deployment = |id: String, status: &str| json!({ "id": id, "status": status, "created-at": "-8m", "sources": ["1"], "target": "2" });
    let services = (0..count).map(|nth| (busy(nth), "IN_PROGRESS"));
    let services = services.chain((0..count).map(|nth| (idle(nth), "SUCCESSFUL")));
    let services: Vec<_> = services
        .map(|(name, status)| json!({ "name": name, "deployments": [deployment(format!("of-{name}"), status)] }))
        .collect();
    let alarms: BTreeSet<String> = (0..size.events)
        .map(|number| name_in(&size.event(number)))
        .collect();
    let alarms: Vec<_> = alarms
        .iter()
        .map(|name| json!({ "name": name, "state": "ALARM", "updated-at": "-1s" }))
        .collect();
    let faults = size.throttled.iter();
    let faults =
        faults.map(|(call, times)| json!({ "call": call, "fault": "throttle", "times": times }));
    World::from_value(json!({
        "runs": true,
        "account": home().account,
        "region": home().region,
        "ecs": { "clusters": [{ "name": "prod", "services": services }] },
        "cloudwatch": { "alarms": alarms },
        "sqs": { "queues": [{ "name": "verify" }] },
        "rates": size.rates,
        "faults": faults.collect::<Vec<_>>(),
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

/// The other function's binary, which is built along with this one's.
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

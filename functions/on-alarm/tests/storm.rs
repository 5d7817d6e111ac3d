//! A storm: five hundred alarm events in a minute, for ten environments of the function as Lambda runs them, in an AWS
//! that throttles at the rates that it publishes.
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
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use countermand_core::follow::Followed;
use countermand_core::verdict::Home;
use countermand_double::{Call, Double, Rate, World};
use countermand_tests::{Answered, Function};
use jiff::Timestamp;
use serde_json::{Value, json};

const FASTER: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60 / FASTER as u64);
/// In milliseconds; the template gives it a minute.
const DEADLINE: i64 = 60_000 / FASTER as i64;
const ENVIRONMENTS: usize = 10;
const EVENTS: usize = 500;
/// Lambda delivers an event that failed twice more, after one and after two minutes.
const DELIVERIES: u32 = 3;

/// With a deployment in flight.
const BUSY: usize = 40;
/// The same without.
const IDLE: usize = 40;
const ALARMS: [&str; 4] = ["5xx", "latency", "errors", "queue"];

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

#[derive(Debug, Clone)]
struct Delivery {
    event: String,
    nth: u32,
    due: Instant,
}

#[test]
fn no_event_of_a_storm_is_lost_and_every_change_is_stopped_once() {
    let double = Double::start(world()).unwrap();
    let storm = Storm::new();
    let memory: Vec<_> = thread::scope(|scope| {
        let runs = (0..ENVIRONMENTS).map(|_| scope.spawn(|| storm.run(&start(&double))));
        let runs: Vec<_> = runs.collect();
        runs.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let took = storm.began.elapsed();
    let (calls, world) = (double.calls(), double.world());

    // Every event was answered in the end, not later than Lambda gives it up.
    let answered = storm.answered.into_inner().unwrap();
    assert_eq!(answered.values().sum::<usize>(), EVENTS, "{answered:?}");

    every_change_is_stopped_once(&world, &calls);
    let throttled = within_the_rates(&calls);
    for (early, late) in &memory {
        assert!(late < &(early + 4_096), "{early} kB became {late} kB");
    }
    let most = memory.iter().map(|(_, late)| late).max().unwrap();
    eprintln!(
        "{EVENTS} events in {took:.1?}: {} calls, {throttled} of them throttled; by delivery {answered:?}; {most} kB at most",
        calls.len()
    );
}

/// Events that wait to be delivered, and how many were answered at their first delivery, their second, their third.
struct Storm {
    began: Instant,
    waiting: Mutex<Vec<Delivery>>,
    open: Mutex<usize>,
    answered: Mutex<BTreeMap<u32, usize>>,
}

impl Storm {
    fn new() -> Self {
        let began = Instant::now();
        let mut waiting: Vec<_> = (0..EVENTS)
            .map(|number| Delivery {
                event: event(number),
                nth: 1,
                due: began + MINUTE * u32::try_from(number).unwrap() / u32::try_from(EVENTS).unwrap(),
            })
            .collect();
        waiting.reverse();
        Self {
            began,
            waiting: Mutex::new(waiting),
            open: Mutex::new(EVENTS),
            answered: Mutex::default(),
        }
    }

    /// One environment: an event at a time. What memory it has after its fifth and after its last one.
    fn run(&self, function: &Function) -> (u64, u64) {
        let (mut early, mut count) = (0, 0);
        while *self.open.lock().unwrap() > 0 {
            let Some(delivery) = self.next() else {
                thread::sleep(Duration::from_millis(5));
                continue;
            };
            let answered = function.invoke(&delivery.event, &home(), DEADLINE);
            count += 1;
            if count == EVENTS / ENVIRONMENTS / 10 {
                early = function.memory().1;
            }
            match answered {
                Some(Answered::Response(_)) => {
                    *self.answered.lock().unwrap().entry(delivery.nth).or_default() += 1;
                    *self.open.lock().unwrap() -= 1;
                }
                failed if delivery.nth < DELIVERIES => {
                    assert!(failed.is_some(), "the function did not answer");
                    self.waiting.lock().unwrap().push(Delivery {
                        nth: delivery.nth + 1,
                        due: Instant::now() + MINUTE * delivery.nth,
                        ..delivery
                    });
                }
                // It is in the dead-letter queue: whoever counts will miss it.
                _ => *self.open.lock().unwrap() -= 1,
            }
        }
        (early, function.memory().1)
    }

    fn next(&self) -> Option<Delivery> {
        let mut waiting = self.waiting.lock().unwrap();
        let now = Instant::now();
        let at = waiting.iter().rposition(|it| it.due <= now)?;
        Some(waiting.remove(at))
    }
}

/// Delivered twice, or found by several alarms: whoever follows it comes to one outcome with one id.
fn every_change_is_stopped_once(world: &World, calls: &[Call]) {
    let services = &world.ecs.clusters[0].services;
    for service in &services[..BUSY] {
        let status = service.deployments[0].status.as_str();
        assert!(status.starts_with("ROLLBACK"), "{}: {status}", service.name);
    }
    let mut stops: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls.iter().filter(|it| it.operation == "StopServiceDeployment") {
        let of = call.input["serviceDeploymentArn"].as_str().unwrap();
        *stops.entry(of).or_default() += 1;
    }
    assert_eq!(stops.len(), BUSY);
    // More than one stop is an event that was under way beside another one; ECS takes it as the same.
    let most = stops.values().max().unwrap();
    assert!(*most <= ENVIRONMENTS, "{stops:#?}");

    let messages = world.sqs.queues[0].messages.iter();
    let followed: Vec<_> = messages.map(|it| Followed::read(&it.body).unwrap()).collect();
    let outcomes: BTreeSet<_> = followed.iter().map(Followed::id).collect();
    assert_eq!(outcomes.len(), BUSY, "{outcomes:#?}");
    let changes: BTreeSet<_> = followed.iter().map(|it| it.which.change.as_str()).collect();
    assert_eq!(changes, stops.keys().copied().collect());
}

/// What AWS took, by its own time, is what it says that it takes. How many calls it did not take.
fn within_the_rates(calls: &[Call]) -> usize {
    let is_throttled = |it: &&Call| it.error.as_deref().is_some_and(|it| it.contains("Throttl"));
    let (throttled, taken): (Vec<_>, Vec<_>) = calls.iter().partition(is_throttled);
    assert!(!throttled.is_empty(), "nothing was throttled: that is no storm");
    for rate in rates() {
        let mut at: Vec<Timestamp> = taken
            .iter()
            .filter(|it| rate.calls.contains(&it.name()))
            .map(|it| it.at)
            .collect();
        at.sort_unstable();
        for (index, from) in at.iter().enumerate() {
            for (beyond, until) in at[index..].iter().enumerate() {
                let seconds = until.duration_since(*from).as_secs_f64();
                let most = rate.burst + rate.per_second * seconds;
                let count = f64::from(u32::try_from(beyond + 1).unwrap());
                assert!(count <= most + 1.0, "{:?}: {count} in {seconds} s", rate.calls);
            }
        }
    }
    // A herd would come back again and again.
    assert!(throttled.len() < taken.len(), "{} of {}", throttled.len(), calls.len());
    throttled.len()
}

fn rates() -> Vec<Rate> {
    let published = Rate::published().into_iter();
    published.map(|it| it.faster(f64::from(FASTER))).collect()
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
        4 => (number - 1, format!("{}-{}", busy((number - 1) / 10 % BUSY), ALARMS[(number - 1) / 7 % ALARMS.len()])),
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
    let deployment = |id: String, status: &str| {
        json!({ "id": id, "status": status, "created-at": "-8m", "sources": ["1"], "target": "2" })
    };
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
    }))
    .unwrap()
}

fn name_in(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["alarmName"].as_str().unwrap().to_owned()
}

fn start(double: &Double) -> Function {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("storm.yaml");
    fs::write(&file, POLICIES).unwrap();
    let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/verify";
    Function::start(
        env!("CARGO_BIN_EXE_on-alarm"),
        [
            ("AWS_REGION", home().region),
            ("AWS_ENDPOINT_URL", double.url().to_owned()),
            ("COUNTERMAND_POLICIES", file.to_string_lossy().into_owned()),
            ("COUNTERMAND_VERIFY_QUEUE_URL", queue.to_owned()),
        ],
    )
}

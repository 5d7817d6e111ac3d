//! From the event to the outcome, through two built functions: the one that stops hands messages to the one that looks
//! again, in batches as Lambda takes them from a queue.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use countermand_double::Double;
use countermand_tests::{
    BuiltFunction, FunctionAnswer, FunctionProcess, PLENTY, Scenario, moved_by,
};
use jiff::Timestamp;
use serde_json::{Value, json};

const VERIFY: BuiltFunction = BuiltFunction {
    binary: env!("CARGO_BIN_EXE_verify"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

/// In seconds: here, the queue delivers a message again after this time.
const STEP: i64 = 60;
/// In all, longer than any deadline.
const STEPS: usize = 600;

#[test]
fn every_story_ends_with_its_outcomes() {
    let all = Scenario::all();
    let stories: Vec<_> = all.iter().filter(|it| !outcomes(it).is_empty()).collect();
    assert!(stories.len() > 6);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for story in stories {
            let wrong = &wrong;
            scope.spawn(move || {
                if let Err(why) = follow(story) {
                    wrong.lock().unwrap().push(format!("{story}:\n{why}"));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn outcomes(story: &Scenario) -> BTreeMap<String, String> {
    let outcomes = story.deliveries().last().map(|it| it.outcomes.clone());
    outcomes.unwrap_or_default()
}

/// The other function's binary, which is built along with this one's.
fn on_alarm() -> BuiltFunction {
    let path = Path::new(VERIFY.binary).with_file_name("on-alarm");
    assert!(path.exists(), "`cargo test --workspace` builds it");
    BuiltFunction {
        binary: path.to_str().unwrap().to_owned().leak(),
        ..VERIFY
    }
}

fn follow(story: &Scenario) -> Result<(), String> {
    let story = story.moved_to(Timestamp::now());
    let double = Double::start(story.world()).unwrap();
    let stops = on_alarm().start(&story, &double);
    for _ in story.deliveries() {
        stops.invoke(&story.event, &story.home(), PLENTY);
    }
    let mut queue = FollowUpQueue::of(&story, &double);
    let mut told: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for _ in 0..STEPS {
        let messages = queue.take();
        if messages.is_empty() {
            break;
        }
        for body in messages {
            let Some(ended) = queue.deliver(&body)? else {
                continue;
            };
            // Lambda may deliver any message twice, also one that has led to an outcome.
            let again = queue.deliver(&body)?;
            if again.as_ref().map(outcome_of) != Some(outcome_of(&ended)) {
                return Err(format!("{ended} is {again:?} at the second look"));
            }
            let ends = told.entry(text(&ended, "change")).or_default();
            ends.insert(outcome_of(&ended));
        }
        queue.wait();
    }
    on_the_bus(&double, &told, &story)?;
    if told.values().any(|it| it.len() != 1) {
        return Err(format!("a change has several outcomes: {told:#?}"));
    }
    let told: BTreeMap<_, _> = told
        .into_iter()
        .filter_map(|(change, ends)| Some((change, ends.into_iter().next()?.1)))
        .collect();
    if told == outcomes(&story) {
        Ok(())
    } else {
        Err(format!("it came to {told:#?}"))
    }
}

/// On the bus there is a decision for each delivery, and an event for each outcome.
fn on_the_bus(
    double: &Double,
    told: &BTreeMap<String, BTreeSet<(String, String)>>,
    story: &Scenario,
) -> Result<(), String> {
    let world = double.world();
    let events = world.events.buses.first().map(|it| it.events.as_slice());
    let events = events.unwrap_or_default().iter();
    let (decisions, outcomes): (Vec<_>, Vec<_>) =
        events.partition(|it| it.detail_type == "Countermand Decision");
    let of = |change: &String| {
        let mut outcomes = outcomes.iter();
        outcomes.any(|it| text(&it.detail, "change") == *change)
    };
    if decisions.len() == story.deliveries().count() && told.keys().all(of) {
        Ok(())
    } else {
        Err(format!("on the bus there is {:#?}", world.events))
    }
}

/// The id of an outcome, and the outcome.
fn outcome_of(told: &Value) -> (String, String) {
    (text(told, "id"), text(told, "outcome"))
}

fn text(told: &Value, key: &str) -> String {
    let text = told.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// The world's queue, and the function that takes messages from it.
struct FollowUpQueue<'a> {
    story: &'a Scenario,
    double: &'a Double,
    verify: FunctionProcess,
    taken: usize,
    waited: i64,
}

impl<'a> FollowUpQueue<'a> {
    fn of(story: &'a Scenario, double: &'a Double) -> Self {
        Self {
            story,
            double,
            verify: VERIFY.start(story, double),
            taken: 0,
            waited: 0,
        }
    }

    /// The messages sent since the last time, each a step older.
    fn take(&mut self) -> Vec<String> {
        let world = self.double.world();
        let queue = world.sqs.queues.first().unwrap();
        let new = queue.messages.iter().skip(self.taken);
        self.taken = queue.messages.len();
        new.map(|it| moved_by(&it.body, -STEP)).collect()
    }

    /// Turns the world's clock. The function's own clock cannot be turned: in its place, each message is made older.
    fn wait(&mut self) {
        self.waited += STEP;
        self.double
            .advance(Duration::from_secs(STEP.unsigned_abs()));
    }

    /// Delivers a message, which must not go back to the queue: the outcome, or nothing where it is to be looked at again.
    fn deliver(&self, body: &str) -> Result<Option<Value>, String> {
        let batch = json!({ "Records": [{
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body,
            "attributes": { "ApproximateReceiveCount": "1" },
            "eventSource": "aws:sqs",
        }]});
        let sent = self.sent();
        let answered = self
            .verify
            .invoke(&batch.to_string(), &self.story.home(), PLENTY);
        if answered != Some(FunctionAnswer::Response(json!({ "batchItemFailures": [] }))) {
            return Err(format!("it answered {answered:?} to {body}"));
        }
        if self.sent() > sent {
            return Ok(None);
        }
        let line = self.verify.logged().ok_or("nothing was told")?;
        let told: Value = serde_json::from_str(&line).map_err(|_| line)?;
        // Moved back, as if no time had passed.
        let told = moved_by(&told.to_string(), self.waited + STEP);
        Ok(Some(serde_json::from_str(&told).unwrap()))
    }

    fn sent(&self) -> usize {
        let world = self.double.world();
        world.sqs.queues.first().map_or(0, |it| it.messages.len())
    }
}

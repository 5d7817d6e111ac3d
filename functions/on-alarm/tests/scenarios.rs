//! Every scenario, through the built function under the Runtime API, now: a cold start for each.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod set_up;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use countermand_double::Double;
use countermand_tests::{Answered, Scenario, unspeakable_words};
use jiff::Timestamp;
use serde_json::Value;

use set_up::{PLENTY, function};

/// Some wait for an AWS that does not answer: more than there are cores.
const AT_ONCE: usize = 8;

#[test]
fn every_scenario_ends_as_expected() {
    let scenarios = Scenario::all();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = run(scenario) {
                        wrong.lock().unwrap().push(format!("{scenario}:\n{why}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    let (count, of) = (wrong.len(), scenarios.len());
    assert!(
        wrong.is_empty(),
        "{count} of {of} scenarios end otherwise\n\n{}",
        wrong.join("\n\n")
    );
}

fn run(scenario: &Scenario) -> Result<(), String> {
    let scenario = scenario.moved_to(Timestamp::now());
    let double = Double::start(scenario.world()).unwrap();
    let function = function(&scenario, &double);
    let time = scenario
        .time_left
        .map_or(PLENTY, |left| left.as_millis().try_into().unwrap());
    for expected in scenario.deliveries() {
        double.forget_calls();
        let answered = function.invoke(&scenario.event, &scenario.home(), time);
        let answered = answered.ok_or("the function did not answer")?;
        if matches!(answered, Answered::Error(..)) != expected.fails() {
            return Err(format!("the function answered {answered:?}"));
        }
        let line = function.logged().ok_or("the function did not log")?;
        speakable(&line)?;
        let logged: Value = serde_json::from_str(&line).map_err(|_| line)?;
        expected.check(&logged, &double)?;
        match answered {
            Answered::Response(record) => same(&record, &logged)?,
            Answered::Error(kind, message) => speakable(&format!("{kind} {message}"))?,
        }
    }
    match function.end().as_slice() {
        [] => Ok(()),
        more => Err(format!("it logged more than its records: {more:#?}")),
    }
}

fn speakable(text: &str) -> Result<(), String> {
    match unspeakable_words(text).next() {
        None => Ok(()),
        Some(word) => Err(format!("`{word}` must not be in what it says: {text}")),
    }
}

/// What it returns is what it logs.
fn same(record: &Value, logged: &Value) -> Result<(), String> {
    let mut told = record.as_object().into_iter().flatten();
    if told.all(|(key, value)| logged.get(key) == Some(value)) {
        Ok(())
    } else {
        Err(format!("it returned {record}\nand logged {logged}"))
    }
}

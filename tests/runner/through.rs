//! Runs scenarios through a built function under the Runtime API, at the present time, with a cold start for each.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use countermand_core::event::{Reading, read};
use countermand_core::trigger::TriggerKind;
use countermand_double::Double;
use jiff::Timestamp;
use serde_json::Value;

use crate::{BuiltFunction, FunctionAnswer, PLENTY, Scenario, is_nightly, unspeakable_words};

/// More than there are cores, since some wait for an AWS that does not answer.
const AT_ONCE: usize = 8;

/// In milliseconds, for scenarios that use up all the time they get. They are run at night.
const LITTLE: i64 = 4_000;

/// Every scenario whose event this function takes ends as expected. Of the events of each other function, it leaves one
/// alone.
pub fn every_scenario_ends_as_expected(built: BuiltFunction) {
    let mut all = Scenario::all();
    all.retain(|it| is_nightly() || !it.takes_all_time());
    let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| {
        let takes = taken_by(it);
        takes.is_none_or(|name| name == built.name())
    });
    assert!(own.iter().any(|it| taken_by(it).is_some()));
    let mut others: Vec<_> = others.into_iter().map(|it| (taken_by(&it), it)).collect();
    others.sort_by_key(|(name, _)| *name);
    others.dedup_by_key(|(name, _)| *name);
    let own = own.into_iter().map(|it| (true, it));
    let others = others.into_iter().map(|(_, it)| (false, it));
    let scenarios: Vec<_> = own.chain(others).collect();

    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((is_own, it)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let end = if *is_own {
                        run(built, it)
                    } else {
                        leave(built, it)
                    };
                    if let Err(why) = end {
                        wrong.lock().unwrap().push(format!("{it}:\n{why}"));
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

/// The function that takes the scenario's event. An event that none takes may come to any of them.
fn taken_by(scenario: &Scenario) -> Option<&'static str> {
    let Reading::Ours(trigger) = read(scenario.event.as_bytes()) else {
        return None;
    };
    match trigger.kind {
        TriggerKind::AlarmChanged(_) => Some("on-alarm"),
        TriggerKind::PolicyDue(_) | TriggerKind::CalendarClosed(_) => Some("on-schedule"),
        TriggerKind::ChangeBegan(_) => Some("on-change"),
        TriggerKind::Asked(_) => None,
    }
}

fn run(built: BuiltFunction, scenario: &Scenario) -> Result<(), String> {
    let scenario = scenario.moved_to(Timestamp::now());
    let double = Double::start(scenario.world()).unwrap();
    let function = built.start(&scenario, &double);
    let time = match scenario.time_left {
        Some(left) => left.as_millis().try_into().unwrap(),
        None if scenario.takes_all_time() => LITTLE,
        None => PLENTY,
    };
    for expected in scenario.deliveries() {
        double.forget_calls();
        let answered = function.invoke(&scenario.event, &scenario.home(), time);
        let answered = answered.ok_or("the function did not answer")?;
        if matches!(answered, FunctionAnswer::Error(..)) != expected.fails() {
            return Err(format!("the function answered {answered:?}"));
        }
        let line = function.logged().ok_or("the function did not log")?;
        speakable(&line)?;
        let logged: Value = serde_json::from_str(&line).map_err(|_| line)?;
        expected.check(&logged, &double)?;
        match answered {
            FunctionAnswer::Response(record) => same(&record, &logged)?,
            FunctionAnswer::Error(kind, message) => speakable(&format!("{kind} {message}"))?,
        }
    }
    match function.end().as_slice() {
        [] => Ok(()),
        more => Err(format!("it logged more than its records: {more:#?}")),
    }
}

/// The function says that the event is for another function, and makes no call.
fn leave(built: BuiltFunction, scenario: &Scenario) -> Result<(), String> {
    let scenario = scenario.moved_to(Timestamp::now());
    let double = Double::start(scenario.world()).unwrap();
    let function = built.start(&scenario, &double);
    let answered = function.invoke(&scenario.event, &scenario.home(), PLENTY);
    match answered {
        Some(FunctionAnswer::Response(record))
            if record.get("note").is_some() && double.calls().is_empty() =>
        {
            Ok(())
        }
        other => Err(format!(
            "it is for another function, and this answered {other:?}"
        )),
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

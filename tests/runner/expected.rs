//! What a scenario expects of one delivery of its event.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use countermand_double::Double;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{requests, unspeakable_words};

/// `expected.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expected {
    /// The decisions of the record, without their texts.
    pub decisions: Value,
    /// How many policies the event is not about.
    #[serde(default)]
    not_matching: u64,
    /// The record says in a note why there is nothing to decide.
    #[serde(default)]
    note: bool,
    /// The event cannot be read.
    #[serde(default)]
    pub unreadable: bool,
    /// How often each operation is called; a call that is tried again counts once.
    calls: BTreeMap<String, usize>,
    /// The longest chain of calls, alarm reads left out, of which each waits for the one before. It needs a world that
    /// delays every call, so that calls made side by side can be told from calls made in turn.
    one_after_another: Option<usize>,
    /// The states that the world's changes are in afterwards.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// Words that the record's texts have.
    #[serde(default)]
    mentions: Vec<String>,
    /// The final outcome of each change, by its id.
    #[serde(default)]
    pub outcomes: BTreeMap<String, String>,
    /// What is expected of the next delivery of the same event.
    pub(crate) again: Option<Box<Self>>,
}

impl Expected {
    /// The names of all calls that are made, in the order of the alphabet.
    pub fn calls(&self) -> impl Iterator<Item = &str> {
        self.calls.keys().map(String::as_str)
    }

    /// Compares the record, and the double's calls and world, with what is expected. The double's log of calls
    /// must begin with this delivery.
    pub fn check(&self, record: &Value, double: &Double) -> Result<(), String> {
        let calls = double.calls();
        let counted = requests::counted(&calls);
        let states = double.world().states();
        let after: BTreeMap<_, _> = self.after.keys().map(|id| (id, states.get(id))).collect();
        let decisions = record.get("decisions").cloned().unwrap_or_default();
        let depth = self.one_after_another.map(|_| requests::depth(&calls));

        let mut wrong = String::new();
        let mut compare = |what: &str, found: Value, wanted: Value| {
            differences(what, &found, &wanted, &mut wrong);
        };
        compare(
            "decisions",
            comparable(decisions),
            comparable(self.decisions.clone()),
        );
        compare("calls", json!(counted), json!(self.calls));
        compare(
            "one after another",
            json!(depth),
            json!(self.one_after_another),
        );
        compare("after", json!(after), json!(self.after));
        compare(
            "note",
            json!(record.get("note").is_some()),
            json!(self.note),
        );
        if !self.note {
            let not_matching = record.get("not_matching").cloned().unwrap_or_default();
            compare("not matching", not_matching, json!(self.not_matching));
            let told = record.get("calls").cloned().unwrap_or_default();
            compare("calls told", told, json!(counted.values().sum::<usize>()));
        }
        let text = record.to_string();
        for word in self.mentions.iter().filter(|word| !text.contains(*word)) {
            let _ = writeln!(wrong, "`{word}` is not mentioned");
        }
        for word in unspeakable_words(&text) {
            let _ = writeln!(wrong, "`{word}` must not be in a record");
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("{wrong}record {record:#}"))
        }
    }

    /// Whether the function must fail, so that the event is delivered again.
    pub fn fails(&self) -> bool {
        let wants_retry = |target: &Value| {
            let is = |key: &str, value: &str| target.get(key).is_some_and(|it| it == value);
            is("answer", "no-answer")
                || is("answer", "not-tried")
                || is("verification", "not-queued")
        };
        self.unreadable || targets(&self.decisions).any(wants_retry)
    }

    /// Every target of every decision.
    pub fn targets(&self) -> impl Iterator<Item = &Value> {
        targets(&self.decisions)
    }
}

fn targets(decisions: &Value) -> impl Iterator<Item = &Value> {
    let decisions = decisions.as_array().into_iter().flatten();
    decisions
        .filter_map(|decision| decision.get("targets")?.as_array())
        .flatten()
}

/// Writes the paths at which two values differ, as deep as both have the same shape.
fn differences(place: &str, found: &Value, wanted: &Value, told: &mut String) {
    match (found, wanted) {
        _ if found == wanted => {}
        (Value::Object(some), Value::Object(others)) => {
            let keys: BTreeSet<_> = some.keys().chain(others.keys()).collect();
            for key in keys {
                let of = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                differences(&format!("{place}.{key}"), &of(some), &of(others), told);
            }
        }
        (Value::Array(some), Value::Array(others)) if some.len() == others.len() => {
            for (at, (found, wanted)) in some.iter().zip(others).enumerate() {
                differences(&format!("{place}[{at}]"), found, wanted, told);
            }
        }
        _ => {
            let _ = writeln!(told, "{place}: found {found}, wanted {wanted}");
        }
    }
}

/// Drops the texts, which are for people, and sorts the targets, which AWS lists in no order.
fn comparable(mut value: Value) -> Value {
    match &mut value {
        Value::Array(list) => {
            for it in list.iter_mut() {
                *it = comparable(it.take());
            }
        }
        Value::Object(map) => {
            map.remove("text");
            map.remove("hold-with");
            for it in map.values_mut() {
                *it = comparable(it.take());
            }
            if let Some(Value::Array(targets)) = map.get_mut("targets") {
                targets.sort_by_cached_key(|it| {
                    let of = |key: &str| it.get(key).map(Value::to_string);
                    (of("operation"), of("target"))
                });
            }
        }
        _ => {}
    }
    value
}

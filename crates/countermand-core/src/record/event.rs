//! Decisions and outcomes as events for a bus.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Decision, Notification, OutcomeRecord, Record, TriggerRecord, text};

/// The source of all our events.
pub const SOURCE: &str = "countermand";
/// The maximum of events in one call of PutEvents.
pub const MOST_ENTRIES: usize = 10;
/// The maximum of bytes in one call, which is also that of one event with all of its parts.
const LARGEST_CALL: usize = 256 * 1024;
const LARGEST_DETAIL: usize = 200 * 1024;
/// Texts are cut to this length if an event is too large.
const LONG_TEXT: usize = 500;
/// The maximum of resources in one event.
const MOST_RESOURCES: usize = 10;

/// One event, ready for PutEvents.
#[derive(Debug, Clone, PartialEq)]
pub struct BusEvent {
    pub detail_type: &'static str,
    pub resources: Vec<String>,
    pub detail: String,
}

/// The detail of a `Countermand Decision`: what one policy made of an event.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecisionEvent {
    pub schema: u32,
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerRecord>,
    #[serde(flatten)]
    pub decision: Decision,
    /// For people.
    pub text: String,
    /// For Slack and Teams, as Amazon Q Developer in chat applications reads it.
    pub notification: Notification,
}

/// The detail of a `Countermand Outcome`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutcomeEvent {
    #[serde(flatten)]
    pub outcome: OutcomeRecord,
    /// For Slack and Teams, as Amazon Q Developer in chat applications reads it.
    pub notification: Notification,
}

/// One event for each policy that decided something.
pub fn of_record(record: &Record) -> Vec<BusEvent> {
    let decisions = record.decisions.iter().map(|decision| {
        let event = DecisionEvent {
            schema: record.schema,
            at: record.at,
            trigger: record.trigger.clone(),
            decision: decision.clone(),
            text: text::decision(decision),
            notification: Notification::of_decision(record, decision),
        };
        BusEvent {
            detail_type: "Countermand Decision",
            resources: arns(decision.targets().iter().map(|it| it.target.as_str())),
            detail: detail(&event),
        }
    });
    decisions.collect()
}

pub fn of_outcome(outcome: &OutcomeRecord) -> BusEvent {
    let event = OutcomeEvent {
        outcome: outcome.clone(),
        notification: Notification::of_outcome(outcome),
    };
    BusEvent {
        detail_type: "Countermand Outcome",
        resources: arns([outcome.which.change.as_str()]),
        detail: detail(&event),
    }
}

/// Splits events into batches for one call each.
pub fn batches(events: Vec<BusEvent>) -> Vec<Vec<BusEvent>> {
    let mut batches: Vec<Vec<BusEvent>> = Vec::new();
    let mut room = 0;
    for event in events {
        let size = event.size();
        match batches.last_mut() {
            Some(batch) if batch.len() < MOST_ENTRIES && size <= room => {
                room -= size;
                batch.push(event);
            }
            _ => {
                room = LARGEST_CALL.saturating_sub(size);
                batches.push(vec![event]);
            }
        }
    }
    batches
}

impl BusEvent {
    /// The size by AWS's count.
    fn size(&self) -> usize {
        let resources: usize = self.resources.iter().map(String::len).sum();
        SOURCE.len() + self.detail_type.len() + resources + self.detail.len()
    }
}

/// The JSON, shortened if it is too large: then `shortened` is how many targets were left out.
fn detail(event: &impl Serialize) -> String {
    let whole = serde_json::to_string(event).unwrap_or_default();
    if whole.len() <= LARGEST_DETAIL {
        return whole;
    }
    let Ok(Value::Object(mut detail)) = serde_json::from_str(&whole) else {
        return whole;
    };
    detail.values_mut().for_each(cut);
    let mut left_out = 0;
    loop {
        detail.insert("shortened".to_owned(), left_out.into());
        let shortened = Value::Object(detail.clone()).to_string();
        let more = drop_half(&mut detail);
        if shortened.len() <= LARGEST_DETAIL || more == 0 {
            return shortened;
        }
        left_out += more;
    }
}

/// Drops the second half of the targets, and returns how many these were.
fn drop_half(detail: &mut Map<String, Value>) -> usize {
    let Some(Value::Array(targets)) = detail.get_mut("targets") else {
        return 0;
    };
    let (all, keep) = (targets.len(), targets.len() / 2);
    targets.truncate(keep);
    all - keep
}

fn cut(value: &mut Value) {
    match value {
        Value::String(text) if text.chars().nth(LONG_TEXT).is_some() => {
            *text = text.chars().take(LONG_TEXT).chain(['…']).collect();
        }
        Value::Array(items) => items.iter_mut().for_each(cut),
        Value::Object(members) => members.values_mut().for_each(cut),
        _ => {}
    }
}

fn arns<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let arns = ids.into_iter().filter(|it| it.starts_with("arn:"));
    arns.take(MOST_RESOURCES).map(str::to_owned).collect()
}

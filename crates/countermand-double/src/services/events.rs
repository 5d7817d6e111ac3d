//! EventBridge over JSON 1.1: buses, and putting events on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::{ApiResult, ApiRouting, ServiceApi, invalid, operations, read};
use crate::arns::{arns, text};
use crate::world::{ServiceWorld, World};

pub(crate) const API: ServiceApi = ServiceApi {
    name: "events",
    iam_name: "events",
    routing: ApiRouting::Target("AWSEvents"),
    operations: operations! {
        "PutEvents" on bus_arns => put,
    },
    throttled: "ThrottlingException",
    broken: "InternalException",
    statuses: &[],
    query_codes: None,
    rates: &[],
};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventBridgeWorld {
    #[serde(default)]
    pub buses: Vec<EventBridgeBus>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventBridgeBus {
    pub name: String,
    /// How many entries fail from now on, in calls that succeed.
    #[serde(default)]
    pub failing_entries: u32,
    /// In the order in which they were put.
    #[serde(default)]
    pub events: Vec<EventBridgeEvent>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventBridgeEvent {
    pub id: String,
    pub put_at: Timestamp,
    pub source: String,
    pub detail_type: String,
    pub resources: Vec<String>,
    pub detail: Value,
}

impl ServiceWorld for EventBridgeWorld {}

const MOST_ENTRIES: usize = 10;
/// The size of all entries of a call together.
const LARGEST_CALL: usize = 256 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Put {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Entry {
    time: Option<f64>,
    source: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
}

fn put(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: Put = read(input)?;
    let entries = asked.entries.len();
    if !(1..=MOST_ENTRIES).contains(&entries) {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to {MOST_ENTRIES}, and has {entries}"
        )));
    }
    if asked.entries.iter().map(Entry::size).sum::<usize>() > LARGEST_CALL {
        return Err(invalid(
            "Total size of the entries in the request is over the limit.",
        ));
    }
    let answers: Vec<_> = asked
        .entries
        .into_iter()
        .map(|entry| put_one(world, now, entry))
        .collect();
    let failed = answers
        .iter()
        .filter(|it| it.get("ErrorCode").is_some())
        .count();
    Ok(json!({ "FailedEntryCount": failed, "Entries": answers }))
}

fn put_one(world: &mut World, now: Timestamp, entry: Entry) -> Value {
    let failed = |code: &str, message: &str| json!({ "ErrorCode": code, "ErrorMessage": message });
    let name = entry.event_bus_name.as_deref().unwrap_or("default");
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    let mut buses = world.events.buses.iter_mut();
    let Some(bus) = buses.find(|bus| bus.name == name) else {
        // AWS does not document what it answers for a bus that does not exist.
        return failed("InvalidArgument", "The event bus does not exist.");
    };
    let (Some(source), Some(detail_type), Some(detail)) =
        (entry.source, entry.detail_type, entry.detail)
    else {
        return failed(
            "InvalidArgument",
            "Parameter Source, DetailType or Detail is not valid. Reason: it is a required argument.",
        );
    };
    let detail: Value = match serde_json::from_str(&detail) {
        Ok(detail @ Value::Object(_)) => detail,
        _ => return failed("MalformedDetail", "Detail is malformed."),
    };
    if let Some(fewer) = bus.failing_entries.checked_sub(1) {
        bus.failing_entries = fewer;
        return failed("InternalFailure", "The double was told to fail.");
    }
    let id = format!("00000000-0000-4000-8000-{:012}", bus.events.len());
    bus.events.push(EventBridgeEvent {
        id: id.clone(),
        put_at: now,
        source,
        detail_type,
        resources: entry.resources,
        detail,
    });
    json!({ "EventId": id })
}

impl Entry {
    /// Its size as AWS counts it.
    fn size(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail];
        let texts = texts.into_iter().flatten().map(String::len);
        let resources = self.resources.iter().map(String::len);
        let time = self.time.map_or(0, |_| 14);
        texts.chain(resources).sum::<usize>() + time
    }
}

fn bus_arns(world: &World, input: &Value) -> Vec<String> {
    let entries = input.get("Entries").and_then(Value::as_array);
    let buses = entries.into_iter().flatten();
    let buses = buses.map(|entry| text(entry, "EventBusName").unwrap_or("default"));
    arns(world, "events", buses, |name| format!("event-bus/{name}"))
}

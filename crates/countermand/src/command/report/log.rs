//! Extracts decisions and outcomes from logs, from output of the AWS CLI and from events of the bus.

use countermand_core::follow::Aim;
use countermand_core::operation::Outcome;
use countermand_core::policy::Mode;
use countermand_core::record::Answer;
use countermand_core::record::SOURCE;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Default)]
pub(super) struct LogEntries {
    pub(super) decisions: Vec<LoggedDecision>,
    pub(super) outcomes: Vec<LoggedOutcome>,
}

/// The decision of one policy about one event.
#[derive(Debug)]
pub(super) struct LoggedDecision {
    pub(super) at: Timestamp,
    /// The id of the event, or its time where it has none.
    pub(super) event: String,
    pub(super) decision: DecisionEntry,
}

#[derive(Debug, Deserialize)]
pub(super) struct DecisionEntry {
    pub(super) policy: String,
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) targets: Vec<TargetEntry>,
    /// Why the event as a whole was held.
    #[serde(default)]
    pub(super) reasons: Vec<ReasonEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TargetEntry {
    pub(super) operation: String,
    pub(super) target: String,
    pub(super) answer: Option<Answer>,
    #[serde(default)]
    pub(super) reasons: Vec<ReasonEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReasonEntry {
    pub(super) code: String,
}

/// The outcome of one change.
#[derive(Debug, Deserialize)]
pub(super) struct LoggedOutcome {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) outcome: Outcome,
    pub(super) aim: Aim,
    pub(super) policy: String,
    pub(super) operation: String,
    pub(super) change: String,
    pub(super) target: String,
}

#[derive(Deserialize)]
struct RecordHeader {
    at: Timestamp,
    trigger: Option<TriggerEntry>,
}

#[derive(Deserialize)]
struct TriggerEntry {
    event_id: Option<String>,
    at: Timestamp,
}

impl LogEntries {
    /// Takes one JSON document, or lines that each contain one.
    pub(super) fn read(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(value) => self.add(&value),
            Err(_) => text.lines().for_each(|line| self.read_line(line)),
        }
    }

    /// Skips what stands before the record: time, stream, level and request id.
    fn read_line(&mut self, line: &str) {
        let Some(at) = line.find('{') else { return };
        let Some(json) = line.get(at..) else { return };
        if let Ok(value) = serde_json::from_str(json) {
            self.add(&value);
        }
    }

    fn add(&mut self, value: &Value) {
        if let Some(values) = value.as_array() {
            return values.iter().for_each(|it| self.add(it));
        }
        // The output of `aws logs filter-log-events`.
        if let Some(events) = value.get("events").and_then(Value::as_array) {
            let messages = events.iter().filter_map(|it| it.get("message")?.as_str());
            return messages.for_each(|it| self.read_line(it));
        }
        // An event of the bus.
        if value.get("source").and_then(Value::as_str) == Some(SOURCE)
            && let Some(detail) = value.get("detail")
        {
            return self.add(detail);
        }
        if let Ok(ended) = LoggedOutcome::deserialize(value) {
            self.outcomes.push(ended);
            return;
        }
        let Ok(head) = RecordHeader::deserialize(value) else {
            return;
        };
        let decisions = value.get("decisions").and_then(Value::as_array);
        let decisions = decisions.map_or(std::slice::from_ref(value), Vec::as_slice);
        let decisions = decisions.iter().flat_map(DecisionEntry::deserialize);
        self.decisions
            .extend(decisions.map(|decision| LoggedDecision {
                at: head.at,
                event: head.event(),
                decision,
            }));
    }
}

impl RecordHeader {
    fn event(&self) -> String {
        let Some(trigger) = &self.trigger else {
            return self.at.to_string();
        };
        let id = trigger.event_id.clone();
        id.unwrap_or_else(|| trigger.at.to_string())
    }
}

//! Decisions and outcomes, taken out of whatever they are in.

use countermand_core::follow::Aim;
use countermand_core::operations::Outcome;
use countermand_core::policy::Mode;
use countermand_core::record::Answer;
use countermand_core::tell::SOURCE;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) decisions: Vec<Decision>,
    pub(super) outcomes: Vec<Ended>,
}

/// What one policy made of one event.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) at: Timestamp,
    /// What tells the event from others; its time where it has no id.
    pub(super) event: String,
    pub(super) decided: Decided,
}

#[derive(Debug, Deserialize)]
pub(super) struct Decided {
    pub(super) policy: String,
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) targets: Vec<Judged>,
    /// Why the event as a whole was held.
    #[serde(default)]
    pub(super) reasons: Vec<Reason>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Judged {
    pub(super) operation: String,
    pub(super) target: String,
    pub(super) answer: Option<Answer>,
    #[serde(default)]
    pub(super) reasons: Vec<Reason>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reason {
    pub(super) code: String,
}

/// What became of one change.
#[derive(Debug, Deserialize)]
pub(super) struct Ended {
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
struct Head {
    at: Timestamp,
    trigger: Option<Trigger>,
}

#[derive(Deserialize)]
struct Trigger {
    event_id: Option<String>,
    at: Timestamp,
}

impl Entries {
    /// One document of JSON, or lines that each have one in them.
    pub(super) fn read(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(value) => self.take(&value),
            Err(_) => text.lines().for_each(|line| self.line(line)),
        }
    }

    /// Before a record may stand its time, its stream, its level and its request.
    fn line(&mut self, line: &str) {
        let Some(at) = line.find('{') else { return };
        let Some(json) = line.get(at..) else { return };
        if let Ok(value) = serde_json::from_str(json) {
            self.take(&value);
        }
    }

    fn take(&mut self, value: &Value) {
        if let Some(values) = value.as_array() {
            return values.iter().for_each(|it| self.take(it));
        }
        // As the AWS CLI prints a log group.
        if let Some(events) = value.get("events").and_then(Value::as_array) {
            let messages = events.iter().filter_map(|it| it.get("message")?.as_str());
            return messages.for_each(|it| self.line(it));
        }
        // As an event of the bus.
        if value.get("source").and_then(Value::as_str) == Some(SOURCE)
            && let Some(detail) = value.get("detail")
        {
            return self.take(detail);
        }
        if let Ok(ended) = Ended::deserialize(value) {
            self.outcomes.push(ended);
            return;
        }
        let Ok(head) = Head::deserialize(value) else {
            return;
        };
        let decisions = value.get("decisions").and_then(Value::as_array);
        let decisions = decisions.map_or(std::slice::from_ref(value), Vec::as_slice);
        let decided = decisions.iter().flat_map(Decided::deserialize);
        self.decisions.extend(decided.map(|decided| Decision {
            at: head.at,
            event: head.event(),
            decided,
        }));
    }
}

impl Head {
    fn event(&self) -> String {
        let Some(trigger) = &self.trigger else {
            return self.at.to_string();
        };
        let id = trigger.event_id.clone();
        id.unwrap_or_else(|| trigger.at.to_string())
    }
}

//! The metrics of records and outcomes.

use std::collections::BTreeMap;

use super::{Answer, Decided, OutcomeRecord, Record, VerdictWord};
use crate::operation::Outcome;
use crate::reason::{HoldCode, Reason};

/// Every figure, and what it counts.
pub const METRICS: &[(&str, &str)] = &[
    (
        "Stopped",
        "changes that AWS was asked to stop, and took the request for",
    ),
    (
        "Previewed",
        "changes that a policy which only observes would have stopped",
    ),
    (
        "Held",
        "changes, targets and whole events that were left alone",
    ),
    (
        "Held.<code>",
        "the same by their headline, as `Held.event-too-old`",
    ),
    (
        "LookupRefused",
        "targets of which AWS refused to tell what is in flight: most often a permission is missing",
    ),
    ("AlreadyOver", "changes that had ended before the call"),
    ("Refused", "stops that AWS refused: a person should look"),
    (
        "NoAnswer",
        "look-ups and stops without an answer: the event is delivered again",
    ),
    (
        "NotTried",
        "changes for which there was no time, or too little was known: the event is delivered again",
    ),
    (
        "Unverified",
        "changes that were stopped, or previewed, and that nobody looks at again",
    ),
    (
        "SecondsToStop",
        "from the alarm's own time to AWS's answer to the last stop",
    ),
    ("Confirmed", "changes that stopped"),
    ("Overtaken", "changes that came to their own end first"),
    (
        "Failed",
        "changes that neither stopped nor ended well: a person should look",
    ),
    (
        "Unconfirmed",
        "changes that had not ended by their deadline: a person should look",
    ),
    ("EndedWell", "previewed changes that ended well"),
    ("EndedBadly", "previewed changes that did not"),
];

/// One figure of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub name: String,
    pub unit: Unit,
    pub value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    Seconds,
}

/// The figures of a record, without those that are zero.
pub fn of_record(record: &Record) -> Vec<Metric> {
    let mut counts = Counts::default();
    for decision in &record.decisions {
        match &decision.outcome {
            Decided::Reasons(reasons) => counts.held(reasons),
            Decided::Targets(targets) => {
                for target in targets {
                    if target.verdict == Some(VerdictWord::Hold) {
                        counts.held(&target.reasons);
                    }
                    if let Some(answer) = target.answer {
                        counts.add(of_answer(answer));
                    }
                }
            }
        }
    }
    for _ in 0..record.unverified {
        counts.add("Unverified");
    }
    let seconds = record.seconds_to_stop.map(|value| Metric {
        name: "SecondsToStop".to_owned(),
        unit: Unit::Seconds,
        value,
    });
    counts.into_metrics().into_iter().chain(seconds).collect()
}

pub fn of_outcome(outcome: &OutcomeRecord) -> Vec<Metric> {
    let mut counts = Counts::default();
    counts.add(match outcome.outcome {
        Outcome::Confirmed => "Confirmed",
        Outcome::Overtaken => "Overtaken",
        Outcome::Failed => "Failed",
        Outcome::Unconfirmed => "Unconfirmed",
        Outcome::EndedWell => "EndedWell",
        Outcome::EndedBadly => "EndedBadly",
    });
    counts.into_metrics()
}

fn of_answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Requested => "Stopped",
        Answer::AlreadyOver => "AlreadyOver",
        Answer::Refused => "Refused",
        Answer::NoAnswer => "NoAnswer",
        Answer::NotTried => "NotTried",
        Answer::Previewed => "Previewed",
    }
}

#[derive(Default)]
struct Counts(BTreeMap<String, u32>);

impl Counts {
    fn add(&mut self, name: impl Into<String>) {
        *self.0.entry(name.into()).or_default() += 1;
    }

    /// Counts a hold by its headline.
    fn held(&mut self, reasons: &[Reason]) {
        self.add("Held");
        let Some(headline) = reasons.first() else {
            return;
        };
        let code = serde_json::to_value(headline.code).unwrap_or_default();
        self.add(format!("Held.{}", code.as_str().unwrap_or_default()));
        if headline.code == HoldCode::LookupRefused {
            self.add("LookupRefused");
        }
    }

    fn into_metrics(self) -> Vec<Metric> {
        let counts = self.0.into_iter();
        counts
            .map(|(name, count)| Metric {
                name,
                unit: Unit::Count,
                value: f64::from(count),
            })
            .collect()
    }
}

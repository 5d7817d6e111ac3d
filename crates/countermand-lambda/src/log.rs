//! The log: one line of JSON for each record, and for what is wrong with the set-up.

use std::io::{self, Write};

use countermand_core::follow::Told;
use countermand_core::operations::Outcome;
use countermand_core::record::{Answer, Decided, Record};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Level {
    Info,
    Warn,
    Error,
}

/// A record as a line, with what Lambda's own log lines have.
#[derive(Serialize)]
struct Line<'a, R> {
    timestamp: Timestamp,
    level: Level,
    #[serde(rename = "requestId")]
    request_id: &'a str,
    #[serde(flatten)]
    record: &'a R,
}

pub(crate) fn record(record: &Record, has_failed: bool, request_id: &str) {
    line(record.at, level(record, has_failed), request_id, record);
}

pub(crate) fn outcome(told: &Told, request_id: &str) {
    let level = match told.outcome {
        Outcome::Failed | Outcome::Unconfirmed => Level::Warn,
        Outcome::Confirmed | Outcome::Overtaken | Outcome::EndedWell | Outcome::EndedBadly => {
            Level::Info
        }
    };
    line(told.at, level, request_id, told);
}

fn line(timestamp: Timestamp, level: Level, request_id: &str, record: &impl Serialize) {
    let line = Line {
        timestamp,
        level,
        request_id,
        record,
    };
    write(&serde_json::to_string(&line).unwrap_or_default());
}

pub(crate) fn say(level: Level, message: &str) {
    let timestamp = Timestamp::now();
    write(&json!({ "timestamp": timestamp, "level": level, "message": message }).to_string());
}

/// What AWS refused is for somebody to look at; what failed is delivered again.
fn level(record: &Record, has_failed: bool) -> Level {
    let is_refused = record.decisions.iter().any(|it| match &it.outcome {
        Decided::Targets(targets) => targets.iter().any(|it| it.answer == Some(Answer::Refused)),
        Decided::Reasons(_) => false,
    });
    match (has_failed, is_refused) {
        (true, _) => Level::Error,
        (false, true) => Level::Warn,
        (false, false) => Level::Info,
    }
}

/// Nothing is left to do where not even this can be said.
fn write(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

//! The log: one line of JSON for each record, with its figures in CloudWatch's embedded metric format; and a line for
//! what is wrong with the set-up.

use std::io::{self, Write};

use countermand_core::follow::Told;
use countermand_core::operations::Outcome;
use countermand_core::record::{Answer, Record};
use countermand_core::tell::{Metric, metrics_of_outcome, metrics_of_record};
use jiff::Timestamp;
use lambda_runtime::Context;
use serde::Serialize;
use serde_json::{Value, json};

use crate::metrics::{self, Embedded};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Level {
    Info,
    Warn,
    Error,
}

/// How Lambda wants the log to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Log {
    /// What is below is not told. `None`: nothing is.
    least: Option<Level>,
    /// Level and request stand before the record, for people.
    is_text: bool,
}

/// A record as a line, with what Lambda's own log lines have.
#[derive(Serialize)]
struct Line<'a, R> {
    timestamp: Timestamp,
    level: Level,
    #[serde(rename = "requestId")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    xray_trace_id: Option<&'a str>,
    #[serde(flatten)]
    record: &'a R,
    #[serde(flatten)]
    metrics: Option<Embedded>,
}

impl Log {
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let level = variable("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default();
        let format = variable("AWS_LAMBDA_LOG_FORMAT").unwrap_or_default();
        Self {
            least: match level.to_ascii_uppercase().as_str() {
                "WARN" => Some(Level::Warn),
                "ERROR" => Some(Level::Error),
                "FATAL" => None,
                _ => Some(Level::Info),
            },
            is_text: format.eq_ignore_ascii_case("text"),
        }
    }

    pub(crate) fn record(self, record: &Record, has_failed: bool, context: &Context) {
        let level = level(record, has_failed);
        let figures = metrics_of_record(record);
        self.line(record.at, level, context, record, &figures);
    }

    pub(crate) fn outcome(self, told: &Told, context: &Context) {
        let level = match told.outcome {
            Outcome::Failed | Outcome::Unconfirmed => Level::Warn,
            Outcome::Confirmed | Outcome::Overtaken | Outcome::EndedWell | Outcome::EndedBadly => {
                Level::Info
            }
        };
        let figures = metrics_of_outcome(told);
        self.line(told.at, level, context, told, &figures);
    }

    /// What is wrong.
    pub(crate) fn error(self, message: &str) {
        if self.tells(Level::Error) {
            say(Level::Error, message, self.is_text);
        }
    }

    fn tells(self, level: Level) -> bool {
        self.least.is_some_and(|least| least <= level)
    }

    /// Figures are written whatever the level is: nobody who wants a quieter log means them.
    fn line(
        self,
        timestamp: Timestamp,
        level: Level,
        context: &Context,
        record: &impl Serialize,
        figures: &[Metric],
    ) {
        let metrics = metrics::embedded(figures, timestamp);
        let is_told = self.tells(level);
        let (beside, apart) = match metrics {
            metrics if is_told && !self.is_text => (metrics, None),
            metrics => (None, metrics),
        };
        if is_told {
            let request_id = &context.request_id;
            let line = Line {
                timestamp,
                level,
                request_id,
                xray_trace_id: context.xray_trace_id.as_deref().map(root),
                record,
                metrics: beside,
            };
            let line = serde_json::to_string(&line).unwrap_or_default();
            if self.is_text {
                write(&format!("{} {request_id} {line}", word(level)));
            } else {
                write(&line);
            }
        }
        if let Some(apart) = apart {
            write(&Value::Object(apart).to_string());
        }
    }
}

/// Lambda's header has more than the trace's own id.
fn root(trace: &str) -> &str {
    let mut parts = trace.split(';');
    parts
        .find_map(|it| it.trim().strip_prefix("Root="))
        .unwrap_or(trace)
}

fn say(level: Level, message: &str, is_text: bool) {
    let timestamp = Timestamp::now();
    if is_text {
        write(&format!("{} {message}", word(level)));
    } else {
        write(&json!({ "timestamp": timestamp, "level": level, "message": message }).to_string());
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Info => "INFO",
        Level::Warn => "WARN",
        Level::Error => "ERROR",
    }
}

/// What AWS refused is for somebody to look at; what failed is delivered again.
fn level(record: &Record, has_failed: bool) -> Level {
    let is_refused = record
        .targets()
        .any(|it| it.answer == Some(Answer::Refused));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_as_lambda_wants_it() {
        for (level, format, least, is_text) in [
            (None, None, Some(Level::Info), false),
            (Some("TRACE"), Some("JSON"), Some(Level::Info), false),
            (Some("debug"), Some("Text"), Some(Level::Info), true),
            (Some("WARN"), None, Some(Level::Warn), false),
            (Some("ERROR"), Some("TEXT"), Some(Level::Error), true),
            (Some("FATAL"), None, None, false),
            (Some("LOUD"), Some("XML"), Some(Level::Info), false),
        ] {
            let log = Log::read(|name| match name {
                "AWS_LAMBDA_LOG_LEVEL" => level.map(str::to_owned),
                _ => format.map(str::to_owned),
            });
            assert_eq!(log, Log { least, is_text }, "{level:?} {format:?}");
        }
    }

    #[test]
    fn a_trace_is_known_by_its_root() {
        let whole = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        assert_eq!(root(whole), "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(root("1-5759e988"), "1-5759e988");
    }
}

//! The log: one line of JSON for each record, with its metrics in CloudWatch's embedded metric format, and a line for
//! each error.

use countermand_core::operation::Outcome;
use countermand_core::record::{Metric, OutcomeRecord, metrics_of_outcome, metrics_of_record};
use std::io::{self, Write};

use countermand_core::record::{Answer, Record};
use jiff::Timestamp;
use lambda_runtime::Context;
use serde::Serialize;
use serde_json::{Value, json};

use crate::metrics::{self, EmbeddedMetrics};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum LogLevel {
    Info,
    Warn,
    Error,
}

/// The log level and format that the function is configured with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Log {
    /// Lower levels are not logged. `None`: nothing is.
    least: Option<LogLevel>,
    /// Lambda's text format: level and request id stand before the JSON.
    is_text: bool,
}

/// A record, with the members of Lambda's own JSON log lines.
#[derive(Serialize)]
struct LogLine<'a, R> {
    timestamp: Timestamp,
    level: LogLevel,
    #[serde(rename = "requestId")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    xray_trace_id: Option<&'a str>,
    #[serde(flatten)]
    record: &'a R,
    #[serde(flatten)]
    metrics: Option<EmbeddedMetrics>,
}

impl Log {
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let level = variable("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default();
        let format = variable("AWS_LAMBDA_LOG_FORMAT").unwrap_or_default();
        Self {
            least: match level.to_ascii_uppercase().as_str() {
                "WARN" => Some(LogLevel::Warn),
                "ERROR" => Some(LogLevel::Error),
                "FATAL" => None,
                _ => Some(LogLevel::Info),
            },
            is_text: format.eq_ignore_ascii_case("text"),
        }
    }

    pub(crate) fn record(self, record: &Record, has_failed: bool, context: &Context) {
        let level = level(record, has_failed);
        let metrics = metrics_of_record(record);
        self.line(record.at, level, context, record, &metrics);
    }

    pub(crate) fn outcome(self, outcome: &OutcomeRecord, context: &Context) {
        let level = match outcome.outcome {
            Outcome::Failed | Outcome::Unconfirmed => LogLevel::Warn,
            Outcome::Confirmed | Outcome::Overtaken | Outcome::EndedWell | Outcome::EndedBadly => {
                LogLevel::Info
            }
        };
        let metrics = metrics_of_outcome(outcome);
        self.line(outcome.at, level, context, outcome, &metrics);
    }

    pub(crate) fn error(self, message: &str) {
        if self.is_enabled(LogLevel::Error) {
            write_message(LogLevel::Error, message, self.is_text);
        }
    }

    fn is_enabled(self, level: LogLevel) -> bool {
        self.least.is_some_and(|least| least <= level)
    }

    /// Writes metrics at any log level: a quieter log must not switch them off.
    fn line(
        self,
        timestamp: Timestamp,
        level: LogLevel,
        context: &Context,
        record: &impl Serialize,
        metrics: &[Metric],
    ) {
        let embedded = metrics::embedded(metrics, timestamp);
        let is_enabled = self.is_enabled(level);
        let (beside, apart) = match embedded {
            embedded if is_enabled && !self.is_text => (embedded, None),
            embedded => (None, embedded),
        };
        if is_enabled {
            let request_id = &context.request_id;
            let line = LogLine {
                timestamp,
                level,
                request_id,
                xray_trace_id: context.xray_trace_id.as_deref().map(trace_id),
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

/// The trace id alone: Lambda's header has the parent segment and the sampling decision too.
fn trace_id(trace: &str) -> &str {
    let mut parts = trace.split(';');
    parts
        .find_map(|it| it.trim().strip_prefix("Root="))
        .unwrap_or(trace)
}

fn write_message(level: LogLevel, message: &str, is_text: bool) {
    let timestamp = Timestamp::now();
    if is_text {
        write(&format!("{} {message}", word(level)));
    } else {
        write(&json!({ "timestamp": timestamp, "level": level, "message": message }).to_string());
    }
}

fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "INFO",
        LogLevel::Warn => "WARN",
        LogLevel::Error => "ERROR",
    }
}

/// An error for what Lambda delivers again; a warning for what AWS refused, which a person has to fix.
fn level(record: &Record, has_failed: bool) -> LogLevel {
    let is_refused = record
        .targets()
        .any(|it| it.answer == Some(Answer::Refused));
    match (has_failed, is_refused) {
        (true, _) => LogLevel::Error,
        (false, true) => LogLevel::Warn,
        (false, false) => LogLevel::Info,
    }
}

/// Ignores errors: there is no other place to report them.
fn write(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_as_lambda_wants_it() {
        for (level, format, least, is_text) in [
            (None, None, Some(LogLevel::Info), false),
            (Some("TRACE"), Some("JSON"), Some(LogLevel::Info), false),
            (Some("debug"), Some("Text"), Some(LogLevel::Info), true),
            (Some("WARN"), None, Some(LogLevel::Warn), false),
            (Some("ERROR"), Some("TEXT"), Some(LogLevel::Error), true),
            (Some("FATAL"), None, None, false),
            (Some("LOUD"), Some("XML"), Some(LogLevel::Info), false),
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
        assert_eq!(trace_id(whole), "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(trace_id("1-5759e988"), "1-5759e988");
    }
}

//! What is wrong, and what the policies will do, as machines read it.

use countermand_core::calendar::StateAt;
use countermand_core::load::{Code, Problem, Severity};
use countermand_core::policy::{Mode, Policies, Policy, When};
use jiff::Timestamp;
use serde::Serialize;

use super::live::Live;
use super::overview::RUNS;
use crate::json;
use crate::policies::Checked;

/// The document of `check --format json`. Within one `schema`, keys are added, but not changed or removed.
#[derive(Serialize)]
struct Document<'a> {
    /// 1.
    schema: u32,
    /// In the order of the files, and in a file from top to bottom.
    problems: Vec<Found<'a>>,
    errors: usize,
    warnings: usize,
    /// Empty where there is an error: what can be read of them then is not all that they say.
    policies: Vec<Summary<'a>>,
    calendars: Vec<CalendarNow<'a>>,
    /// With `--live`, where no policy has an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<&'a Live>,
}

/// One thing that is wrong, at one place. Lines and columns count from one, columns in characters; a file that
/// cannot be read is wrong at its first.
#[derive(Serialize)]
struct Found<'a> {
    severity: Severity,
    /// Stable: the name to look for.
    code: Code,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    /// The first column that is not meant any more.
    end_column: usize,
    message: &'a str,
    /// What to do about it, each a thought of its own.
    help: &'a [String],
}

#[derive(Serialize)]
struct Summary<'a> {
    name: &'a str,
    mode: Mode,
    /// `alarm`, `schedule`, `freeze` or `change-calendar`.
    trigger: &'static str,
    operations: Vec<&'static str>,
    /// Of a schedule the next three, as far as there are so many; none for a rate, which counts from its deployment.
    next_runs: Vec<Timestamp>,
}

/// A calendar of the policies, at the time of the check.
#[derive(Serialize)]
struct CalendarNow<'a> {
    name: &'a str,
    closed: bool,
    /// When that changes; `null` for never.
    until: Option<Timestamp>,
}

pub(super) fn render<'a>(checked: &'a Checked, live: Option<&'a Live>) -> String {
    let policies = checked.policies.as_ref();
    let list = policies.map(Policies::list).unwrap_or_default();
    let document = Document {
        schema: 1,
        problems: checked
            .problems
            .iter()
            .filter_map(|problem| found(checked, problem))
            .collect(),
        errors: checked.errors(),
        warnings: checked.warnings(),
        policies: list
            .iter()
            .map(|policy| summary(policy, checked.now))
            .collect(),
        calendars: policies.map_or_else(Vec::new, |it| calendars(it, checked.now)),
        live,
    };
    json::render(&document)
}

fn found<'a>(checked: &'a Checked, problem: &'a Problem) -> Option<Found<'a>> {
    let source = checked.sources.get(problem.source)?;
    let start = source.place(problem.span.start);
    let end = source.place(problem.span.end);
    Some(Found {
        severity: problem.severity(),
        code: problem.code,
        file: &source.name,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: &problem.message,
        help: &problem.help,
    })
}

fn summary(policy: &Policy, now: Timestamp) -> Summary<'_> {
    let (trigger, schedule) = match &policy.when {
        When::Alarm(_) => ("alarm", None),
        When::Schedule(schedule) => ("schedule", Some(schedule)),
        When::Freeze(_) => ("freeze", None),
        When::ChangeCalendar(_) => ("change-calendar", None),
    };
    let runs = schedule
        .into_iter()
        .flat_map(|it| it.expression.runs_after(now, &it.zone));
    Summary {
        name: policy.name.as_str(),
        mode: policy.mode,
        trigger,
        operations: policy.actions.iter().map(|it| it.about().name).collect(),
        next_runs: runs.take(RUNS).collect(),
    }
}

fn calendars(policies: &Policies, now: Timestamp) -> Vec<CalendarNow<'_>> {
    let calendars = policies.calendars().iter();
    calendars
        .map(|(name, calendar)| {
            let (closed, until) = match calendar.state_at(now) {
                StateAt::Closed { until, .. } => (true, until),
                StateAt::Open { until, .. } => (false, until),
            };
            CalendarNow {
                name,
                closed,
                until,
            }
        })
        .collect()
}

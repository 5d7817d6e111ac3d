//! The result of `check` as JSON.

use countermand_core::calendar::StateAt;
use countermand_core::policy::Policies;
use countermand_core::policy::{Mode, Policy, When};
use countermand_core::problem::{Problem, ProblemCode, Severity};
use jiff::Timestamp;
use serde::Serialize;

use super::live::LiveReport;
use super::overview::RUNS;
use crate::json;
use crate::policies::CheckedPolicies;

/// The document of `check --format json`.
#[derive(Serialize)]
struct CheckDocument<'a> {
    /// In the order of the files, and in a file from top to bottom.
    problems: Vec<LocatedProblem<'a>>,
    errors: usize,
    warnings: usize,
    /// Empty where there is an error, since policies with errors cannot be read in full.
    policies: Vec<PolicySummary<'a>>,
    calendars: Vec<CalendarSummary<'a>>,
    /// With `--live`, where no policy has an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<&'a LiveReport>,
}

/// A problem and its place. Lines and columns count from one, columns in characters; for a file that cannot be read,
/// the place is its first character.
#[derive(Serialize)]
struct LocatedProblem<'a> {
    severity: Severity,
    /// Stable between versions.
    code: ProblemCode,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    /// The column after the last one.
    end_column: usize,
    message: &'a str,
    /// What to do about it: independent hints.
    help: &'a [String],
}

#[derive(Serialize)]
struct PolicySummary<'a> {
    name: &'a str,
    mode: Mode,
    /// `alarm`, `schedule`, `freeze` or `change-calendar`.
    trigger: &'static str,
    operations: Vec<&'static str>,
    /// At most three, for a schedule; none for a rate, which counts from its deployment.
    next_runs: Vec<Timestamp>,
}

/// A calendar of the policies, at the time of the check.
#[derive(Serialize)]
struct CalendarSummary<'a> {
    name: &'a str,
    closed: bool,
    /// When it opens or closes next; `null` for never.
    until: Option<Timestamp>,
}

pub(super) fn render<'a>(checked: &'a CheckedPolicies, live: Option<&'a LiveReport>) -> String {
    let policies = checked.policies.as_ref();
    let list = policies.map(Policies::list).unwrap_or_default();
    let document = CheckDocument {
        problems: checked
            .problems
            .iter()
            .filter_map(|problem| located(checked, problem))
            .collect(),
        errors: checked.errors(),
        warnings: checked.warnings(),
        policies: list
            .iter()
            .map(|policy| policy_summary(policy, checked.now))
            .collect(),
        calendars: policies.map_or_else(Vec::new, |it| calendar_summaries(it, checked.now)),
        live,
    };
    json::document(&document)
}

fn located<'a>(checked: &'a CheckedPolicies, problem: &'a Problem) -> Option<LocatedProblem<'a>> {
    let source = checked.sources.get(problem.source)?;
    let start = source.position(problem.span.start);
    let end = source.position(problem.span.end);
    Some(LocatedProblem {
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

fn policy_summary(policy: &Policy, now: Timestamp) -> PolicySummary<'_> {
    let (trigger, schedule) = match &policy.when {
        When::Alarm(_) => ("alarm", None),
        When::Schedule(schedule) => ("schedule", Some(schedule)),
        When::Freeze(_) => ("freeze", None),
        When::ChangeCalendar(_) => ("change-calendar", None),
    };
    let runs = schedule
        .into_iter()
        .flat_map(|it| it.expression.runs_after(now, &it.zone));
    PolicySummary {
        name: policy.name.as_str(),
        mode: policy.mode,
        trigger,
        operations: policy.actions.iter().map(|it| it.spec().name).collect(),
        next_runs: runs.take(RUNS).collect(),
    }
}

fn calendar_summaries(policies: &Policies, now: Timestamp) -> Vec<CalendarSummary<'_>> {
    let calendars = policies.calendars().iter();
    calendars
        .map(|(name, calendar)| {
            let (closed, until) = match calendar.state_at(now) {
                StateAt::Closed { until, .. } => (true, until),
                StateAt::Open { until, .. } => (false, until),
            };
            CalendarSummary {
                name,
                closed,
                until,
            }
        })
        .collect()
}

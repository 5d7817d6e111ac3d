//! Warnings: what is possible but probably not meant.

use jiff::Timestamp;

use super::overlap;
use crate::name::Pattern;
use crate::policy::{Mode, Policy, When};
use crate::problem::{Problem, ProblemCode};
use crate::read::PathStep::{self, Key};
use crate::read::{NodeId, PolicyFile};

pub(crate) fn warnings(files: &[PolicyFile<'_>], now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files {
        for (name, (key, calendar)) in &file.calendars {
            let over = calendar.as_ref().filter(|it| !it.has_future(now));
            if let Some(calendar) = over {
                let message = if calendar.has_future(Timestamp::MIN) {
                    format!("the calendar `{name}` never closes again: its last period is over")
                } else {
                    format!("the calendar `{name}` never closes: `open` takes all of `closed` away")
                };
                problems.push(file.problem(
                    *key,
                    ProblemCode::CalendarIsOver,
                    message,
                    "add a period, or remove the calendar",
                ));
            }
        }
        for (node, policy) in file.complete() {
            let linted = LintedPolicy { file, node, policy };
            problems.extend(linted.limits());
            problems.extend(linted.never_acts());
            problems.extend(linted.reach());
            problems.extend(linted.actions());
            problems.extend(linted.trigger(now));
        }
    }
    problems.extend(overlap::overlaps(files));
    problems
}

pub(super) struct LintedPolicy<'a> {
    file: &'a PolicyFile<'a>,
    node: NodeId,
    pub(super) policy: &'a Policy,
}

impl LintedPolicy<'_> {
    pub(super) fn problem(
        &self,
        path: &[PathStep<'_>],
        code: ProblemCode,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        self.file.problem_at(self.node, path, code, message, help)
    }

    /// Targets and alarms that match every name, in a policy that enforces.
    fn reach(&self) -> Vec<Problem> {
        if self.policy.mode != Mode::Enforce {
            return Vec::new();
        }
        let mut problems = Vec::new();
        for (index, action) in self.policy.actions.iter().enumerate() {
            for (key, names) in action.names() {
                if names.has_everything() {
                    let path = parameter(index, action.spec().name, key);
                    let message =
                        format!("this stops changes of every `{key}`, and the policy enforces");
                    problems.push(self.problem(
                        &path,
                        ProblemCode::StopsEverything,
                        message,
                        "name them, or try it in `mode: observe` first",
                    ));
                }
            }
        }
        let alarm = self.policy.when.alarm();
        if alarm.is_some_and(|it| it.name.iter().any(Pattern::is_everything)) {
            let path = [Key("when"), Key("alarm"), Key("name")];
            let message = "every alarm of the account wakes this policy, and it enforces";
            problems.push(self.problem(
                &path,
                ProblemCode::StopsEverything,
                message,
                "name the alarms that a deployment can cause",
            ));
        }
        problems
    }

    fn actions(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, action) in self.policy.actions.iter().enumerate() {
            let spec = action.spec();
            if let Some(ended) = spec.ended {
                let path = [Key("do"), PathStep::At(index), PathStep::Name(spec.name)];
                problems.push(self.problem(
                    &path,
                    ProblemCode::ServiceEnded,
                    ended,
                    "remove this operation: there is nothing left that it could stop",
                ));
            }
            for doubt in action.doubts() {
                let path = parameter(index, spec.name, doubt.key);
                problems.push(self.problem(&path, doubt.code, doubt.message, doubt.help));
            }
        }
        problems
    }

    fn trigger(&self, now: Timestamp) -> Option<Problem> {
        match &self.policy.when {
            When::Schedule(schedule)
                if schedule.expression.never_fires_after(now, &schedule.zone) =>
            {
                let path = [Key("when"), Key("schedule"), Key("expression")];
                let message = format!("`{}` never fires again", schedule.expression);
                Some(self.problem(
                    &path,
                    ProblemCode::ScheduleIsOver,
                    message,
                    "correct it, or remove the policy",
                ))
            }
            When::ChangeCalendar(calendar) if calendar.calendar.starts_with("arn:") => {
                let path = [Key("when"), Key("change-calendar"), Key("calendar")];
                let message =
                    "a calendar that is shared from another account sends no event when it closes";
                let help = "only changes that begin while it is closed are met; a schedule named `countermand-<policy>` finds the others";
                Some(self.problem(&path, ProblemCode::CalendarSendsNoEvent, message, help))
            }
            _ => None,
        }
    }
}

/// The path to a parameter of an action.
pub(super) fn parameter<'a>(index: usize, operation: &'a str, key: &'a str) -> [PathStep<'a>; 4] {
    [Key("do"), PathStep::At(index), Key(operation), Key(key)]
}

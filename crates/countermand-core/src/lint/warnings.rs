//! Warnings: what is possible but probably not meant.

use jiff::Timestamp;

use super::overlap;
use crate::policy::{Mode, Policy, When};
use crate::problem::{Problem, ProblemCode};
use crate::read::{NodeId, PathStep, PolicyFile};

pub(crate) fn warnings(files: &[PolicyFile<'_>], now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files {
        for (name, (key, calendar)) in &file.calendars {
            if calendar
                .as_ref()
                .is_some_and(|calendar| !calendar.has_future(now))
            {
                let ever = calendar
                    .as_ref()
                    .is_some_and(|calendar| calendar.has_future(Timestamp::MIN));
                let message = if ever {
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
        self.file
            .problem(self.file.node_at(self.node, path), code, message, help)
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
                    let path = [
                        PathStep::Key("do"),
                        PathStep::At(index),
                        PathStep::Key(action.spec().name),
                        PathStep::Key(key),
                    ];
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
        let everything = self
            .policy
            .when
            .alarm()
            .is_some_and(|alarm| alarm.name.iter().any(crate::name::Pattern::is_everything));
        if everything {
            let path = [
                PathStep::Key("when"),
                PathStep::Key("alarm"),
                PathStep::Key("name"),
            ];
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
            let entry = [PathStep::Key("do"), PathStep::At(index)];
            if let Some(ended) = spec.ended {
                let path = [&entry[..], &[PathStep::Name(spec.name)]].concat();
                problems.push(self.problem(
                    &path,
                    ProblemCode::ServiceEnded,
                    ended,
                    "remove this operation: there is nothing left that it could stop",
                ));
            }
            for doubt in action.doubts() {
                let key = doubt.key.map(PathStep::Key);
                let path: Vec<_> = entry
                    .into_iter()
                    .chain([PathStep::Key(spec.name)])
                    .chain(key)
                    .collect();
                problems.push(self.problem(&path, doubt.code, doubt.message, doubt.help));
            }
        }
        problems
    }

    fn trigger(&self, now: Timestamp) -> Option<Problem> {
        use PathStep::Key;
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

//! Limits that never hold a change, and limits that hold every change.

use super::warnings::{LintedPolicy, parameter};
use crate::policy::{Bound, Count, Duration};
use crate::problem::{Problem, ProblemCode};
use crate::read::PathStep;

/// A longer time limits nothing: an alarm is answered within minutes, and a deployment ends within hours.
const MOST_TIME: Duration = Duration::minutes(30 * 24 * 60);
/// A larger count limits nothing.
const MOST_COUNT: u32 = 1_000;

impl LintedPolicy<'_> {
    pub(super) fn limits(&self) -> Vec<Problem> {
        use PathStep::Key;
        let policy = self.policy;
        let by_alarm = policy.when.alarm().is_some();
        let limits: [(bool, &[PathStep<'_>], &str); 4] = [
            (
                never_limits_count(policy.limit.changes),
                &[Key("limit"), Key("changes")],
                "any number of changes is stopped at once",
            ),
            (
                never_limits_count(policy.limit.alarms) && by_alarm,
                &[Key("limit"), Key("alarms")],
                "an outage that fires every alarm rolls everything back",
            ),
            (
                policy.max_age.is_some_and(never_limits_time),
                &[Key("max-age")],
                "an event that comes hours late still stops what is in flight then",
            ),
            (
                policy.settle.at().is_none_or(is_nothing),
                &[Key("settle")],
                "the fix that follows a rollback is rolled back too",
            ),
        ];
        let lifted = limits.into_iter().filter(|(is_lifted, ..)| *is_lifted);
        let mut lifted: Vec<_> = lifted
            .map(|(_, path, then)| (path.to_vec(), then))
            .collect();
        for (index, action) in policy.actions.iter().enumerate() {
            let began_within = action.conditions().began_within;
            if by_alarm && began_within.is_some_and(never_limits_time) {
                let path = parameter(index, action.spec().name, "began-within").to_vec();
                lifted.push((path, "a change that began days before the alarm is stopped"));
            }
        }
        let problems = lifted.into_iter().map(|(path, then)| {
            let message = format!("a safety limit is lifted: {then}");
            self.problem(
                &path,
                ProblemCode::LimitLifted,
                message,
                "set a value, or leave the key out for its default",
            )
        });
        problems.collect()
    }

    pub(super) fn never_acts(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let max_age = self.policy.max_age.and_then(Bound::at);
        if max_age.is_some_and(is_nothing) {
            problems.push(self.problem(
                &[PathStep::Key("max-age")],
                ProblemCode::NeverActs,
                "this policy can never stop anything: every event is older than that",
                "set a value, or leave the key out for its default",
            ));
        }
        let by_alarm = self.policy.when.alarm().is_some();
        for (index, action) in self.policy.actions.iter().enumerate() {
            let conditions = action.conditions();
            let default = by_alarm.then_some(Duration::ALARM_BEGAN_WITHIN);
            let began_within = conditions.began_within.map_or(default, Bound::at);
            if let (Some(least), Some(most)) = (conditions.running_for, began_within)
                && least > most
            {
                let message = format!(
                    "this can never stop anything: no change that has been in flight for {least} began within {most}"
                );
                problems.push(self.problem(
                    &parameter(index, action.spec().name, "running-for"),
                    ProblemCode::NeverActs,
                    message,
                    "make `began-within` longer than `running-for`",
                ));
            }
        }
        problems
    }
}

fn never_limits_count(limit: Bound<Count>) -> bool {
    limit.at().is_none_or(|it| it.get() > MOST_COUNT)
}

fn never_limits_time(limit: Bound<Duration>) -> bool {
    limit.at().is_none_or(|it| it > MOST_TIME)
}

fn is_nothing(time: Duration) -> bool {
    time.get().is_zero()
}

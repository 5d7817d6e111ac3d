//! What is possible but probably not meant: warnings.

use jiff::Timestamp;

use super::document::{File, Step};
use super::overlap;
use super::problem::{Code, Problem};
use super::tree::NodeId;
use crate::policy::{Mode, Policy, When};

/// Something in an action that a person should look at twice.
#[derive(Debug)]
pub struct Doubt {
    pub code: Code,
    /// The parameter, or nothing for the operation itself.
    pub key: Option<&'static str>,
    pub message: String,
    pub help: &'static str,
}

pub(super) fn doubts(files: &[File<'_>], now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files {
        for (name, (key, calendar)) in &file.calendars {
            if calendar
                .as_ref()
                .is_some_and(|calendar| !calendar.has_future(now))
            {
                let message =
                    format!("the calendar `{name}` never closes again: its last period is over");
                problems.push(file.problem(
                    *key,
                    Code::CalendarIsOver,
                    message,
                    "add a period, or remove the calendar",
                ));
            }
        }
        for (node, policy) in file.complete() {
            let doubted = Doubted { file, node, policy };
            problems.extend(doubted.limits());
            problems.extend(doubted.reach());
            problems.extend(doubted.actions());
            problems.extend(doubted.trigger(now));
        }
    }
    problems.extend(overlap::overlaps(files));
    problems
}

struct Doubted<'a> {
    file: &'a File<'a>,
    node: NodeId,
    policy: &'a Policy,
}

impl Doubted<'_> {
    fn problem(
        &self,
        path: &[Step<'_>],
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        self.file
            .problem(self.file.place(self.node, path), code, message, help)
    }

    fn limits(&self) -> Vec<Problem> {
        use Step::Key;
        let policy = self.policy;
        let by_alarm = policy.when.alarm().is_some();
        let mut lifted: Vec<(Vec<Step<'_>>, &str)> = Vec::new();
        let mut look = |is_lifted: bool, path: &[Step<'static>], then: &'static str| {
            if is_lifted {
                lifted.push((path.to_vec(), then));
            }
        };
        look(
            policy.limit.changes.is_lifted(),
            &[Key("limit"), Key("changes")],
            "any number of changes is stopped at once",
        );
        look(
            policy.limit.alarms.is_lifted() && by_alarm,
            &[Key("limit"), Key("alarms")],
            "an outage that fires every alarm rolls everything back",
        );
        look(
            policy.max_age.is_some_and(|it| it.is_lifted()),
            &[Key("max-age")],
            "an event that comes hours late still stops what is in flight then",
        );
        look(
            policy.settle.is_lifted(),
            &[Key("settle")],
            "the fix that follows a rollback is rolled back too",
        );
        for (index, action) in policy.actions.iter().enumerate() {
            let began_within = action.conditions().began_within;
            if by_alarm && began_within.is_some_and(|it| it.is_lifted()) {
                let path = vec![
                    Key("do"),
                    Step::At(index),
                    Key(action.about().name),
                    Key("began-within"),
                ];
                lifted.push((path, "a change that began days before the alarm is stopped"));
            }
        }
        let problems = lifted.into_iter().map(|(path, then)| {
            let message = format!("a safety limit is lifted: {then}");
            self.problem(
                &path,
                Code::LimitLifted,
                message,
                "set a value, or leave the key out for its default",
            )
        });
        problems.collect()
    }

    /// A `*` that acts.
    fn reach(&self) -> Vec<Problem> {
        if self.policy.mode != Mode::Enforce {
            return Vec::new();
        }
        let mut problems = Vec::new();
        for (index, action) in self.policy.actions.iter().enumerate() {
            for (key, names) in action.names() {
                if names.sources().iter().any(|name| name == "*") {
                    let path = [
                        Step::Key("do"),
                        Step::At(index),
                        Step::Key(action.about().name),
                        Step::Key(key),
                    ];
                    let message =
                        format!("this stops changes of every `{key}`, and the policy enforces");
                    problems.push(self.problem(
                        &path,
                        Code::StopsEverything,
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
            let path = [Step::Key("when"), Step::Key("alarm"), Step::Key("name")];
            let message = "every alarm of the account wakes this policy, and it enforces";
            problems.push(self.problem(
                &path,
                Code::StopsEverything,
                message,
                "name the alarms that a deployment can cause",
            ));
        }
        problems
    }

    fn actions(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, action) in self.policy.actions.iter().enumerate() {
            let about = action.about();
            let entry = [Step::Key("do"), Step::At(index)];
            if let Some(ended) = about.ended {
                let path = [&entry[..], &[Step::Name(about.name)]].concat();
                problems.push(self.problem(
                    &path,
                    Code::ServiceEnded,
                    ended,
                    "remove this operation: there is nothing left that it could stop",
                ));
            }
            for doubt in action.doubts() {
                let key = doubt.key.map(Step::Key);
                let path: Vec<_> = entry
                    .into_iter()
                    .chain([Step::Key(about.name)])
                    .chain(key)
                    .collect();
                problems.push(self.problem(&path, doubt.code, doubt.message, doubt.help));
            }
        }
        problems
    }

    fn trigger(&self, now: Timestamp) -> Option<Problem> {
        use Step::Key;
        match &self.policy.when {
            When::Schedule(schedule)
                if schedule.expression.never_fires_after(now, &schedule.zone) =>
            {
                let path = [Key("when"), Key("schedule"), Key("expression")];
                let message = format!("`{}` never fires again", schedule.expression);
                Some(self.problem(
                    &path,
                    Code::ScheduleIsOver,
                    message,
                    "correct it, or remove the policy",
                ))
            }
            When::ChangeCalendar(calendar) if calendar.calendar.starts_with("arn:") => {
                let path = [Key("when"), Key("change-calendar"), Key("calendar")];
                let message =
                    "a calendar that is shared from another account sends no event when it closes";
                let help = "only changes that begin while it is closed are met; for more, add a policy with `when: schedule`";
                Some(self.problem(&path, Code::CalendarSendsNoEvent, message, help))
            }
            _ => None,
        }
    }
}

//! Errors that no single value shows: names that nothing defines, and names that are defined twice.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Pattern, Reference};
use crate::nearest::nearest;
use crate::policy::{Duration, TargetException, When};
use crate::problem::{Problem, ProblemCode};
use crate::quoted::Quoted;
use crate::read::{NodeId, PathStep, PolicyFile, ReadablePolicy, Source};

pub(crate) fn errors(sources: &[Source], files: &[PolicyFile<'_>]) -> Vec<Problem> {
    let calendars: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.calendars.keys().map(String::as_str))
        .collect();
    // Behind a syntax error there may be any calendar.
    let all_whole = files.iter().all(PolicyFile::is_whole);
    let mut problems = duplicate_names(sources, files);
    for file in files {
        problems.extend(calendar_names(file));
        if all_whole {
            problems.extend(unknown_calendars(file, &calendars));
        }
        for policy in file.readable() {
            if problems.len() > Problem::MOST_IN_A_FILE {
                break;
            }
            let checked = CheckedPolicy {
                file,
                policy: &policy,
            };
            problems.extend(checked.trigger());
            problems.extend(checked.targets());
            for (node, exception) in &policy.except {
                problems.extend(checked.exception(*node, exception));
            }
        }
    }
    Problem::truncate(&mut problems);
    problems
}

fn is_whole_minutes(length: Duration) -> bool {
    let seconds = length.get().as_secs();
    seconds > 0 && seconds % 60 == 0
}

struct CheckedPolicy<'a> {
    file: &'a PolicyFile<'a>,
    policy: &'a ReadablePolicy<'a>,
}

impl CheckedPolicy<'_> {
    fn trigger(&self) -> Option<Problem> {
        use PathStep::Key;
        let problem = |path: &[PathStep<'_>], message: String, help: &str| {
            Some(
                self.file
                    .problem_at(self.policy.node, path, ProblemCode::BadValue, message, help),
            )
        };
        match self.policy.when? {
            When::Freeze(freeze) if !freeze.again_every.at().is_none_or(is_whole_minutes) => {
                let path = [Key("when"), Key("freeze"), Key("again-every")];
                let message = format!("`{}` is no whole number of minutes", freeze.again_every);
                let help =
                    "EventBridge Scheduler knows nothing shorter: write `15m` or `1h`, or `none`";
                problem(&path, message, help)
            }
            When::ChangeCalendar(when) if when.calendar.trim().is_empty() => {
                let path = [Key("when"), Key("change-calendar"), Key("calendar")];
                let message = "the calendar has no name".to_owned();
                problem(&path, message, "write the calendar's name or ARN")
            }
            _ => None,
        }
    }

    fn targets(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (node, action) in &self.policy.actions {
            for (key, names) in action.names() {
                let path = [PathStep::Key(action.spec().name), PathStep::Key(key)];
                for reference in names.references() {
                    problems.extend(self.reference(reference, *node, &path));
                }
            }
        }
        problems
    }

    fn reference(
        &self,
        reference: &Reference,
        node: NodeId,
        path: &[PathStep<'_>],
    ) -> Option<Problem> {
        let When::Alarm(alarm) = self.policy.when? else {
            let message = format!(
                "`{{{reference}}}` comes from an alarm, and this policy is not woken by one"
            );
            let help = "name the target, or use `*`, `{account}` or `{region}`";
            let problem = || {
                self.file
                    .problem_at(node, path, ProblemCode::NotInTrigger, message, help)
            };
            return reference.needs_alarm().then(problem);
        };
        let Reference::Capture(name) = reference else {
            return None;
        };
        let lacks = |pattern: &&Pattern| pattern.capture_names().all(|it| it != name);
        let without = alarm.name.iter().find(lacks)?;
        let help = match nearest(name, without.capture_names()) {
            Some(nearest) => format!("did you mean `{{{nearest}}}`?"),
            None => format!("capture it in `when.alarm.name`, as `{{{name}}}-5xx`"),
        };
        let message = format!(
            "`{{{name}}}` is used here, and `{}` does not capture it",
            without.source()
        );
        Some(
            self.file
                .problem_at(node, path, ProblemCode::NeverCaptured, message, help),
        )
    }

    fn exception(&self, node: NodeId, exception: &TargetException) -> Vec<Problem> {
        let mut problems = Vec::new();
        let actions = self.policy.actions.iter().map(|(_, action)| action);
        let has_all = |targets: &[&str]| exception.targets.keys().all(|key| targets.contains(key));
        let is_known = || actions.clone().any(|action| has_all(action.spec().targets));
        if self.policy.has_all_actions && !is_known() {
            let possible: BTreeSet<_> = actions
                .clone()
                .flat_map(|action| action.spec().targets)
                .collect();
            let strange = exception.targets.keys().find(|key| !possible.contains(key));
            let key = strange
                .or_else(|| exception.targets.keys().next())
                .copied()
                .unwrap_or_default();
            let possible: Vec<_> = possible.into_iter().map(|key| format!("`{key}`")).collect();
            let message =
                format!("nothing that this policy stops has a `{key}` that this could leave alone");
            let help = format!("possible here: {}", possible.join(", "));
            problems.push(self.file.problem_at(
                node,
                &[PathStep::Name(key)],
                ProblemCode::ExceptsNothing,
                message,
                help,
            ));
        }
        if let (Some(from), Some(until)) = (exception.from, exception.until)
            && until <= from
        {
            let message = format!("the exception ends at {until}, not after it begins at {from}");
            problems.push(self.file.problem_at(
                node,
                &[PathStep::Key("until")],
                ProblemCode::EmptyPeriod,
                message,
                "exchange `from` and `until`",
            ));
        }
        problems
    }
}

/// Looks at the tree, not at the types, so that policies with other mistakes are checked too.
fn unknown_calendars(file: &PolicyFile<'_>, known: &BTreeSet<&str>) -> Vec<Problem> {
    let paths: [&[&str]; 2] = [&["during"], &["when", "freeze", "calendar"]];
    let policies = file.policy_nodes.iter();
    let named = policies.flat_map(|it| paths.iter().filter_map(|path| file.text(*it, path)));
    let unknown = named.filter(|(_, name)| !known.contains(name));
    let problems = unknown.map(|(place, name)| {
        let help = match nearest(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "define it under `calendars`, in any file of the folder".to_owned(),
        };
        let message = format!("no calendar is called `{name}`");
        file.problem(place, ProblemCode::UnknownCalendar, message, help)
    });
    problems.collect()
}

/// Records and messages quote the name of a calendar, so that it must be printable.
fn calendar_names(file: &PolicyFile<'_>) -> Vec<Problem> {
    let unfit = |name: &str| name.trim().is_empty() || name.contains(char::is_control);
    let names = file.calendars.iter().filter(|(name, _)| unfit(name));
    let problems = names.map(|(name, (key, _))| {
        let message = if name.trim().is_empty() {
            "this calendar has no name".to_owned()
        } else {
            format!("`{}` is not a name for a calendar", Quoted(name))
        };
        let help = "use letters, digits, spaces and signs, as `year-end`";
        file.problem(*key, ProblemCode::BadValue, message, help)
    });
    problems.collect()
}

fn duplicate_names(sources: &[Source], files: &[PolicyFile<'_>]) -> Vec<Problem> {
    let policies = files.iter().flat_map(|file| {
        let names = file.policy_nodes.iter();
        names.filter_map(move |node| {
            let (place, name) = file.text(*node, &["name"])?;
            Some((name, file, place))
        })
    });
    let calendars = files.iter().flat_map(|file| {
        let names = file.calendars.iter();
        names.map(move |(name, (key, _))| (name.as_str(), file, *key))
    });
    let mut problems = twice(sources, "policy", policies);
    problems.extend(twice(sources, "calendar", calendars));
    problems
}

fn twice<'a>(
    sources: &[Source],
    what: &str,
    named: impl Iterator<Item = (&'a str, &'a PolicyFile<'a>, NodeId)>,
) -> Vec<Problem> {
    let mut first: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, file, node) in named {
        let at = (file.index, file.tree.node(node).span.start);
        if let Some((index, offset)) = first.get(name).copied() {
            let place = sources
                .get(index)
                .map(|source| format!("{}:{}", source.name, source.position(offset).line));
            let place = place.unwrap_or_default();
            let message = format!("another {what} is called `{name}`, in {place}");
            let help = "give one of them another name";
            problems.push(file.problem(node, ProblemCode::DuplicateName, message, help));
        } else {
            first.insert(name, at);
        }
    }
    problems
}

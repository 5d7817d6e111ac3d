//! Mistakes that no single value shows: names that nothing has, and names that two things have.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{File, Step};
use super::problem::{Code, Problem};
use super::reader::MOST_TOLD;
use super::source::Source;
use super::tree::NodeId;
use crate::name::Reference;
use crate::nearest::nearest;
use crate::policy::{Duration, Exception, Policy, When};
use crate::quoted::Quoted;

pub(super) fn check(sources: &[Source], files: &[File<'_>]) -> Vec<Problem> {
    let calendars: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.calendars.keys().map(String::as_str))
        .collect();
    // What breaks off may have defined any calendar.
    let all_whole = files.iter().all(File::is_whole);
    let mut problems = duplicate_names(sources, files);
    for file in files {
        problems.extend(calendar_names(file));
        if all_whole {
            problems.extend(unknown_calendars(file, &calendars));
        }
        for (node, policy) in file.complete() {
            if problems.len() > MOST_TOLD {
                break;
            }
            let checked = Checked { file, node, policy };
            problems.extend(checked.trigger());
            problems.extend(checked.targets());
            for (index, exception) in policy.except.iter().enumerate() {
                problems.extend(checked.exception(index, exception));
            }
        }
    }
    Problem::at_most(MOST_TOLD, &mut problems);
    problems
}

/// A schedule of EventBridge Scheduler runs at most once a minute.
const SHORTEST: Duration = Duration::minutes(1);

struct Checked<'a> {
    file: &'a File<'a>,
    node: NodeId,
    policy: &'a Policy,
}

impl Checked<'_> {
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

    fn trigger(&self) -> Option<Problem> {
        use Step::Key;
        match &self.policy.when {
            When::Freeze(freeze) if freeze.again_every.at().is_some_and(|it| it < SHORTEST) => {
                let path = [Key("when"), Key("freeze"), Key("again-every")];
                let message = format!(
                    "`{}` is shorter than EventBridge Scheduler can wait",
                    freeze.again_every
                );
                Some(self.problem(
                    &path,
                    Code::BadValue,
                    message,
                    format!("write `{SHORTEST}` or more, or `none`"),
                ))
            }
            When::ChangeCalendar(when) if when.calendar.trim().is_empty() => {
                let path = [Key("when"), Key("change-calendar"), Key("calendar")];
                let help = "write the calendar's name or ARN";
                Some(self.problem(&path, Code::BadValue, "the calendar has no name", help))
            }
            _ => None,
        }
    }

    fn targets(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, action) in self.policy.actions.iter().enumerate() {
            for (key, names) in action.names() {
                let path = [
                    Step::Key("do"),
                    Step::At(index),
                    Step::Key(action.about().name),
                    Step::Key(key),
                ];
                let mut seen = BTreeSet::new();
                for reference in names.references() {
                    if seen.insert(reference) {
                        problems.extend(self.reference(reference, &path));
                    }
                }
            }
        }
        problems
    }

    fn reference(&self, reference: &Reference, path: &[Step<'_>]) -> Option<Problem> {
        let When::Alarm(alarm) = &self.policy.when else {
            let message = format!(
                "`{{{reference}}}` comes from an alarm, and this policy is not woken by one"
            );
            let help = "name the target, or use `*`, `{account}` or `{region}`";
            return reference
                .needs_alarm()
                .then(|| self.problem(path, Code::NotInTrigger, message, help));
        };
        let Reference::Capture(name) = reference else {
            return None;
        };
        let without = alarm
            .name
            .iter()
            .find(|pattern| pattern.capture_names().all(|it| it != name))?;
        let captured = without.capture_names();
        let help = match nearest(name, captured) {
            Some(nearest) => format!("did you mean `{{{nearest}}}`?"),
            None => format!("capture it in `when.alarm.name`, as `{{{name}}}-5xx`"),
        };
        let message = format!(
            "`{{{name}}}` is used here, and `{}` does not capture it",
            without.source()
        );
        Some(self.problem(path, Code::NeverCaptured, message, help))
    }

    fn exception(&self, index: usize, exception: &Exception) -> Vec<Problem> {
        let at = |step| [Step::Key("except"), Step::At(index), step];
        let mut problems = Vec::new();
        let actions = &self.policy.actions;
        let has_all = |targets: &[&str]| exception.targets.keys().all(|key| targets.contains(key));
        if !actions.iter().any(|action| has_all(action.about().targets)) {
            let possible: BTreeSet<_> = actions
                .iter()
                .flat_map(|action| action.about().targets)
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
            problems.push(self.problem(&at(Step::Name(key)), Code::ExceptsNothing, message, help));
        }
        if let (Some(from), Some(until)) = (exception.from, exception.until)
            && until <= from
        {
            let message = format!("the exception ends at {until}, not after it begins at {from}");
            problems.push(self.problem(
                &at(Step::Key("until")),
                Code::EmptyPeriod,
                message,
                "exchange `from` and `until`",
            ));
        }
        problems
    }
}

/// Asks the text, not the types: a policy that has another mistake is asked too.
fn unknown_calendars(file: &File<'_>, known: &BTreeSet<&str>) -> Vec<Problem> {
    let paths: [&[&str]; 2] = [&["during"], &["when", "freeze", "calendar"]];
    let policies = file.written.iter();
    let named = policies.flat_map(|node| paths.iter().filter_map(|path| file.text(*node, path)));
    let unknown = named.filter(|(_, name)| !known.contains(name));
    let problems = unknown.map(|(place, name)| {
        let help = match nearest(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "define it under `calendars`, in any file of the folder".to_owned(),
        };
        let message = format!("no calendar is called `{name}`");
        file.problem(place, Code::UnknownCalendar, message, help)
    });
    problems.collect()
}

/// Records and messages repeat the name.
fn calendar_names(file: &File<'_>) -> Vec<Problem> {
    let unfit = |name: &str| name.trim().is_empty() || name.contains(char::is_control);
    let names = file.calendars.iter().filter(|(name, _)| unfit(name));
    let problems = names.map(|(name, (key, _))| {
        let message = if name.trim().is_empty() {
            "this calendar has no name".to_owned()
        } else {
            format!("`{}` is not a name for a calendar", Quoted(name))
        };
        let help = "use letters, digits, spaces and signs, as `year-end`";
        file.problem(*key, Code::BadValue, message, help)
    });
    problems.collect()
}

fn duplicate_names(sources: &[Source], files: &[File<'_>]) -> Vec<Problem> {
    let policies = files.iter().flat_map(|file| {
        let names = file.written.iter();
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
    named: impl Iterator<Item = (&'a str, &'a File<'a>, NodeId)>,
) -> Vec<Problem> {
    let mut first: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, file, node) in named {
        let at = (file.index, file.tree.node(node).span.start);
        if let Some((index, offset)) = first.get(name).copied() {
            let place = sources
                .get(index)
                .map(|source| format!("{}:{}", source.name, source.place(offset).line));
            let message = format!(
                "another {what} is called `{name}`, in {}",
                place.unwrap_or_default()
            );
            problems.push(file.problem(
                node,
                Code::DuplicateName,
                message,
                "give one of them another name",
            ));
        } else {
            first.insert(name, at);
        }
    }
    problems
}

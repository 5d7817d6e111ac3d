//! What a policy demands of an event, and what an event has to offer.

use super::index::{Clue, Clues, Demand, Facet, Way};
use crate::name::{Glob, Pattern};
use crate::operations::Action;
use crate::policy::{AlarmWhen, Policy, When};
use crate::trigger::{Kind, Trigger};

const ALARM: &str = "alarm";

/// The ways in which an event can be about the policy.
pub(super) fn of_policy(policy: &Policy) -> Vec<Way> {
    let due = vec![is(Facet::Policy, policy.name.as_str())];
    match &policy.when {
        When::Alarm(alarm) => vec![of_alarm(alarm)],
        When::Schedule(_) => vec![due],
        When::Freeze(_) => begun(policy).chain([due]).collect(),
        When::ChangeCalendar(when) => {
            let closed = vec![is(Facet::ChangeCalendar, calendar_name(&when.calendar))];
            begun(policy).chain([due, closed]).collect()
        }
    }
}

/// Every fact that a policy could demand.
pub(super) fn of_trigger(trigger: &Trigger) -> Vec<(Facet, &str)> {
    match &trigger.kind {
        Kind::AlarmChanged(alarm) => {
            let mut facts = vec![
                (Facet::Kind, ALARM),
                (Facet::AlarmName, alarm.name.as_str()),
            ];
            let place = [
                (Facet::Account, &trigger.from.account),
                (Facet::Region, &trigger.from.region),
            ];
            facts.extend(
                place
                    .into_iter()
                    .filter_map(|(facet, value)| Some((facet, value.as_deref()?))),
            );
            for (key, values) in &alarm.dimensions {
                facts.extend(
                    values
                        .iter()
                        .map(|value| (Facet::Dimension(key.clone()), value.as_str())),
                );
            }
            facts
        }
        Kind::PolicyDue(due) => vec![(Facet::Policy, &due.policy)],
        Kind::ChangeBegan(change) => {
            let names = change.names.iter();
            let targets =
                names.map(|(key, name)| (Facet::Target(change.operation, key), name.as_str()));
            targets.chain([(Facet::Kind, change.operation)]).collect()
        }
        Kind::CalendarClosed(closed) => {
            vec![(Facet::ChangeCalendar, calendar_name(&closed.calendar))]
        }
        Kind::Asked(_) => Vec::new(),
    }
}

/// A calendar is a document: its ARN ends in its name.
pub(super) fn calendar_name(calendar: &str) -> &str {
    match calendar.rsplit_once(":document/") {
        Some((_, name)) => name,
        None => calendar,
    }
}

fn of_alarm(alarm: &AlarmWhen) -> Way {
    let mut way = vec![is(Facet::Kind, ALARM)];
    way.extend(demand(Facet::AlarmName, alarm.name.iter().map(of_pattern)));
    for (facet, globs) in [
        (Facet::Account, &alarm.account),
        (Facet::Region, &alarm.region),
    ] {
        let globs = globs.iter().flatten();
        way.extend(demand(facet, globs.map(of_glob)));
    }
    for (key, globs) in &alarm.dimensions {
        way.extend(demand(
            Facet::Dimension(key.clone()),
            globs.iter().map(of_glob),
        ));
    }
    // Tags are no demand: an event without any is held, and says so.
    way
}

/// A change that begins: one way for each operation.
fn begun(policy: &Policy) -> impl Iterator<Item = Way> {
    policy.actions.iter().map(|action| {
        let operation = action.about().name;
        let mut way = vec![is(Facet::Kind, operation)];
        for (key, names) in action.names() {
            if !given_by_id(action, key) {
                let literals = names.literals().into_iter();
                let clues = literals.map(|(texts, is_whole)| of_literals(texts, is_whole));
                way.extend(demand(Facet::Target(operation, key), clues));
            }
        }
        way
    })
}

/// Whether the event gives an id where a policy can give a name.
fn given_by_id(action: &Action, key: &str) -> bool {
    let announcement = action.about().announced_by.as_ref();
    announcement
        .and_then(|it| it.by_id)
        .is_some_and(|it| it.key == key)
}

fn is(facet: Facet, value: &str) -> Demand {
    (facet, vec![vec![Clue::Is(value.to_owned())]])
}

/// Nothing, where one of the alternatives can be any value.
fn demand(facet: Facet, alternatives: impl Iterator<Item = Clues>) -> Option<Demand> {
    let alternatives: Vec<_> = alternatives.collect();
    let says_something = !alternatives.is_empty() && !alternatives.iter().any(Vec::is_empty);
    says_something.then_some((facet, alternatives))
}

fn of_pattern(pattern: &Pattern) -> Clues {
    of_literals(pattern.literals(), pattern.exact().is_some())
}

fn of_glob(glob: &Glob) -> Clues {
    of_literals(glob.literals(), glob.exact().is_some())
}

fn of_literals<'a>(texts: impl IntoIterator<Item = &'a str>, is_whole: bool) -> Clues {
    let clue = if is_whole { Clue::Is } else { Clue::Contains };
    texts
        .into_iter()
        .map(|text| clue(text.to_owned()))
        .collect()
}

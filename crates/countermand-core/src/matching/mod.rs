//! Which policies match an event.
//!
//! A linear scan: most functions start for one event, and building an index over the policies takes longer than
//! checking all of them once.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::name::{Captures, Glob, OneOrMany, Reference};
use crate::operations::Action;
use crate::policy::{AlarmWhen, Policies, Policy, When};
use crate::trigger::{AlarmChanged, AnnouncedChange, Place, Trigger, TriggerKind};

/// A policy that matches the event.
#[derive(Debug)]
pub struct Match<'a> {
    pub policy: &'a Policy,
    /// What each pattern that matches the alarm's name captured.
    pub captures: Vec<Captures>,
}

impl<'a> Match<'a> {
    /// The policy's actions that apply: if the event announces a change, only those that could stop it.
    pub fn actions(&self, trigger: &Trigger) -> impl Iterator<Item = &'a Action> {
        let actions = self.policy.actions.iter();
        actions.filter(|action| is_about(action, trigger))
    }
}

/// The policies that match the event, in their order.
pub fn find_matches<'a>(policies: &'a Policies, trigger: &Trigger) -> Vec<Match<'a>> {
    let matches = policies.working().filter_map(|policy| {
        let captures = captures(policy, trigger)?;
        Some(Match { policy, captures })
    });
    matches.collect()
}

/// The captures from the alarm's name; `None` if the policy does not match the event.
fn captures(policy: &Policy, trigger: &Trigger) -> Option<Vec<Captures>> {
    let is_own = match (&trigger.kind, &policy.when) {
        (TriggerKind::AlarmChanged(alarm), When::Alarm(when)) => {
            return about_alarm(alarm, &trigger.from, when);
        }
        (
            TriggerKind::PolicyDue(due),
            When::Schedule(_) | When::Freeze(_) | When::ChangeCalendar(_),
        ) => due.policy == policy.name.as_str(),
        (TriggerKind::ChangeBegan(_), When::Freeze(_) | When::ChangeCalendar(_)) => {
            let mut actions = policy.actions.iter();
            actions.any(|action| is_about(action, trigger))
        }
        (TriggerKind::CalendarClosed(closed), When::ChangeCalendar(when)) => {
            same_calendar(&closed.calendar, &when.calendar)
        }
        _ => false,
    };
    is_own.then(Vec::new)
}

/// Whether the action could stop the change that the event announces.
fn is_about(action: &Action, trigger: &Trigger) -> bool {
    let announced = trigger.announced();
    announced.is_none_or(|change| about_change(change, action, trigger))
}

fn about_alarm(alarm: &AlarmChanged, from: &Place, when: &AlarmWhen) -> Option<Vec<Captures>> {
    let place = any_or_unasked(when.account.as_ref(), from.account.as_deref())
        && any_or_unasked(when.region.as_ref(), from.region.as_deref());
    let dimensions = when.dimensions.iter().all(|(key, globs)| {
        let values = alarm.dimensions.get(key);
        values.is_some_and(|values| values.iter().any(|value| any(globs, value)))
    });
    if !place || !dimensions || !has_tags(&when.tags, alarm.tags.as_ref()) {
        return None;
    }
    let captures: Vec<_> = when
        .name
        .iter()
        .filter_map(|name| name.captures(&alarm.name))
        .collect();
    (!captures.is_empty()).then_some(captures)
}

/// Tags that the event does not have may exist: then the policy matches, and a guard holds.
fn has_tags(
    wanted: &BTreeMap<String, OneOrMany<Glob>>,
    tags: Option<&BTreeMap<String, String>>,
) -> bool {
    tags.is_none_or(|tags| {
        wanted
            .iter()
            .all(|(key, globs)| tags.get(key).is_some_and(|value| any(globs, value)))
    })
}

fn about_change(change: &AnnouncedChange, action: &Action, trigger: &Trigger) -> bool {
    if action.spec().name != change.operation {
        return false;
    }
    let place = |reference: &Reference| match reference {
        Reference::Account => trigger.from.account.as_deref().into_iter().collect(),
        Reference::Region => trigger.from.region.as_deref().into_iter().collect(),
        _ => Vec::new(),
    };
    action.names().into_iter().all(|(key, names)| {
        let Some(name) = change.names.get(key) else {
            return true;
        };
        // A value that is not known here, such as an account, becomes `target-unknown` later instead of no match.
        let Ok(globs) = names.resolve(&place) else {
            return true;
        };
        globs.iter().any(|glob| {
            // The name of this id is looked up later: only a different id certainly does not match.
            action.spec().is_name_of_id(key, glob.exact()) || glob.matches(name)
        })
    })
}

fn same_calendar(announced: &str, wanted: &str) -> bool {
    if wanted.contains(":document/") && announced.contains(":document/") {
        announced == wanted
    } else {
        calendar_name(announced) == calendar_name(wanted)
    }
}

fn any_or_unasked(globs: Option<&OneOrMany<Glob>>, value: Option<&str>) -> bool {
    globs.is_none_or(|globs| value.is_some_and(|value| any(globs, value)))
}

fn any(globs: &OneOrMany<Glob>, value: &str) -> bool {
    globs.iter().any(|glob| glob.matches(value))
}

/// A calendar is a document, whose ARN ends in its name.
fn calendar_name(calendar: &str) -> &str {
    match calendar.rsplit_once(":document/") {
        Some((_, name)) => name,
        None => calendar,
    }
}

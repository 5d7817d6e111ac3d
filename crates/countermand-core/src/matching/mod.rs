//! Which policies an event is about.
//!
//! Every policy says what an event must contain to be its own; the index finds those whose say-so is
//! met without asking the others. What it finds is then checked in full.

mod clues;
mod full;
mod index;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::calendar::Calendar;
use crate::name::Captures;
use crate::operations::Action;
use crate::policy::{Mode, Policy, When};
use crate::trigger::Trigger;
use index::Index;

/// All policies of a deployment, in the order of file names and then of files.
#[derive(Debug)]
pub struct Policies {
    list: Vec<Policy>,
    calendars: BTreeMap<String, Calendar>,
    index: Index,
}

/// A policy that an event is about.
#[derive(Debug)]
pub struct Match<'a> {
    pub policy: &'a Policy,
    /// What each pattern that fits the alarm's name captured.
    pub captures: Vec<Captures>,
}

impl<'a> Match<'a> {
    /// What of the policy the event is about: of a change that it names, not what stops others.
    pub fn actions(&self, trigger: &Trigger) -> impl Iterator<Item = &'a Action> {
        let actions = self.policy.actions.iter();
        actions.filter(|action| full::is_about(action, trigger))
    }
}

impl Policies {
    pub fn new(list: Vec<Policy>, calendars: BTreeMap<String, Calendar>) -> Self {
        let index = Index::of(list.iter().map(|policy| match policy.mode {
            Mode::Disabled => Vec::new(),
            Mode::Observe | Mode::Enforce => clues::of_policy(policy),
        }));
        Self {
            list,
            calendars,
            index,
        }
    }

    pub fn list(&self) -> &[Policy] {
        &self.list
    }

    /// Those that are not disabled.
    pub fn working(&self) -> impl Iterator<Item = &Policy> {
        self.list.iter().filter(|it| it.mode != Mode::Disabled)
    }

    /// Those that work and say that changes are frozen.
    pub fn freezing(&self) -> impl Iterator<Item = &Policy> {
        self.working().filter(|it| it.when.in_flight().is_some())
    }

    pub fn calendars(&self) -> &BTreeMap<String, Calendar> {
        &self.calendars
    }

    /// The policies that the trigger is about, in their order.
    pub fn matching(&self, trigger: &Trigger) -> Vec<Match<'_>> {
        let candidates = self.index.candidates(&clues::of_trigger(trigger));
        let policies = candidates.into_iter().filter_map(|at| self.list.get(at));
        policies
            .filter_map(|policy| {
                let captures = full::check(policy, trigger)?;
                Some(Match { policy, captures })
            })
            .collect()
    }

    /// The calendars that must be closed for the policy to act: that of its freeze, and that of `during`.
    pub fn calendars_of<'a>(&'a self, policy: &'a Policy) -> Vec<(&'a str, &'a Calendar)> {
        let freeze = match &policy.when {
            When::Freeze(freeze) => Some(&freeze.calendar),
            _ => None,
        };
        let names = freeze.into_iter().chain(&policy.during);
        names
            .filter_map(|name| Some((name.as_str(), self.calendars.get(name)?)))
            .collect()
    }
}

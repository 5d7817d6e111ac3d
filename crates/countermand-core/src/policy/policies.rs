//! All policies of a deployment.

use std::collections::BTreeMap;

use super::{Mode, Policy, When};
use crate::calendar::Calendar;

/// All policies of a deployment, sorted by file name, and in each file in its order.
#[derive(Debug)]
pub struct Policies {
    list: Vec<Policy>,
    calendars: BTreeMap<String, Calendar>,
}

impl Policies {
    pub fn new(list: Vec<Policy>, calendars: BTreeMap<String, Calendar>) -> Self {
        Self { list, calendars }
    }

    pub fn list(&self) -> &[Policy] {
        &self.list
    }

    /// The policies that are not disabled.
    pub fn working(&self) -> impl Iterator<Item = &Policy> {
        self.list.iter().filter(|it| it.mode != Mode::Disabled)
    }

    /// The policies that are not disabled and freeze changes.
    pub fn freezing(&self) -> impl Iterator<Item = &Policy> {
        self.working().filter(|it| it.when.in_flight().is_some())
    }

    pub fn calendars(&self) -> &BTreeMap<String, Calendar> {
        &self.calendars
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

//! The calendars of the policies, and the policies that use them.

use std::collections::BTreeSet;

use countermand_core::calendar::{Calendar, Exception, Period};
use countermand_core::policy::{Mode, Policies, Policy, When};
use serde::Serialize;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::text::{as_written, listed, quoted};

/// A period in the notation of policies.
#[derive(Debug, Serialize)]
pub(crate) struct PeriodText {
    pub(crate) period: String,
    pub(crate) why: Option<String>,
}

/// A policy that uses a calendar.
#[derive(Debug, Serialize)]
pub(crate) struct CalendarUser {
    policy: String,
    mode: Mode,
}

/// All calendars, or the one of that name.
pub(crate) fn select<'p>(
    policies: &'p Policies,
    name: Option<&str>,
) -> Result<Vec<(&'p str, &'p Calendar)>, Complaint> {
    let all = policies.calendars().iter();
    let meant = all.filter(|(it, _)| name.is_none_or(|name| name == *it));
    let meant: Vec<_> = meant.map(|(name, it)| (name.as_str(), it)).collect();
    match name {
        Some(name) if meant.is_empty() => Err(unknown_calendar(name, policies)),
        _ => Ok(meant),
    }
}

/// Whether a policy that is not disabled freezes changes while the calendar is closed.
pub(crate) fn freezes(calendar: &str, policies: &Policies) -> bool {
    policies.freezing().any(|it| uses(it, calendar, policies))
}

fn uses(policy: &Policy, calendar: &str, policies: &Policies) -> bool {
    let mut calendars = policies.calendars_of(policy).into_iter();
    calendars.any(|(it, _)| it == calendar)
}

/// The change calendars of Systems Manager that freeze changes: all, or the one of that name.
pub(crate) fn change_calendars<'p>(
    policies: &'p Policies,
    name: Option<&str>,
) -> BTreeSet<&'p str> {
    let all = policies.freezing().filter_map(change_calendar);
    all.filter(|it| name.is_none_or(|name| name == *it))
        .collect()
}

pub(crate) fn change_calendar(policy: &Policy) -> Option<&str> {
    match &policy.when {
        When::ChangeCalendar(when) => Some(&when.calendar),
        When::Alarm(_) | When::Schedule(_) | When::Freeze(_) => None,
    }
}

pub(crate) fn users_of_change_calendar(calendar: &str, policies: &Policies) -> Vec<CalendarUser> {
    let users = policies
        .freezing()
        .filter(|it| change_calendar(it) == Some(calendar));
    users.map(CalendarUser::of).collect()
}

pub(crate) fn users(calendar: &str, policies: &Policies) -> Vec<CalendarUser> {
    let all = policies.list().iter();
    let users = all.filter(|it| uses(it, calendar, policies));
    users.map(CalendarUser::of).collect()
}

/// `one (enforce) and another (observe)`.
pub(crate) fn list_users(users: &[CalendarUser]) -> String {
    let users = users.iter();
    let users = users.map(|it| format!("{} ({})", it.policy, as_written(&it.mode)));
    listed(users)
}

impl CalendarUser {
    fn of(policy: &Policy) -> Self {
        Self {
            policy: policy.name.to_string(),
            mode: policy.mode,
        }
    }
}

impl PeriodText {
    pub(crate) fn in_words(&self) -> String {
        match &self.why {
            Some(why) => format!("{}: {why}", self.period),
            None => self.period.clone(),
        }
    }
}

impl From<&Period> for PeriodText {
    fn from(period: &Period) -> Self {
        Self {
            period: period.to_string(),
            why: period.why.clone(),
        }
    }
}

impl From<&Exception> for PeriodText {
    fn from(exception: &Exception) -> Self {
        Self {
            period: exception.to_string(),
            why: Some(exception.why.clone()),
        }
    }
}

fn unknown_calendar(name: &str, policies: &Policies) -> Complaint {
    let known: Vec<_> = policies.calendars().keys().map(quoted).collect();
    let help = if known.is_empty() {
        "the policies have no calendars".to_owned()
    } else {
        format!("there is {}", listed(known))
    };
    let said = format!("there is no calendar `{name}`\n{help}");
    Complaint::of(&said, Exit::Usage)
}

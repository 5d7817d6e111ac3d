//! What a calendar comes to in these weeks, before it is drawn or written.

use std::collections::HashSet;
use std::ptr;

use countermand_core::calendar::{Calendar, Period};
use countermand_core::policy::Policies;
use countermand_core::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;

use super::weeks::Weeks;
use crate::calendars::{User, Written, freezes, users};

/// The document of `calendar --format json`. Within one `schema`, keys are added, but not changed or removed.
#[derive(Debug, Serialize)]
pub(super) struct Document<'t> {
    /// 1.
    schema: u32,
    at: Timestamp,
    weeks: u16,
    calendars: &'t [Told<'t>],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Told<'p> {
    pub(super) calendar: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'p str>,
    pub(super) zone: &'p Zone,
    /// The first instant of the first week.
    from: Timestamp,
    /// The first instant after the last week.
    until: Timestamp,
    /// Each whole, also where it goes on outside of the weeks.
    pub(super) closed: Vec<Closed>,
    /// The periods that close it in these weeks.
    pub(super) periods: Vec<Written>,
    /// The exceptions that open it in these weeks.
    pub(super) opened_by: Vec<Written>,
    pub(super) policies: Vec<User>,
    /// Whether changes are frozen while it is closed, and all other calendars of the policy.
    pub(super) freezes: bool,
    #[serde(skip)]
    pub(super) itself: &'p Calendar,
}

#[derive(Debug, Serialize)]
pub(super) struct Closed {
    /// `null`: ever since.
    pub(super) from: Option<Timestamp>,
    /// `null`: for good.
    pub(super) until: Option<Timestamp>,
    pub(super) because: Vec<Written>,
}

impl<'t> Document<'t> {
    pub(super) fn of(told: &'t [Told<'t>], weeks: Weeks) -> Self {
        Self {
            schema: 1,
            at: weeks.at,
            weeks: weeks.count,
            calendars: told,
        }
    }
}

impl<'p> Told<'p> {
    pub(crate) fn of(
        name: &'p str,
        calendar: &'p Calendar,
        weeks: Weeks,
        policies: &Policies,
    ) -> Self {
        let (from, until) = weeks.within(&calendar.zone);
        let spans = calendar.closed_between(from, until);
        let because = spans.iter().flat_map(|span| &span.because);
        let because: HashSet<*const Period> = because.map(|it| ptr::from_ref(*it)).collect();
        let periods = calendar.closed.iter();
        let periods = periods.filter(|it| because.contains(&ptr::from_ref(*it)));
        let opened = calendar.opened_between(from, until);
        Self {
            calendar: name,
            description: calendar.description.as_deref(),
            zone: &calendar.zone,
            from,
            until,
            periods: periods.map(Written::from).collect(),
            opened_by: opened.into_iter().map(Written::from).collect(),
            policies: users(name, policies),
            freezes: freezes(name, policies),
            itself: calendar,
            closed: spans
                .into_iter()
                .map(|span| Closed {
                    from: span.from,
                    until: span.until,
                    because: span.because.into_iter().map(Written::from).collect(),
                })
                .collect(),
        }
    }
}

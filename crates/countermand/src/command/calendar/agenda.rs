//! When a calendar is closed in the coming weeks, and why: the data behind all three formats.

use std::collections::HashSet;
use std::ptr;

use countermand_core::calendar::{Calendar, Period};
use countermand_core::policy::Policies;
use countermand_core::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;

use super::weeks::Weeks;
use crate::calendars::{CalendarUser, PeriodText, freezes, users};

/// The document of `calendar --format json`.
#[derive(Debug, Serialize)]
pub(super) struct CalendarDocument<'a> {
    at: Timestamp,
    weeks: u16,
    calendars: &'a [Agenda<'a>],
}

/// One calendar in these weeks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Agenda<'p> {
    pub(super) calendar: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'p str>,
    pub(super) zone: &'p Zone,
    /// The first instant of the first week.
    from: Timestamp,
    /// The first instant after the last week.
    until: Timestamp,
    /// In full, also where a span begins before or ends after these weeks.
    pub(super) closed: Vec<ClosedSpan>,
    /// The periods that close the calendar in these weeks.
    pub(super) periods: Vec<PeriodText>,
    /// The exceptions that open the calendar in these weeks.
    pub(super) opened_by: Vec<PeriodText>,
    pub(super) policies: Vec<CalendarUser>,
    /// Whether a policy freezes changes while this calendar is closed. It can require that others are closed too.
    pub(super) freezes: bool,
    #[serde(skip)]
    pub(super) source: &'p Calendar,
}

#[derive(Debug, Serialize)]
pub(super) struct ClosedSpan {
    /// `null`: it always was.
    pub(super) from: Option<Timestamp>,
    /// `null`: for good.
    pub(super) until: Option<Timestamp>,
    pub(super) because: Vec<PeriodText>,
}

impl<'a> CalendarDocument<'a> {
    pub(super) fn of(agendas: &'a [Agenda<'a>], weeks: Weeks) -> Self {
        Self {
            at: weeks.at,
            weeks: weeks.count,
            calendars: agendas,
        }
    }
}

impl<'p> Agenda<'p> {
    pub(crate) fn of(
        name: &'p str,
        calendar: &'p Calendar,
        weeks: Weeks,
        policies: &Policies,
    ) -> Self {
        let (from, until) = weeks.range(&calendar.zone);
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
            periods: periods.map(PeriodText::from).collect(),
            opened_by: opened.into_iter().map(PeriodText::from).collect(),
            policies: users(name, policies),
            freezes: freezes(name, policies),
            source: calendar,
            closed: spans
                .into_iter()
                .map(|span| ClosedSpan {
                    from: span.from,
                    until: span.until,
                    because: span.because.into_iter().map(PeriodText::from).collect(),
                })
                .collect(),
        }
    }
}

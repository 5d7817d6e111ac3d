//! The state of every calendar at a time: the data behind both formats.

use countermand_core::calendar::{Calendar, StateAt};
use countermand_core::policy::{Policies, Policy};
use countermand_core::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;

use super::change_calendar::ChangeCalendarReport;
use crate::calendars::{CalendarUser, PeriodText, change_calendar, freezes, users};

/// How many of a calendar's next changes are listed.
const CHANGES: usize = 4;

/// The document of `freeze --format json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct FreezeReport {
    pub(super) at: Timestamp,
    /// Whether changes are frozen; `null` where Systems Manager did not say.
    pub(super) frozen: Option<bool>,
    pub(super) calendars: Vec<CalendarReport>,
    pub(super) change_calendars: Vec<ChangeCalendarReport>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CalendarReport {
    pub(super) calendar: String,
    pub(super) zone: Zone,
    pub(super) closed: bool,
    /// Whether a policy freezes changes while this calendar is closed. It can require that others are closed too.
    pub(super) freezes: bool,
    /// `null`: it always was.
    pub(super) since: Option<Timestamp>,
    /// `null`: for good.
    pub(super) until: Option<Timestamp>,
    /// The periods that close it at this time.
    pub(super) because: Vec<PeriodText>,
    /// The exception that opens it during a closed period.
    pub(super) opened_by: Option<PeriodText>,
    pub(super) next: Vec<CalendarChange>,
    /// The policies that use it.
    pub(super) policies: Vec<CalendarUser>,
}

/// The calendar closes or opens.
#[derive(Debug, Serialize)]
pub(super) struct CalendarChange {
    pub(super) at: Timestamp,
    pub(super) closed: bool,
}

impl FreezeReport {
    /// With a name, the answer is about that calendar alone.
    pub(super) fn of(
        at: Timestamp,
        calendars: Vec<CalendarReport>,
        change_calendars: Vec<ChangeCalendarReport>,
        name: Option<&str>,
        policies: &Policies,
    ) -> Self {
        let frozen = if name.is_some() {
            let own = calendars.iter().map(|it| Some(it.closed));
            any(own.chain(change_calendars.iter().map(|it| it.closed)))
        } else {
            let freezing = policies.freezing();
            any(freezing.map(|it| is_frozen(it, at, &change_calendars, policies)))
        };
        Self {
            at,
            frozen,
            calendars,
            change_calendars,
        }
    }
}

/// Whether all calendars of the policy are closed.
fn is_frozen(
    policy: &Policy,
    at: Timestamp,
    change_calendars: &[ChangeCalendarReport],
    policies: &Policies,
) -> Option<bool> {
    let mut own = policies.calendars_of(policy).into_iter();
    if own.any(|(_, it)| !it.is_closed(at)) {
        return Some(false);
    }
    match change_calendar(policy) {
        None => Some(true),
        Some(name) => {
            change_calendars
                .iter()
                .find(|it| it.calendar == name)?
                .closed
        }
    }
}

/// Whether one is true; `None` where that depends on an unknown one.
fn any(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut any = Some(false);
    for it in all {
        match it {
            Some(true) => return Some(true),
            Some(false) => {}
            None => any = None,
        }
    }
    any
}

impl CalendarReport {
    pub(super) fn of(name: &str, calendar: &Calendar, at: Timestamp, policies: &Policies) -> Self {
        let (closed, since, until, because, opened_by) = match calendar.state_at(at) {
            StateAt::Closed {
                since,
                until,
                because,
            } => {
                let because = because.into_iter().map(PeriodText::from);
                (true, since, until, because.collect(), None)
            }
            StateAt::Open {
                since,
                until,
                exception,
            } => (
                false,
                since,
                until,
                Vec::new(),
                exception.map(PeriodText::from),
            ),
        };
        Self {
            calendar: name.to_owned(),
            zone: calendar.zone.clone(),
            closed,
            freezes: freezes(name, policies),
            since,
            until,
            because,
            opened_by,
            next: changes(calendar, at),
            policies: users(name, policies),
        }
    }
}

fn changes(calendar: &Calendar, at: Timestamp) -> Vec<CalendarChange> {
    let next = |at: &Timestamp| calendar.next_change_after(*at);
    let times = std::iter::successors(next(&at), next).take(CHANGES);
    times
        .map(|at| CalendarChange {
            at,
            closed: calendar.is_closed(at),
        })
        .collect()
}

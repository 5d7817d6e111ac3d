//! What every calendar says of a time, before it is put into words or JSON.

use countermand_core::calendar::{Calendar, StateAt};
use countermand_core::policy::{Policies, Policy};
use countermand_core::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;

use super::foreign::Foreign;
use crate::calendars::{User, Written, change_calendar, freezes, users};

/// How many of a calendar's next changes are told.
const CHANGES: usize = 4;

/// The document of `freeze --format json`. Within one `schema`, keys are added, but not changed or removed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Report {
    /// 1.
    schema: u32,
    pub(super) at: Timestamp,
    /// Whether changes are; `null` where Systems Manager did not tell.
    pub(super) frozen: Option<bool>,
    pub(super) calendars: Vec<State>,
    pub(super) change_calendars: Vec<Foreign>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct State {
    pub(super) calendar: String,
    pub(super) zone: Zone,
    pub(super) closed: bool,
    /// Whether changes are frozen while it is closed, and all other calendars of the policy.
    pub(super) freezes: bool,
    /// `null`: it always was.
    pub(super) since: Option<Timestamp>,
    /// `null`: for good.
    pub(super) until: Option<Timestamp>,
    /// The periods that close it now.
    pub(super) because: Vec<Written>,
    /// What opens it, where a period says closed.
    pub(super) opened_by: Option<Written>,
    pub(super) next: Vec<Change>,
    /// The policies that go by it.
    pub(super) policies: Vec<User>,
}

/// From then on it is closed, or open.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    pub(super) at: Timestamp,
    pub(super) closed: bool,
}

impl Report {
    /// Who names a calendar asks about that one.
    pub(super) fn of(
        at: Timestamp,
        calendars: Vec<State>,
        change_calendars: Vec<Foreign>,
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
            schema: 1,
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
    change_calendars: &[Foreign],
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

/// `None` where it depends on what nobody knows.
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

impl State {
    pub(super) fn of(name: &str, calendar: &Calendar, at: Timestamp, policies: &Policies) -> Self {
        let (closed, since, until, because, opened_by) = match calendar.state_at(at) {
            StateAt::Closed {
                since,
                until,
                because,
            } => {
                let because = because.into_iter().map(Written::from);
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
                exception.map(Written::from),
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

fn changes(calendar: &Calendar, at: Timestamp) -> Vec<Change> {
    let next = |at: &Timestamp| calendar.next_change_after(*at);
    let times = std::iter::successors(next(&at), next).take(CHANGES);
    times
        .map(|at| Change {
            at,
            closed: calendar.is_closed(at),
        })
        .collect()
}

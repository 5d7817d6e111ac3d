//! What every calendar says of a time, before it is put into words or JSON.

use countermand_core::calendar::{Calendar, StateAt};
use countermand_core::matching::Policies;
use countermand_core::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;

use crate::calendars::{User, Written, users};

/// How many of a calendar's next changes are told.
const CHANGES: usize = 4;

/// The document of `freeze --format json`. Within one `schema`, keys are added, but not changed or removed.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// 1.
    schema: u32,
    pub(super) at: Timestamp,
    /// Whether any calendar is closed.
    pub(super) frozen: bool,
    pub(super) calendars: Vec<State>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct State {
    pub(super) calendar: String,
    pub(super) zone: Zone,
    pub(super) closed: bool,
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
    pub(super) fn at(at: Timestamp, calendars: &[(&str, &Calendar)], policies: &Policies) -> Self {
        let states = calendars.iter();
        let states = states.map(|(name, calendar)| State::of(name, calendar, at, policies));
        let calendars: Vec<_> = states.collect();
        Self {
            schema: 1,
            at,
            frozen: calendars.iter().any(|it| it.closed),
            calendars,
        }
    }
}

impl State {
    fn of(name: &str, calendar: &Calendar, at: Timestamp, policies: &Policies) -> Self {
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

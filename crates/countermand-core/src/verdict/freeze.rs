//! Since when changes are frozen, and until when.

use jiff::Timestamp;

use crate::calendar::Calendar;
use crate::policy::{ChangeCalendarWhen, InFlight, Policies, Policy, When};
use crate::trigger::{Trigger, TriggerKind};

#[derive(Debug, Clone)]
pub struct Freeze<'a> {
    /// Of its calendar, as the policy has it.
    pub name: &'a str,
    pub since: Since,
    /// Of a change calendar, when it opens. What is planned for later is none of its business, and what is planned
    /// is held where this is not known.
    pub until: Option<Timestamp>,
    pub in_flight: InFlight,
    /// Of our own: that of the freeze, and that of `during`. They tell themselves until when.
    pub calendars: Vec<&'a Calendar>,
    /// Only Systems Manager can tell the rest.
    pub is_by_change_calendar: bool,
}

/// Since when changes are frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    Ever,
    At(Timestamp),
    /// Only this is known: it was closed when the change began, and has been closed since.
    BeforeTheChange,
    /// What runs is held where the policy lets it finish.
    Unknown,
}

impl<'a> Freeze<'a> {
    /// What a freeze begins with, where the policy is one. Of a change calendar only Systems Manager can tell the rest.
    pub fn of(policy: &'a Policy, policies: &'a Policies, now: Timestamp) -> Option<Self> {
        let (name, is_by_change_calendar) = match &policy.when {
            When::Freeze(freeze) => (&freeze.calendar, false),
            When::ChangeCalendar(when) => (&when.calendar, true),
            When::Alarm(_) | When::Schedule(_) => return None,
        };
        let mut freeze = Self {
            name,
            since: Since::Unknown,
            until: None,
            in_flight: policy.when.in_flight()?,
            calendars: policies
                .calendars_of(policy)
                .into_iter()
                .map(|(_, it)| it)
                .collect(),
            is_by_change_calendar,
        };
        if !is_by_change_calendar {
            freeze.since = freeze.since_when_all(Since::Ever, now);
        }
        Some(freeze)
    }

    /// With what Systems Manager told of its calendar.
    pub fn learn(&mut self, told: CalendarNow, now: Timestamp) {
        self.until = told.until;
        self.since = self.since_when_all(told.since, now);
    }

    /// It is frozen while all calendars are closed: since the last of them closed.
    fn since_when_all(&self, since: Since, now: Timestamp) -> Since {
        let own = self.calendars.iter().map(|it| match it.closed_at(now) {
            Some(closed) => closed.from.map_or(Since::Ever, Since::At),
            None => Since::Unknown,
        });
        own.fold(since, Since::later)
    }

    /// That of `during` beside its own.
    pub(crate) fn goes_by_several(&self) -> bool {
        self.calendars.len() + usize::from(self.is_by_change_calendar) > 1
    }

    /// Whether changes are frozen at a time to come; none where nobody knows.
    pub(super) fn will_be_closed(&self, at: Timestamp) -> Option<bool> {
        if !self.calendars.iter().all(|it| it.is_closed(at)) {
            return Some(false);
        }
        if self.is_by_change_calendar {
            return Some(at < self.until?);
        }
        Some(true)
    }
}

impl Since {
    pub(super) fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::At(one), Self::At(other)) => Self::At(one.max(other)),
            (Self::At(at), _) | (_, Self::At(at)) => Self::At(at),
            (Self::BeforeTheChange, _) | (_, Self::BeforeTheChange) => Self::BeforeTheChange,
            (Self::Ever, Self::Ever) => Self::Ever,
        }
    }
}

/// What is known of an SSM Change Calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarNow {
    /// Not only now: from the time of the event on.
    pub is_closed: bool,
    pub since: Since,
    /// When it opens.
    pub until: Option<Timestamp>,
}

/// What GetCalendarState answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarAnswer {
    pub is_closed: bool,
    /// When it changes next after the time that was asked about.
    pub next_change: Option<Timestamp>,
}

/// The time that GetCalendarState is asked about. It answers for one time, and one answer is to tell all that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarQuestion {
    /// The event says itself since when the calendar is closed.
    Now,
    /// What has not begun, and what is stopped whenever it began, is frozen if the calendar was closed then and still is.
    TheEvent(Timestamp),
    /// What runs is frozen if the calendar was closed when it began and still is.
    TheChange(Timestamp),
}

impl CalendarQuestion {
    /// Whatever is found; `None` where it depends on that.
    pub fn of(when: &ChangeCalendarWhen, trigger: &Trigger) -> Option<Self> {
        match (&trigger.kind, when.in_flight) {
            (TriggerKind::CalendarClosed(_), _) => Some(Self::Now),
            (TriggerKind::ChangeBegan(_), InFlight::LetFinish) => None,
            _ => Some(Self::TheEvent(trigger.at)),
        }
    }

    /// Because of the one change that the event tells of. `running_since` is absent where it does not run yet, or
    /// nobody knows since when.
    pub fn of_change(running_since: Option<Timestamp>, trigger: &Trigger) -> Self {
        running_since.map_or(Self::TheEvent(trigger.at), Self::TheChange)
    }

    pub fn time(self) -> Option<Timestamp> {
        match self {
            Self::Now => None,
            Self::TheEvent(at) | Self::TheChange(at) => Some(at),
        }
    }

    /// What the answer comes to.
    pub fn told(self, then: CalendarAnswer, trigger: &Trigger, now: Timestamp) -> CalendarNow {
        let stays_closed = then.is_closed && then.next_change.is_none_or(|it| it > now);
        let told = |is_closed, since| CalendarNow {
            is_closed,
            since,
            until: then.next_change.filter(|_| stays_closed),
        };
        match self {
            Self::Now => told(then.is_closed, closed_since(trigger, now)),
            Self::TheEvent(_) => told(stays_closed, Since::Unknown),
            Self::TheChange(_) if then.is_closed => told(stays_closed, Since::BeforeTheChange),
            // It closed between the beginning of the change and the event.
            Self::TheChange(_) => match then.next_change.filter(|it| *it <= trigger.at) {
                Some(closed_at) => told(true, Since::At(closed_at)),
                None => told(false, Since::Unknown),
            },
        }
    }
}

/// An event that comes so late that the calendar has been open since does not tell.
fn closed_since(trigger: &Trigger, now: Timestamp) -> Since {
    match &trigger.kind {
        TriggerKind::CalendarClosed(closed) if closed.next_change.is_none_or(|it| it > now) => {
            Since::At(closed.since)
        }
        _ => Since::Unknown,
    }
}

//! Since when changes are frozen, and until when.

use jiff::Timestamp;

use crate::calendar::Calendar;
use crate::policy::{ChangeCalendarWhen, InFlight, Policies, Policy, When};
use crate::trigger::{Trigger, TriggerKind};

#[derive(Debug, Clone)]
pub struct Freeze<'a> {
    /// The name of its calendar, as in the policy.
    pub name: &'a str,
    pub since: Since,
    /// For a change calendar, when it opens. Changes that are planned for later are held, and so are all planned
    /// changes if this is not known.
    pub until: Option<Timestamp>,
    pub in_flight: InFlight,
    /// Calendars of our own: that of the freeze, and that of `during`. From these, the end can be computed.
    pub calendars: Vec<&'a Calendar>,
    /// The rest has to be read from Systems Manager.
    pub is_by_change_calendar: bool,
}

/// Since when changes are frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    Ever,
    At(Timestamp),
    /// It was closed when the change began and ever since; the exact time is not known.
    BeforeTheChange,
    /// A running change is held if the policy lets such changes finish.
    Unknown,
}

impl<'a> Freeze<'a> {
    /// The freeze of a policy, if it is one. For a change calendar, the rest has to be read from Systems Manager.
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

    /// Adds Systems Manager's answer about the calendar.
    pub fn learn(&mut self, calendar: CalendarNow, now: Timestamp) {
        self.until = calendar.until;
        self.since = self.since_when_all(calendar.since, now);
    }

    /// Changes are frozen while all calendars are closed, so since the last of them closed.
    fn since_when_all(&self, since: Since, now: Timestamp) -> Since {
        let own = self.calendars.iter().map(|it| match it.closed_at(now) {
            Some(closed) => closed.from.map_or(Since::Ever, Since::At),
            None => Since::Unknown,
        });
        own.fold(since, Since::later)
    }

    /// Whether it has a calendar in `during` besides its own.
    pub(crate) fn goes_by_several(&self) -> bool {
        self.calendars.len() + usize::from(self.is_by_change_calendar) > 1
    }

    /// Whether changes are frozen at a future time; `None` if that is not known.
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

/// The state of an SSM Change Calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarNow {
    /// Closed not only now, but since the time of the event.
    pub is_closed: bool,
    pub since: Since,
    /// When it opens.
    pub until: Option<Timestamp>,
}

/// The answer of GetCalendarState.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarAnswer {
    pub is_closed: bool,
    /// Its next change after the time in question.
    pub next_change: Option<Timestamp>,
}

/// The time to ask GetCalendarState about. It answers for one time, so this is the time from which most follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarQuestion {
    /// The event itself says since when the calendar is closed.
    Now,
    /// For changes that have not begun, and for policies that stop changes whenever they began: they are frozen if the
    /// calendar was closed at the time of the event and still is.
    TheEvent(Timestamp),
    /// For a running change: it is frozen if the calendar was closed when the change began and still is.
    TheChange(Timestamp),
}

impl CalendarQuestion {
    /// The question, if it does not depend on the changes that are found.
    pub fn of(when: &ChangeCalendarWhen, trigger: &Trigger) -> Option<Self> {
        match (&trigger.kind, when.in_flight) {
            (TriggerKind::CalendarClosed(_), _) => Some(Self::Now),
            (TriggerKind::ChangeBegan(_), InFlight::LetFinish) => None,
            _ => Some(Self::TheEvent(trigger.at)),
        }
    }

    /// The question for the one change that the event announces. `running_since` is `None` if it is not running yet, or
    /// that time is not known.
    pub fn of_change(running_since: Option<Timestamp>, trigger: &Trigger) -> Self {
        running_since.map_or(Self::TheEvent(trigger.at), Self::TheChange)
    }

    pub fn time(self) -> Option<Timestamp> {
        match self {
            Self::Now => None,
            Self::TheEvent(at) | Self::TheChange(at) => Some(at),
        }
    }

    /// What follows from the answer.
    pub fn read_answer(
        self,
        answer: CalendarAnswer,
        trigger: &Trigger,
        now: Timestamp,
    ) -> CalendarNow {
        let stays_closed = answer.is_closed && answer.next_change.is_none_or(|it| it > now);
        let state = |is_closed, since| CalendarNow {
            is_closed,
            since,
            until: answer.next_change.filter(|_| stays_closed),
        };
        match self {
            Self::Now => state(answer.is_closed, closed_since(trigger, now)),
            Self::TheEvent(_) => state(stays_closed, Since::Unknown),
            Self::TheChange(_) if answer.is_closed => state(stays_closed, Since::BeforeTheChange),
            // It closed between the beginning of the change and the event.
            Self::TheChange(_) => match answer.next_change.filter(|it| *it <= trigger.at) {
                Some(closed_at) => state(true, Since::At(closed_at)),
                None => state(false, Since::Unknown),
            },
        }
    }
}

/// An event that comes so late that the calendar has opened since does not say since when it is closed now.
fn closed_since(trigger: &Trigger, now: Timestamp) -> Since {
    match &trigger.kind {
        TriggerKind::CalendarClosed(closed) if closed.next_change.is_none_or(|it| it > now) => {
            Since::At(closed.since)
        }
        _ => Since::Unknown,
    }
}

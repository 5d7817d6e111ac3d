//! What a change is judged by: the parts of the policy and the trigger that guards need.

use jiff::Timestamp;

use super::{Freeze, Seen};
use crate::operation::Circumstances;
use crate::policy::{Bound, Duration, Policy, TargetException};
use crate::trigger::{AlarmState, AnnouncedChange, Trigger, TriggerKind};

/// Everything but the change itself.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    pub now: Timestamp,
    /// For an alarm, when it fired: a change that began later did not cause it.
    pub alarm: Option<AlarmPast<'a>>,
    /// For a freeze, since when changes are frozen.
    pub freeze: Option<Freeze<'a>>,
    /// How long a target is left alone after it was rolled back.
    pub settle: Option<Duration>,
    pub except: &'a [TargetException],
    /// The one change that the event announces, if any.
    pub announced: Option<&'a AnnouncedChange>,
}

/// The alarm's past, as far as it is known.
#[derive(Debug, Clone)]
pub struct AlarmPast<'a> {
    pub name: &'a str,
    pub fired_at: Timestamp,
    /// The alarm states of the policy.
    pub wanted: &'a [AlarmState],
    /// The previous state, and since when. `None` in an alarm's first event, and in a contributor's.
    pub before: Option<(AlarmState, Timestamp)>,
    /// `None` until it is read.
    pub history: Option<History>,
}

/// The states that an alarm has been in, as far back as was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Each with the time at which it began, in any order.
    pub states: Vec<(Timestamp, AlarmState)>,
    /// When the alarm was created, if that is known: before, it had no state.
    pub created_at: Option<Timestamp>,
}

/// The alarm at some time in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    In(AlarmState),
    NotCreated,
    Unknown,
}

impl<'a> Case<'a> {
    /// For the changes that `policy` finds because of `trigger`.
    pub fn of(
        policy: &'a Policy,
        trigger: &'a Trigger,
        freeze: Option<Freeze<'a>>,
        now: Timestamp,
    ) -> Self {
        let alarm = match (&trigger.kind, policy.when.alarm()) {
            (TriggerKind::AlarmChanged(alarm), Some(when)) => Some(AlarmPast {
                name: &alarm.name,
                fired_at: alarm.began(),
                wanted: &when.state,
                before: alarm.previous.as_ref().map(|it| (it.value, it.since)),
                history: None,
            }),
            _ => None,
        };
        Self {
            now,
            alarm,
            freeze,
            settle: policy.settle.at(),
            except: &policy.except,
            announced: trigger.announced(),
        }
    }

    /// Whether only the alarm's history can show if it fired before the change began, and that was not read.
    pub fn lacks_history(&self, began_at: Option<Timestamp>) -> bool {
        let alarm = self.alarm.as_ref().filter(|it| it.history.is_none());
        alarm
            .zip(began_at)
            .is_some_and(|(alarm, at)| alarm.needs_history(at))
    }

    /// Adds what was looked up about the event.
    pub fn learn(&mut self, seen: &Seen) {
        if let (Some(freeze), Some(calendar)) = (&mut self.freeze, seen.calendar) {
            freeze.learn(calendar, self.now);
        }
    }

    /// For a person's own request: only the guards of the change itself apply.
    pub fn asked(now: Timestamp) -> Self {
        Self {
            now,
            alarm: None,
            freeze: None,
            settle: None,
            except: &[],
            announced: None,
        }
    }

    /// The same for the operation's own guards.
    pub(super) fn circumstances(&self) -> Circumstances {
        Circumstances {
            now: self.now,
            settle: self.settle,
            is_alarm: self.alarm.is_some(),
            is_announced_rollback: self.announced.is_some_and(|it| it.is_rollback),
        }
    }

    /// The default of `began-within`.
    pub(super) fn default_began_within(&self) -> Bound<Duration> {
        match self.alarm {
            Some(_) => Bound::At(Duration::minutes(120)),
            None => Bound::Lifted,
        }
    }
}

impl AlarmPast<'_> {
    /// Whether only the alarm's history can show which state it was in when the change began.
    pub(super) fn needs_history(&self, began_at: Timestamp) -> bool {
        began_at < self.fired_at && self.before.is_none_or(|(_, since)| since > began_at)
    }

    /// The alarm's state at a time before it fired; unknown if the history does not reach back that far.
    pub(super) fn was(&self, at: Timestamp) -> Was {
        if let Some((state, _)) = self.before.filter(|(_, since)| *since <= at) {
            return Was::In(state);
        }
        let Some(history) = &self.history else {
            return Was::Unknown;
        };
        let earlier = history.states.iter().filter(|(since, _)| *since <= at);
        match earlier.max_by_key(|(since, _)| *since) {
            Some((_, state)) => Was::In(*state),
            None if history.created_at.is_some_and(|created| created > at) => Was::NotCreated,
            None => Was::Unknown,
        }
    }
}

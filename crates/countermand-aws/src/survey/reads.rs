//! Reads about the event itself, at the same time as the search for changes.

use countermand_core::failure::CallFailure;
use countermand_core::policy::{ChangeCalendarWhen, Policy, When};
use countermand_core::trigger::{Trigger, TriggerKind};
use countermand_core::verdict::{AlarmNow, CalendarQuestion, Seen};
use futures_util::future::{LocalBoxFuture, Shared};

use super::{alarm, change_calendar};
use crate::context::CallContext;
use crate::operations::FoundChanges;

/// All policies of an event share the one read of its alarm.
pub(super) type AlarmRead<'a> = Shared<LocalBoxFuture<'a, Result<Option<AlarmNow>, CallFailure>>>;

/// What can be read during the search: the alarm and how many others fire with it, or the change calendar.
pub(super) async fn during_search(
    policy: &Policy,
    trigger: &Trigger,
    alarm_now: Option<AlarmRead<'_>>,
    calls: CallContext<'_>,
) -> Result<Seen, CallFailure> {
    if let When::ChangeCalendar(when) = &policy.when {
        return match CalendarQuestion::of(when, trigger) {
            Some(ask) => read_calendar(when, ask, trigger, calls).await,
            None => Ok(Seen::default()),
        };
    }
    let Some((alarm_now, when)) = alarm_now.zip(policy.when.alarm()) else {
        return Ok(Seen::default());
    };
    // One after the other over one connection: the search takes just as long.
    let alarm = alarm_now.await?;
    let firing = alarm::firing(when, policy, calls.aws);
    let firing = calls.time_left.answer(firing).await?;
    Ok(Seen {
        alarm,
        firing,
        calendar: None,
    })
}

/// What has to be read after the search: the change calendar, at the time when the change began.
pub(super) async fn after_search(
    seen: Seen,
    policy: &Policy,
    trigger: &Trigger,
    found: &[FoundChanges<'_>],
    calls: CallContext<'_>,
) -> Result<Seen, CallFailure> {
    let mut changes = found.iter().flat_map(|it| &it.changes);
    match (&policy.when, seen.calendar, changes.next()) {
        (When::ChangeCalendar(when), None, Some(change)) => {
            let ask = CalendarQuestion::of_change(change.running_since(), trigger);
            read_calendar(when, ask, trigger, calls).await
        }
        _ => Ok(seen),
    }
}

async fn read_calendar(
    when: &ChangeCalendarWhen,
    ask: CalendarQuestion,
    trigger: &Trigger,
    calls: CallContext<'_>,
) -> Result<Seen, CallFailure> {
    let answer = change_calendar(&when.calendar, ask, calls.aws);
    let answer = calls.time_left.answer(answer).await?;
    Ok(Seen {
        calendar: Some(ask.read_answer(answer, trigger, calls.now)),
        ..Seen::default()
    })
}

/// The subject of these reads, for the record of a failure.
pub(super) fn subject<'a>(policy: &'a Policy, trigger: &'a Trigger) -> (&'static str, &'a str) {
    match (&policy.when, &trigger.kind) {
        (When::ChangeCalendar(when), _) => ("change-calendar", &when.calendar),
        (_, TriggerKind::AlarmChanged(alarm)) => ("alarm", &alarm.name),
        _ => ("", policy.name.as_str()),
    }
}

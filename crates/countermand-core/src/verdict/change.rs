//! Guards about one change.

use jiff::Timestamp;

use super::case::{AlarmPast, Case, Was};
use super::{Code, Reasons, Verdict, target};
use crate::operations::{Change, Conditions, Operation};
use crate::policy::{Duration, InFlight};

/// Whether to stop the change, by every guard that is about it alone.
pub fn judge<O: Operation>(parameters: &O, change: &Change<O::Facts>, case: &Case<'_>) -> Verdict {
    let mut reasons = Reasons::default();
    let conditions = parameters.conditions();
    let mut called: Vec<_> = O::also_called(change);
    called.extend(change.names.iter().map(|(key, name)| (*key, name.as_str())));
    target::hold_excepted(case.except, &called, case.now, &mut reasons);
    target::hold_mismatched(conditions.tags, &change.tags, &mut reasons);
    target::hold_tagged(&change.tags, case.now, &mut reasons);
    if O::has_begun(change) {
        hold_by_age(change.began_at, conditions, case, &mut reasons);
    } else {
        hold_planned(O::planned_for(change), conditions, case, &mut reasons);
    }
    if case.announced_rollback {
        reasons.add(
            Code::IsItselfARollback,
            "the event says that this change rolls back another one",
        );
    }
    parameters.hold(change, case, &mut reasons);
    Verdict::of(reasons)
}

fn hold_by_age(
    began_at: Option<Timestamp>,
    conditions: Conditions<'_>,
    case: &Case<'_>,
    reasons: &mut Reasons,
) {
    let began_within = conditions
        .began_within
        .unwrap_or_else(|| case.default_began_within())
        .at();
    let Some(began_at) = began_at else {
        hold_without_age(began_within.is_some(), conditions, case, reasons);
        return;
    };
    if let Some(alarm) = &case.alarm {
        hold_by_alarm(began_at, alarm, reasons);
    }
    let age = Duration::from(case.now.duration_since(began_at));
    if let Some(limit) = began_within.filter(|limit| age > *limit) {
        reasons.add(
            Code::BeganTooLongAgo,
            format!("the change began {age} ago, at {began_at}, and `began-within` is {limit}"),
        );
    }
    if let Some(least) = conditions.running_for.filter(|least| age < *least) {
        reasons.add(
            Code::NotRunningLongEnough,
            format!("the change began {age} ago, at {began_at}, and `running-for` is {least}"),
        );
    }
    if let Some(freeze) = &case.freeze
        && freeze.in_flight == InFlight::LetFinish
        && freeze.since.is_some_and(|since| began_at < since)
    {
        reasons.add(
            Code::InFlightWhenFrozen,
            format!(
                "the change began at {began_at}, before the freeze, and `in-flight` is `let-finish`"
            ),
        );
    }
}

/// What cannot be told apart from a reason to hold is one.
fn hold_without_age(
    has_limit: bool,
    conditions: Conditions<'_>,
    case: &Case<'_>,
    reasons: &mut Reasons,
) {
    let unknown = "AWS does not say when the change began";
    if case.alarm.is_some() {
        reasons.add(Code::BeganAfterTrigger, unknown);
    }
    if has_limit {
        reasons.add(Code::BeganTooLongAgo, unknown);
    }
    if conditions.running_for.is_some() {
        reasons.add(Code::NotRunningLongEnough, unknown);
    }
    if case
        .freeze
        .as_ref()
        .is_some_and(|it| it.in_flight == InFlight::LetFinish && it.since.is_some())
    {
        reasons.add(Code::InFlightWhenFrozen, unknown);
    }
}

fn hold_by_alarm(began_at: Timestamp, alarm: &AlarmPast<'_>, reasons: &mut Reasons) {
    let (name, fired_at) = (alarm.name, alarm.fired_at);
    if began_at >= fired_at {
        reasons.add(
            Code::BeganAfterTrigger,
            format!("the change began at {began_at}, after the alarm `{name}` fired at {fired_at}: it may be the fix"),
        );
        return;
    }
    match alarm.was(began_at) {
        Was::In(state) if alarm.wanted.contains(&state) => reasons.add(
            Code::AlarmWasAlreadyFiring,
            format!(
                "the alarm `{name}` was in `{}` already when the change began at {began_at}",
                state.as_str()
            ),
        ),
        Was::In(_) | Was::NotCreated => {}
        Was::Unknown => reasons.add(
            Code::AlarmWasAlreadyFiring,
            format!("it is not known which state the alarm `{name}` was in when the change began at {began_at}"),
        ),
    }
}

/// What has not begun has no age: it cannot have caused an alarm, nor have been in flight when a freeze began.
fn hold_planned(
    planned_for: Option<Timestamp>,
    conditions: Conditions<'_>,
    case: &Case<'_>,
    reasons: &mut Reasons,
) {
    if let Some(least) = conditions.running_for {
        reasons.add(
            Code::NotRunningLongEnough,
            format!("the change has not begun, and `running-for` is {least}"),
        );
    }
    let calendar = case.freeze.as_ref().and_then(|freeze| freeze.calendar);
    if let (Some(at), Some(calendar)) = (planned_for, calendar)
        && !calendar.is_closed(at)
    {
        reasons.add(
            Code::CalendarOpen,
            format!("the change is planned for {at}, when the calendar is open"),
        );
    }
}

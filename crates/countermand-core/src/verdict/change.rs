//! Guards about one change.

use jiff::Timestamp;

use super::case::{AlarmPast, Case, Was};
use super::target::ChangeNames;
use super::{Checked, Freeze, HoldCode, Reasons, Since, Verdict, target};
use crate::operation::{Change, Conditions, Operation, Phase};
use crate::policy::{Duration, InFlight};
use crate::trigger::AnnouncedChange;

const NO_TIME: &str = "AWS does not say when the change began";

/// Judges the change by every guard that looks at one change alone.
pub fn judge<O: Operation>(parameters: &O, change: &Change<O::Facts>, case: &Case<'_>) -> Verdict {
    let mut reasons = Reasons::default();
    look_at(parameters, change, case, &mut reasons);
    Verdict::of(reasons)
}

/// The same, including what the guards let pass.
pub fn explain<O: Operation>(
    parameters: &O,
    change: &Change<O::Facts>,
    case: &Case<'_>,
) -> Vec<Checked> {
    let mut reasons = Reasons::explaining();
    look_at(parameters, change, case, &mut reasons);
    reasons.into_checked()
}

fn look_at<O: Operation>(
    parameters: &O,
    change: &Change<O::Facts>,
    case: &Case<'_>,
    reasons: &mut Reasons,
) {
    let conditions = parameters.conditions();
    let called = ChangeNames {
        names: &change.names,
        also: O::also_called(change),
    };
    let phase = O::phase(change);
    target::hold_excepted(case.except, &called, case.now, phase.planned_for(), reasons);
    target::hold_mismatched(conditions.tags, &change.tags, reasons);
    target::hold_tagged(&change.tags, case.now, reasons);
    match phase {
        Phase::Planned { at } => hold_planned(at, conditions, case, reasons),
        Phase::Waiting => hold_by_age(change.began_at, conditions, case, reasons),
        Phase::Running => {
            hold_by_age(change.began_at, conditions, case, reasons);
            hold_by_freeze(change.began_at, case, reasons);
        }
    }
    if let Some(rollback) = case.announced.filter(|it| it.is_rollback) {
        reasons.check(
            HoldCode::IsItselfARollback,
            is_about(rollback, O::SPEC.name, change, &called)
                .then_some("the event says that this change rolls back another one"),
            || "the event tells of a rollback, and not of this change",
        );
    }
    parameters.hold(change, &case.circumstances(), reasons);
}

/// Whether the event announces this change: by its id if it has one, otherwise by the names of the target.
fn is_about<F>(
    announced: &AnnouncedChange,
    operation: &str,
    change: &Change<F>,
    called: &ChangeNames<'_>,
) -> bool {
    let is_it = match &announced.change {
        Some(id) => *id == change.id,
        None => announced
            .names
            .iter()
            .all(|(key, name)| called.by(key).any(|it| it == name)),
    };
    is_it && announced.operation == operation
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
        hold_without_age(began_within, conditions, case, reasons);
        return;
    };
    if let Some(alarm) = &case.alarm {
        hold_by_alarm(began_at, alarm, reasons);
    }
    let age = Duration::from(case.now.duration_since(began_at));
    if let Some(limit) = began_within {
        let text =
            || format!("the change began {age} ago, at {began_at}, and `began-within` is {limit}");
        reasons.check(HoldCode::BeganTooLongAgo, (age > limit).then(text), text);
    }
    if let Some(least) = conditions.running_for {
        let text =
            || format!("the change began {age} ago, at {began_at}, and `running-for` is {least}");
        reasons.check(
            HoldCode::NotRunningLongEnough,
            (age < least).then(text),
            text,
        );
    }
}

/// Without its age, a change might be too old or too young, so every guard that asks for it holds.
fn hold_without_age(
    began_within: Option<Duration>,
    conditions: Conditions<'_>,
    case: &Case<'_>,
    reasons: &mut Reasons,
) {
    if case.alarm.is_some() {
        reasons.add(
            HoldCode::BeganAfterTrigger,
            format!("{NO_TIME}: it may be after the alarm fired"),
        );
    }
    if let Some(limit) = began_within {
        reasons.add(
            HoldCode::BeganTooLongAgo,
            format!("{NO_TIME}, and `began-within` is {limit}"),
        );
    }
    if let Some(least) = conditions.running_for {
        reasons.add(
            HoldCode::NotRunningLongEnough,
            format!("{NO_TIME}, and `running-for` is {least}"),
        );
    }
}

/// A change that is running when the freeze begins may finish, if the policy says so.
fn hold_by_freeze(began_at: Option<Timestamp>, case: &Case<'_>, reasons: &mut Reasons) {
    let Some(freeze) = &case.freeze else { return };
    if freeze.in_flight == InFlight::Stop {
        reasons.pass(
            HoldCode::InFlightWhenFrozen,
            || "`in-flight` is `stop`: it does not matter when the change began",
        );
        return;
    }
    match (freeze.since, began_at) {
        (Since::Ever | Since::BeforeTheChange, _) => reasons.pass(HoldCode::InFlightWhenFrozen, || {
            "changes were frozen when the change began"
        }),
        (Since::At(since), Some(began_at)) if began_at >= since => {
            reasons.pass(HoldCode::InFlightWhenFrozen, || {
                format!("the change began at {began_at}, and the freeze at {since}")
            });
        }
        (Since::At(_), Some(began_at)) => reasons.add(
            HoldCode::InFlightWhenFrozen,
            format!(
                "the change began at {began_at}, before the freeze, and `in-flight` is `let-finish`"
            ),
        ),
        (Since::At(_), None) => reasons.add(
            HoldCode::InFlightWhenFrozen,
            format!("{NO_TIME}: it may be before the freeze, and `in-flight` is `let-finish`"),
        ),
        (Since::Unknown, _) => reasons.add(
            HoldCode::InFlightWhenFrozen,
            "it is not known whether the change began before the freeze, and `in-flight` is `let-finish`",
        ),
    }
}

fn hold_by_alarm(began_at: Timestamp, alarm: &AlarmPast<'_>, reasons: &mut Reasons) {
    let (name, fired_at) = (alarm.name, alarm.fired_at);
    if began_at >= fired_at {
        reasons.add(
            HoldCode::BeganAfterTrigger,
            format!("the change began at {began_at}, after the alarm `{name}` fired at {fired_at}: it may be the fix"),
        );
        return;
    }
    reasons.pass(HoldCode::BeganAfterTrigger, || {
        let later = Duration::from(fired_at.duration_since(began_at));
        format!("the alarm `{name}` fired at {fired_at}, {later} after the change began")
    });
    match alarm.was(began_at) {
        Was::In(state) if alarm.wanted.contains(&state) => reasons.add(
            HoldCode::AlarmWasAlreadyFiring,
            format!(
                "the alarm `{name}` was in `{}` already when the change began at {began_at}",
                state.as_str()
            ),
        ),
        Was::In(state) => reasons.pass(HoldCode::AlarmWasAlreadyFiring, || {
            format!("the alarm `{name}` was in `{}` when the change began", state.as_str())
        }),
        Was::NotCreated => reasons.pass(HoldCode::AlarmWasAlreadyFiring, || {
            format!("the alarm `{name}` did not exist yet when the change began")
        }),
        Was::Unknown => reasons.add(
            HoldCode::AlarmWasAlreadyFiring,
            format!("it is not known which state the alarm `{name}` was in when the change began at {began_at}"),
        ),
    }
}

/// A planned change has no age: it cannot have caused an alarm, nor have been in flight when a freeze began.
fn hold_planned(
    planned_for: Option<Timestamp>,
    conditions: Conditions<'_>,
    case: &Case<'_>,
    reasons: &mut Reasons,
) {
    if let Some(least) = conditions.running_for {
        reasons.add(
            HoldCode::NotRunningLongEnough,
            format!("the change has not begun, and `running-for` is {least}"),
        );
    }
    if let Some(freeze) = &case.freeze {
        hold_planned_outside(planned_for, freeze, reasons);
    }
}

/// A planned change is stopped only if it would begin while changes are frozen.
fn hold_planned_outside(
    planned_for: Option<Timestamp>,
    freeze: &Freeze<'_>,
    reasons: &mut Reasons,
) {
    let why = match planned_for.map(|at| (at, freeze.will_be_closed(at))) {
        None => {
            "it is not known when the change will begin: the calendar may be open then".to_owned()
        }
        Some((at, Some(true))) => return pass_planned(at, reasons),
        Some((at, Some(false))) => {
            format!("the change is planned for {at}, when the calendar is open")
        }
        Some((at, None)) => {
            format!(
                "it is not known whether the calendar is closed at {at}, when the change is planned for"
            )
        }
    };
    reasons.add(HoldCode::CalendarOpen, why);
}

fn pass_planned(at: Timestamp, reasons: &mut Reasons) {
    reasons.pass(HoldCode::CalendarOpen, || {
        format!("the change is planned for {at}, when the calendar is closed")
    });
}

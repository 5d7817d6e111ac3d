//! Guards over the event: if one holds, the event leads to no stop.

use jiff::{SignedDuration, Timestamp};

use super::{CalendarNow, HoldCode, Reasons};
use crate::calendar::Calendar;
use crate::policy::{AlarmWhen, Bound, Count, Duration, MutedAlarm, Policy, When};
use crate::trigger::{AlarmChanged, AlarmState, Trigger, TriggerKind};

/// The account and region in which we run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub account: String,
    pub region: String,
}

/// What was looked up about the event itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The alarm's current state; `None` if it no longer exists.
    pub alarm: Option<AlarmNow>,
    /// How many alarms that match the policy are in one of its states now.
    pub firing: usize,
    pub calendar: Option<CalendarNow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmNow {
    pub state: AlarmState,
    pub actions_enabled: bool,
}

/// Whether the age of an event matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Age {
    /// An event that is older than the policy's `max-age` is held.
    #[default]
    Guarded,
    /// A person knows its age and wants it answered: only the other guards apply.
    Accepted,
}

/// DescribeAlarms can lag behind a fresh event by this much.
const READS_LAG: SignedDuration = SignedDuration::from_mins(1);
/// Clocks differ by less than this.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The guards that need only the event. `calendars` are those of the policy: that of its freeze, and that of `during`.
pub fn hold_before_looking(
    policy: &Policy,
    trigger: &Trigger,
    calendars: &[(&str, &Calendar)],
    home: &Home,
    age: Age,
    now: Timestamp,
    mut reasons: Reasons,
) -> Reasons {
    from_elsewhere(trigger, home, &mut reasons);
    if let (TriggerKind::AlarmChanged(alarm), Some(when)) = (&trigger.kind, policy.when.alarm()) {
        about_alarm(alarm, when, &mut reasons);
    }
    too_old(policy, trigger, age, now, &mut reasons);
    about_calendars(calendars, trigger, now, &mut reasons);
    reasons
}

/// The guards that need what was looked up about the event.
pub fn hold_after_looking(
    policy: &Policy,
    trigger: &Trigger,
    seen: &Seen,
    now: Timestamp,
    mut reasons: Reasons,
) -> Reasons {
    if let (TriggerKind::AlarmChanged(alarm), Some(when)) = (&trigger.kind, policy.when.alarm()) {
        about_alarm_now(
            alarm,
            when,
            seen,
            now.duration_since(trigger.at),
            &mut reasons,
        );
        if !when.is_one_alarm() {
            too_many_alarms(seen.firing, policy.limit.alarms, &mut reasons);
        }
    }
    if let (Some(calendar), When::ChangeCalendar(when)) = (seen.calendar, &policy.when) {
        let name = &when.calendar;
        reasons.check(
            HoldCode::CalendarOpen,
            (!calendar.is_closed).then(|| format!("the change calendar `{name}` is open, or has been since the change began or the event came")),
            || format!("the change calendar `{name}` is closed"),
        );
    }
    reasons
}

fn too_old(policy: &Policy, trigger: &Trigger, counts: Age, now: Timestamp, reasons: &mut Reasons) {
    let age = now.duration_since(trigger.at);
    let max_age = policy.max_age(&trigger.kind);
    let is_ahead = -age > AHEAD;
    let is_too_old = is_ahead || max_age.at().is_some_and(|max_age| age > max_age.get());
    let is_accepted = is_too_old && counts == Age::Accepted;
    let text = || {
        if is_ahead {
            let (at, ahead) = (trigger.at, Duration::from(-age));
            return format!("the time of the event, {at}, has not come: it is {ahead} ahead");
        }
        let accepted = if is_accepted {
            ": that is accepted"
        } else {
            ""
        };
        let age = Duration::from(age);
        format!("the event is {age} old, and `max-age` is {max_age}{accepted}")
    };
    let why = (is_too_old && !is_accepted).then(text);
    reasons.check(HoldCode::EventTooOld, why, text);
}

fn about_calendars(
    calendars: &[(&str, &Calendar)],
    trigger: &Trigger,
    now: Timestamp,
    reasons: &mut Reasons,
) {
    for (name, calendar) in calendars {
        // A late delivery acts only if changes were frozen at the event's time and still are.
        let mut times = [trigger.at, now].into_iter();
        let open = times.find(|at| !calendar.is_closed(*at)).map(|open_at| {
            let exception = calendar.opened_by(open_at);
            let why = exception.map(|it| format!(": {}", it.why));
            let why = why.unwrap_or_default();
            format!("the calendar `{name}` is open at {open_at}{why}")
        });
        reasons.check(HoldCode::CalendarOpen, open, || {
            let until = calendar.next_change_after(now);
            let until = until.map(|it| format!(" until {it}")).unwrap_or_default();
            format!("the calendar `{name}` is closed{until}")
        });
    }
}

fn too_many_alarms(firing: usize, limit: Bound<Count>, reasons: &mut Reasons) {
    let most = limit.at().map(|it| it.get() as usize);
    let too_many = most.is_some_and(|most| firing > most).then(|| {
        format!("{firing} alarms that the policy matches are firing, and `limit.alarms` is {limit}: this is no single deployment")
    });
    reasons.check(HoldCode::TooManyAlarms, too_many, || {
        let (alarms, are) = match firing {
            1 => ("alarm", "is"),
            _ => ("alarms", "are"),
        };
        format!(
            "{firing} {alarms} that the policy matches {are} firing, and `limit.alarms` is {limit}"
        )
    });
}

fn from_elsewhere(trigger: &Trigger, home: &Home, reasons: &mut Reasons) {
    let from = &trigger.from;
    // Our schedules and persons act in our own account and region.
    let has_place = match &trigger.kind {
        TriggerKind::AlarmChanged(_)
        | TriggerKind::ChangeBegan(_)
        | TriggerKind::CalendarClosed(_) => true,
        TriggerKind::PolicyDue(_) | TriggerKind::Asked(_) => false,
    };
    for (what, theirs, ours) in [
        ("account", &from.account, &home.account),
        ("region", &from.region, &home.region),
    ] {
        match theirs {
            Some(theirs) if theirs == ours => {}
            Some(theirs) => reasons.add(
                HoldCode::FromElsewhere,
                format!("the event is from {what} {theirs}, and this is {ours}"),
            ),
            None if has_place => reasons.add(
                HoldCode::FromElsewhere,
                format!("the event does not say which {what} it is from, and this is {ours}"),
            ),
            None => {}
        }
    }
    reasons.pass(HoldCode::FromElsewhere, || {
        format!(
            "this is account {} in {}, and the event names no other",
            home.account, home.region
        )
    });
}

fn about_alarm(alarm: &AlarmChanged, when: &AlarmWhen, reasons: &mut Reasons) {
    let state = alarm.state.value.as_str();
    reasons.check(
        HoldCode::AlarmStateNotWanted,
        (!when.state.contains(&alarm.state.value)).then(|| format!("the alarm is in `{state}`")),
        || format!("the alarm went to `{state}`, which the policy wants"),
    );
    if when.muted == MutedAlarm::Hold {
        if let Some(muted) = &alarm.muted {
            let by = muted.by.as_deref().unwrap_or("a mute rule");
            let until = muted.until.map(|it| format!(" until {it}"));
            let until = until.unwrap_or_default();
            reasons.add(
                HoldCode::AlarmMuted,
                format!("the alarm is muted by {by}{until}"),
            );
        }
        if let Some(by) = &alarm.suppressed_by {
            reasons.add(
                HoldCode::AlarmSuppressed,
                format!("the alarm's actions are suppressed by `{by}`"),
            );
        }
    }
    reasons.pass(HoldCode::AlarmMuted, || match &alarm.muted {
        Some(_) => "the alarm is muted, and `muted` is `act`",
        None => "no mute rule is in force",
    });
    reasons.pass(HoldCode::AlarmSuppressed, || match &alarm.suppressed_by {
        Some(_) => "the alarm's actions are suppressed, and `muted` is `act`",
        None => "the alarm's actions are not suppressed",
    });
    if !when.tags.is_empty() {
        let unknown = "the event has no alarm tags: switch on their propagation, or leave `tags` out of the policy";
        reasons.check(
            HoldCode::AlarmTagsUnknown,
            alarm.tags.is_none().then_some(unknown),
            || "the event tells the alarm's tags",
        );
    }
}

fn about_alarm_now(
    alarm: &AlarmChanged,
    when: &AlarmWhen,
    seen: &Seen,
    age: SignedDuration,
    reasons: &mut Reasons,
) {
    let name = &alarm.name;
    if when.muted == MutedAlarm::Hold && seen.alarm.is_some_and(|alarm| !alarm.actions_enabled) {
        reasons.add(
            HoldCode::AlarmActionsDisabled,
            format!("the actions of alarm `{name}` are disabled"),
        );
    }
    if let Some(now) = seen.alarm {
        reasons.pass(HoldCode::AlarmActionsDisabled, || {
            if now.actions_enabled {
                format!("the actions of alarm `{name}` are enabled")
            } else {
                format!("the actions of alarm `{name}` are disabled, and `muted` is `act`")
            }
        });
    }
    if age <= READS_LAG {
        reasons.pass(
            HoldCode::AlarmRecovered,
            || "the event is under a minute old: what CloudWatch tells of the alarm may lag behind",
        );
        return;
    }
    let Some(state) = seen.alarm.map(|it| it.state) else {
        let why = format!("the alarm `{name}` does not exist any more");
        return reasons.add(HoldCode::AlarmRecovered, why);
    };
    let (word, is_wanted) = (state.as_str(), when.state.contains(&state));
    reasons.check(
        HoldCode::AlarmRecovered,
        (!is_wanted).then(|| format!("the alarm `{name}` is in `{word}` again")),
        || format!("the alarm `{name}` is in `{word}` still"),
    );
}

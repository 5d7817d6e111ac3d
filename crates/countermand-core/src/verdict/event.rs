//! Guards about the event: where one applies, nothing is stopped because of it.

use jiff::{SignedDuration, Timestamp};

use super::{Code, Reason, Reasons};
use crate::calendar::Calendar;
use crate::policy::{AlarmWhen, MutedAlarm, Policy};
use crate::trigger::{AlarmChanged, AlarmState, Kind, Trigger};

/// Where we run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub account: String,
    pub region: String,
}

/// What was looked up about the event itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The alarm as it is now; `None` where it is gone.
    pub alarm: Option<AlarmNow>,
    /// How many alarms that the policy matches are in a wanted state now.
    pub firing: usize,
    pub calendar: Option<CalendarNow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmNow {
    pub state: AlarmState,
    pub actions_enabled: bool,
}

/// An SSM Change Calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarNow {
    pub is_closed: bool,
}

/// A fresh event can be ahead of what DescribeAlarms says.
const READS_LAG: SignedDuration = SignedDuration::from_mins(1);

/// What the event alone tells. `calendars` are those of the policy: that of its freeze, and that of `during`.
pub fn hold_before_looking(
    policy: &Policy,
    trigger: &Trigger,
    calendars: &[(&str, &Calendar)],
    home: &Home,
    now: Timestamp,
) -> Vec<Reason> {
    let mut reasons = Reasons::default();
    from_elsewhere(trigger, home, &mut reasons);
    if let (Kind::AlarmChanged(alarm), Some(when)) = (&trigger.kind, policy.when.alarm()) {
        about_alarm(alarm, when, &mut reasons);
    }
    let age = now.duration_since(trigger.at);
    if let Some(max_age) = policy.max_age(&trigger.kind).at()
        && age > max_age.get()
    {
        reasons.add(
            Code::EventTooOld,
            format!(
                "the event is {} old, and `max-age` is {max_age}",
                crate::policy::Duration::from(age)
            ),
        );
    }
    for (name, calendar) in calendars {
        // A late delivery acts only on what was frozen then and still is.
        if let Some(open_at) = [trigger.at, now]
            .into_iter()
            .find(|at| !calendar.is_closed(*at))
        {
            reasons.add(
                Code::CalendarOpen,
                format!("the calendar `{name}` is open at {open_at}"),
            );
        }
    }
    reasons.into_vec()
}

/// What the reads beside the find tell.
pub fn hold_after_looking(
    policy: &Policy,
    trigger: &Trigger,
    seen: &Seen,
    now: Timestamp,
) -> Vec<Reason> {
    let mut reasons = Reasons::default();
    if let (Kind::AlarmChanged(alarm), Some(when)) = (&trigger.kind, policy.when.alarm()) {
        about_alarm_now(
            alarm,
            when,
            seen,
            now.duration_since(trigger.at),
            &mut reasons,
        );
        if let Some(limit) = policy.limit.alarms.at()
            && !when.is_one_alarm()
            && seen.firing > limit.get() as usize
        {
            reasons.add(
                Code::TooManyAlarms,
                format!("{} alarms that the policy matches are firing, and `limit.alarms` is {limit}: this is no single deployment", seen.firing),
            );
        }
    }
    if seen.calendar.is_some_and(|calendar| !calendar.is_closed) {
        reasons.add(Code::CalendarOpen, "the change calendar is open");
    }
    reasons.into_vec()
}

fn from_elsewhere(trigger: &Trigger, home: &Home, reasons: &mut Reasons) {
    let from = &trigger.from;
    // A schedule of ours, and a person, act where we are.
    let has_place = match &trigger.kind {
        Kind::AlarmChanged(_) | Kind::ChangeBegan(_) | Kind::CalendarClosed(_) => true,
        Kind::PolicyDue(_) | Kind::Asked(_) => false,
    };
    for (what, theirs, ours) in [
        ("account", &from.account, &home.account),
        ("region", &from.region, &home.region),
    ] {
        match theirs {
            Some(theirs) if theirs == ours => {}
            Some(theirs) => reasons.add(
                Code::FromElsewhere,
                format!("the event is from {what} {theirs}, and this is {ours}"),
            ),
            None if has_place => reasons.add(
                Code::FromElsewhere,
                format!("the event does not say which {what} it is from, and this is {ours}"),
            ),
            None => {}
        }
    }
}

fn about_alarm(alarm: &AlarmChanged, when: &AlarmWhen, reasons: &mut Reasons) {
    let state = alarm.state.value;
    if !when.state.contains(&state) {
        reasons.add(
            Code::AlarmStateNotWanted,
            format!("the alarm is in `{}`", state.as_str()),
        );
    }
    if when.muted == MutedAlarm::Hold {
        if let Some(muted) = &alarm.muted {
            let by = muted.by.as_deref().unwrap_or("a mute rule");
            let until = muted
                .until
                .map(|until| format!(" until {until}"))
                .unwrap_or_default();
            reasons.add(
                Code::AlarmMuted,
                format!("the alarm is muted by {by}{until}"),
            );
        }
        if let Some(by) = &alarm.suppressed_by {
            reasons.add(
                Code::AlarmSuppressed,
                format!("the alarm's actions are suppressed by `{by}`"),
            );
        }
    }
    if !when.tags.is_empty() && alarm.tags.is_none() {
        reasons.add(
            Code::AlarmTagsUnknown,
            "the event has no alarm tags: switch on their propagation, or leave `tags` out of the policy",
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
            Code::AlarmActionsDisabled,
            format!("the actions of alarm `{name}` are disabled"),
        );
    }
    if age <= READS_LAG {
        return;
    }
    match seen.alarm {
        None => reasons.add(
            Code::AlarmRecovered,
            format!("the alarm `{name}` does not exist any more"),
        ),
        Some(now) if !when.state.contains(&now.state) => {
            reasons.add(
                Code::AlarmRecovered,
                format!("the alarm `{name}` is in `{}` again", now.state.as_str()),
            );
        }
        Some(_) => {}
    }
}

//! Guards over the event.

use jiff::SignedDuration;

use super::super::HoldCode::*;
use super::super::{Age, Checked};
use super::Row;
use super::scene::{NANO, Scene, at};
use crate::trigger::{AlarmState, AlarmStateSince, CalendarClosed, TriggerKind};

#[rustfmt::skip] // a table: one case, one line
pub(super) fn rows() -> Vec<Row> {
    vec![
        (FromElsewhere, "another account", true, |s| s.trigger.from.account = Some("999999999999".into())),
        (FromElsewhere, "another region", true, |s| s.trigger.from.region = Some("us-east-1".into())),
        (FromElsewhere, "an alarm that does not say from which account", true, |s| s.trigger.from.account = None),
        (FromElsewhere, "an alarm that does not say from which region", true, |s| s.trigger.from.region = None),
        (FromElsewhere, "a change that does not say where it began", true, |s| { s.begins(false); s.trigger.from.region = None }),
        (FromElsewhere, "a change calendar that does not say where it closed", true, |s| { s.change_calendar(true); s.trigger.from.account = None }),
        (FromElsewhere, "a schedule that does not say where", false, |s| { s.schedule(); s.trigger.from = <_>::default() }),

        (AlarmStateNotWanted, "the alarm recovers", true, |s| s.alarm().state.value = AlarmState::Ok),
        (AlarmStateNotWanted, "the alarm lacks data", true, |s| s.alarm().state.value = AlarmState::InsufficientData),
        (AlarmStateNotWanted, "a lack of data is wanted too", false, |s| { s.alarm().state.value = AlarmState::InsufficientData; s.when_alarm("state: [ALARM, INSUFFICIENT_DATA]") }),

        (AlarmMuted, "muted", true, Scene::mute),
        (AlarmMuted, "muted, and the policy acts all the same", false, |s| { s.mute(); s.when_alarm("muted: act") }),
        (AlarmSuppressed, "suppressed", true, |s| s.alarm().suppressed_by = Some("Alarm".into())),
        (AlarmSuppressed, "suppressed, and the policy acts all the same", false, |s| { s.alarm().suppressed_by = Some("WaitPeriod".into()); s.when_alarm("muted: act") }),
        (AlarmActionsDisabled, "actions disabled", true, |s| s.seen.alarm.as_mut().unwrap().actions_enabled = false),
        (AlarmActionsDisabled, "actions disabled, and the policy acts all the same", false, |s| { s.seen.alarm.as_mut().unwrap().actions_enabled = false; s.when_alarm("muted: act") }),
        (AlarmActionsDisabled, "a fresh alarm that is not seen yet", false, |s| s.seen.alarm = None),

        (AlarmTagsUnknown, "tags are asked for, and none are told", true, |s| s.when_alarm("tags: { env: prod }")),
        (AlarmTagsUnknown, "tags are asked for and told", false, |s| { s.when_alarm("tags: { env: prod }"); s.alarm().tags = Some([("env".into(), "prod".into())].into()) }),

        (EventTooOld, "an alarm of ten minutes and a bit", true, |s| s.now = s.trigger.at + SignedDuration::from_mins(10) + NANO),
        (EventTooOld, "an alarm of ten minutes", false, |s| s.now = s.trigger.at + SignedDuration::from_mins(10)),
        (EventTooOld, "by clocks that differ", false, |s| s.now = s.trigger.at - SignedDuration::from_mins(5)),
        (EventTooOld, "an alarm from the future", true, |s| s.now = s.trigger.at - SignedDuration::from_mins(5) - NANO),
        (EventTooOld, "an alarm from the future without a limit", true, |s| { s.now = s.trigger.at - SignedDuration::from_mins(6); s.more = "max-age: none".into() }),
        (EventTooOld, "an alarm from the future that a person accepts", false, |s| { s.now = s.trigger.at - SignedDuration::from_mins(6); s.age = Age::Accepted }),
        (EventTooOld, "an old alarm without a limit", false, |s| { s.now = s.trigger.at + SignedDuration::from_mins(100); s.more = "max-age: none".into() }),
        (EventTooOld, "older than the policy's own limit", true, |s| { s.now = s.trigger.at + SignedDuration::from_secs(31); s.more = "max-age: 30s".into() }),
        (EventTooOld, "an old alarm that a person accepts", false, |s| { s.now = s.trigger.at + SignedDuration::from_mins(100); s.age = Age::Accepted }),
        (EventTooOld, "a schedule of an hour and a bit", true, |s| { s.schedule(); s.now = s.trigger.at + SignedDuration::from_hours(1) + NANO }),
        (EventTooOld, "a schedule of an hour", false, |s| { s.schedule(); s.now = s.trigger.at + SignedDuration::from_hours(1) }),
        (EventTooOld, "a calendar that closed an hour and a bit ago", true, |s| { s.change_calendar(true); s.now = s.trigger.at + SignedDuration::from_hours(1) + NANO }),
        (EventTooOld, "a calendar that closed an hour ago", false, |s| { s.change_calendar(true); s.now = s.trigger.at + SignedDuration::from_hours(1) }),
        (EventTooOld, "a change that began half an hour and a bit ago", true, |s| { s.begins(false); s.now = s.trigger.at + SignedDuration::from_mins(30) + NANO }),
        (EventTooOld, "a change that began half an hour ago", false, |s| { s.begins(false); s.now = s.trigger.at + SignedDuration::from_mins(30) }),

        (AlarmRecovered, "recovered a minute and a bit after the event", true, |s| { s.seen.alarm.as_mut().unwrap().state = AlarmState::Ok; s.now = s.trigger.at + SignedDuration::from_mins(1) + NANO }),
        (AlarmRecovered, "the read lags behind the event", false, |s| { s.seen.alarm.as_mut().unwrap().state = AlarmState::Ok; s.now = s.trigger.at + SignedDuration::from_mins(1) }),
        (AlarmRecovered, "deleted since", true, |s| { s.seen.alarm = None; s.now = s.trigger.at + SignedDuration::from_mins(2) }),
        (AlarmRecovered, "in another state that is wanted too", false, |s| { s.when_alarm("state: [ALARM, INSUFFICIENT_DATA]"); s.seen.alarm.as_mut().unwrap().state = AlarmState::InsufficientData; s.now = s.trigger.at + SignedDuration::from_mins(2) }),

        (TooManyAlarms, "six alarms", true, |s| s.seen.firing = 6),
        (TooManyAlarms, "five alarms", false, |s| s.seen.firing = 5),
        (TooManyAlarms, "one more than the policy's own limit", true, |s| { s.seen.firing = 2; s.more = "limit: { alarms: 1 }".into() }),
        (TooManyAlarms, "many alarms without a limit", false, |s| { s.seen.firing = 1_000; s.more = "limit: { alarms: none }".into() }),
        (TooManyAlarms, "a policy of one alarm counts none", false, |s| { s.seen.firing = 1_000; one_alarm(s) }),

        (CalendarOpen, "a moment before the period", true, |s| { s.more = "during: weekend".into(); s.trigger.at = at("16:59:59Z"); s.now = at("16:59:59Z") }),
        (CalendarOpen, "as the period begins", false, |s| { s.more = "during: weekend".into(); s.trigger.at = at("17:00:00Z"); s.now = at("17:00:00Z") }),
        (CalendarOpen, "closed when it is handled, open when it was sent", true, |s| { s.more = "during: weekend".into(); s.trigger.at = at("16:59:59Z"); s.now = at("17:00:00Z") }),
        (CalendarOpen, "as the period ends", true, |s| { s.freeze(); s.more = "max-age: none".into(); s.now = at("2026-11-23T07:00:00Z") }),
        (CalendarOpen, "the last moment of the period", false, |s| { s.freeze(); s.more = "max-age: none".into(); s.now = at("2026-11-23T07:00:00Z") - NANO }),
        (CalendarOpen, "the change calendar is open again", true, |s| s.change_calendar(false)),
        (CalendarOpen, "the change calendar is closed", false, |s| s.change_calendar(true)),
        (CalendarOpen, "an update, and nobody knows when it begins", true, |s| { s.search(); s.found().search.scheduled_for = None }),
        (CalendarOpen, "by schedule nobody asks when an update begins", false, |s| { s.search(); s.when = r#"schedule: { expression: "rate(1 hour)" }"#.into(); s.found().search.scheduled_for = None }),
        (CalendarOpen, "an update under a change calendar, and nobody knows when it begins", true, |s| { s.search_by_change_calendar(Some("23:00:00.000000001Z")); s.found().search.scheduled_for = None }),
        (CalendarOpen, "an update under a change calendar that nobody knows the end of", true, |s| s.search_by_change_calendar(None)),
        (CalendarOpen, "an update that is planned for when the change calendar opens", true, |s| s.search_by_change_calendar(Some("23:00:00Z"))),
        (CalendarOpen, "an update that is planned for before the change calendar opens", false, |s| s.search_by_change_calendar(Some("23:00:00.000000001Z"))),
        (CalendarOpen, "an update that is planned for when the freeze is over", true, |s| { s.search(); s.found().search.scheduled_for = Some(at("2026-11-23T07:00:00Z")) }),
        (CalendarOpen, "an update that is planned for the freeze", false, |s| { s.search(); s.found().search.scheduled_for = Some(at("2026-11-23T07:00:00Z") - NANO) }),
        (CalendarOpen, "an update that is planned for when the calendar of `during` opens", true, |s| { s.search(); s.more = "during: night".into() }),
        (CalendarOpen, "an update that is planned for when both calendars are closed", false, |s| { s.search(); s.more = "during: night".into(); s.found().search.scheduled_for = Some(at("23:00:00Z") - NANO) }),
        (CalendarOpen, "an update under a change calendar that is planned for when the calendar of `during` opens", true, |s| { s.search_by_change_calendar(Some("23:00:01Z")); s.more = "during: night".into() }),
        (CalendarOpen, "an update that AWS will install after the freeze", true, |s| { s.search(); s.found().search.scheduled_for = None; s.found().search.automated_update_at = Some(at("2026-11-25T07:00:00Z")) }),
        (CalendarOpen, "a planned update whose schedule counts and not its last date", false, |s| { s.search(); s.found().search.scheduled_for = Some(at("23:00:00Z")); s.found().search.automated_update_at = Some(at("2026-11-25T07:00:00Z")) }),
    ]
}

fn one_alarm(scene: &mut Scene) {
    scene.when = "alarm: { name: checkout-5xx }".to_owned();
    scene.action = scene.action.replace("{service}", "checkout");
}

#[test]
fn everything_about_an_event_is_told_in_the_order_of_the_guards() {
    let mut scene = Scene::default();
    scene.when_alarm("tags: { env: prod }");
    scene.more = "during: weekend".to_owned();
    scene.trigger.from.account = Some("999999999999".to_owned());
    scene.trigger.at = at("16:00:00Z");
    scene.mute();
    let alarm = scene.alarm();
    alarm.state = AlarmStateSince {
        value: AlarmState::Ok,
        since: at("16:00:00Z"),
    };
    alarm.suppressed_by = Some("Alarm".to_owned());
    assert_eq!(
        scene.codes(),
        [
            FromElsewhere,
            AlarmStateNotWanted,
            AlarmMuted,
            AlarmSuppressed,
            AlarmTagsUnknown,
            EventTooOld,
            CalendarOpen
        ]
    );
}

#[test]
fn everything_that_the_reads_tell_is_told_in_the_order_of_the_guards() {
    let mut scene = Scene::default();
    scene.now = scene.trigger.at + SignedDuration::from_mins(2);
    let seen = scene.seen.alarm.as_mut().unwrap();
    (seen.state, seen.actions_enabled) = (AlarmState::Ok, false);
    scene.seen.firing = 6;
    assert_eq!(
        scene.codes(),
        [AlarmActionsDisabled, AlarmRecovered, TooManyAlarms]
    );
}

#[test]
fn to_accept_the_age_of_an_event_lifts_no_other_guard() {
    let mut scene = Scene::default();
    scene.now = scene.trigger.at + SignedDuration::from_mins(100);
    scene.trigger.from.account = Some("999999999999".to_owned());
    scene.mute();
    assert_eq!(scene.codes(), [FromElsewhere, AlarmMuted, EventTooOld]);
    scene.age = Age::Accepted;
    assert_eq!(scene.codes(), [FromElsewhere, AlarmMuted]);
    let is_age = |it: &&Checked| it.code == EventTooOld;
    let checked = scene.checked();
    let told = checked.iter().find(is_age).unwrap();
    assert!(!told.holds && told.text.ends_with("accepted"), "{told:?}");
}

#[test]
fn an_event_from_the_future_says_how_far_ahead_it_is() {
    let mut scene = Scene::default();
    scene.now = scene.trigger.at - SignedDuration::from_mins(6);
    let told: Vec<_> = scene.reasons().into_iter().map(|it| it.text).collect();
    let expected = "the time of the event, 2026-11-20T22:00:00Z, has not come: it is 6m ahead";
    assert_eq!(told, [expected]);
}

#[test]
fn a_calendar_that_is_called_by_its_name_closes_too() {
    let mut scene = Scene::default();
    scene.change_calendar(true);
    scene.trigger.kind = TriggerKind::CalendarClosed(CalendarClosed {
        calendar: "year-end".to_owned(),
        since: scene.trigger.at,
        next_change: None,
    });
    assert_eq!(scene.codes(), []);
}

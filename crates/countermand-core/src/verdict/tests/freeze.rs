//! SSM Change Calendars: which one question is asked, and what follows from the answer.

use jiff::Timestamp;

use super::super::{CalendarAnswer, CalendarNow, CalendarQuestion, Since};
use super::scene::{Scene, at, policies};
use crate::policy::{ChangeCalendarWhen, When};
use crate::trigger::{Trigger, TriggerKind};

const CHANGE: &str = "21:58:00Z";
const EVENT: &str = "22:00:00Z";
const NOW: &str = "22:10:00Z";

fn begins() -> Trigger {
    let mut scene = Scene::default();
    scene.begins(false);
    scene.trigger
}

fn due() -> Trigger {
    let mut scene = Scene::default();
    scene.change_calendar(true);
    scene.due(at(EVENT));
    scene.trigger
}

/// The event of a calendar that closes, with the time at which it opens again.
fn closes(until: Option<&str>) -> Trigger {
    let mut scene = Scene::default();
    scene.change_calendar(true);
    let TriggerKind::CalendarClosed(closed) = &mut scene.trigger.kind else {
        unreachable!()
    };
    closed.since = at("21:55:00Z");
    closed.next_change = until.map(at);
    scene.trigger
}

fn when(in_flight: &str) -> ChangeCalendarWhen {
    let when = format!("change-calendar: {{ calendar: year-end, in-flight: {in_flight} }}");
    let action = "ecs.stop-service-deployment: { cluster: prod, service: checkout }";
    match &policies(&when, action, "").list()[0].when {
        When::ChangeCalendar(when) => when.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn the_time_that_is_asked_about_is_the_one_that_tells_most() {
    let event = Some(CalendarQuestion::TheEvent(at(EVENT)));
    for (says, in_flight, trigger, want) in [
        ("a calendar that closed", "let-finish", closes(None), Some(CalendarQuestion::Now)),
        ("a calendar that closed, and what runs is stopped", "stop", closes(None), Some(CalendarQuestion::Now)),
        ("a change that began, and may finish", "let-finish", begins(), None),
        ("a change that began, and is stopped", "stop", begins(), event),
        ("a sweep", "let-finish", due(), event),
        ("a sweep that stops all", "stop", due(), event),
    ] {
        assert_eq!(CalendarQuestion::of(&when(in_flight), &trigger), want, "{says}");
    }
    assert_eq!(CalendarQuestion::of_change(Some(at(CHANGE)), &begins()), CalendarQuestion::TheChange(at(CHANGE)));
    assert_eq!(CalendarQuestion::of_change(None, &begins()), CalendarQuestion::TheEvent(at(EVENT)));
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn one_answer_tells_whether_it_is_closed_since_when_and_until_when() {
    let at_event = CalendarQuestion::TheEvent(at(EVENT));
    let at_change = CalendarQuestion::TheChange(at(CHANGE));
    let since = |time| Since::At(at(time));
    for (says, ask, trigger, is_closed, next, want) in [
        ("closed", CalendarQuestion::Now, closes(Some("23:00:00Z")), true, Some("23:00:00Z"), (true, since("21:55:00Z"), Some("23:00:00Z"))),
        ("closed for good", CalendarQuestion::Now, closes(None), true, None, (true, since("21:55:00Z"), None)),
        ("open again", CalendarQuestion::Now, closes(Some("22:05:00Z")), false, Some("23:00:00Z"), (false, Since::Unknown, None)),
        ("open just now", CalendarQuestion::Now, closes(Some(NOW)), false, None, (false, Since::Unknown, None)),
        ("open, and closed once more", CalendarQuestion::Now, closes(Some("22:05:00Z")), true, Some("23:00:00Z"), (true, Since::Unknown, Some("23:00:00Z"))),

        ("closed at the event, and still", at_event, begins(), true, Some("22:10:00.000000001Z"), (true, Since::Unknown, Some("22:10:00.000000001Z"))),
        ("closed at the event for good", at_event, begins(), true, None, (true, Since::Unknown, None)),
        ("closed at the event, and open as of now", at_event, begins(), true, Some(NOW), (false, Since::Unknown, None)),
        ("open at the event", at_event, begins(), false, Some("22:01:00Z"), (false, Since::Unknown, None)),
        ("closed at a sweep, and still", at_event, due(), true, Some("23:00:00Z"), (true, Since::Unknown, Some("23:00:00Z"))),

        ("closed when the change began, and still", at_change, begins(), true, Some("23:00:00Z"), (true, Since::BeforeTheChange, Some("23:00:00Z"))),
        ("closed when the change began, and open since", at_change, begins(), true, Some("22:05:00Z"), (false, Since::BeforeTheChange, None)),
        ("closed as the event came", at_change, begins(), false, Some(EVENT), (true, since(EVENT), None)),
        ("closed only after the event", at_change, begins(), false, Some("22:00:01Z"), (false, Since::Unknown, None)),
        ("never closed", at_change, begins(), false, None, (false, Since::Unknown, None)),
    ] {
        let (closed, since, until) = want;
        let want = CalendarNow { is_closed: closed, since, until: until.map(at) };
        let then = CalendarAnswer { is_closed, next_change: next.map(at) };
        assert_eq!(ask.read_answer(then, &trigger, at(NOW)), want, "{says}");
    }
}

#[test]
fn the_time_of_the_question_is_left_out_only_for_now() {
    let times: [Option<Timestamp>; 3] = [
        CalendarQuestion::Now.time(),
        CalendarQuestion::TheEvent(at(EVENT)).time(),
        CalendarQuestion::TheChange(at(CHANGE)).time(),
    ];
    assert_eq!(times, [None, Some(at(EVENT)), Some(at(CHANGE))]);
}

#[test]
fn of_two_calendars_the_later_one_begins_the_freeze() {
    let (early, late) = (Since::At(at(CHANGE)), Since::At(at(EVENT)));
    for (one, other, want) in [
        (early, late, late),
        (early, Since::Ever, early),
        (early, Since::BeforeTheChange, early),
        (Since::Ever, Since::BeforeTheChange, Since::BeforeTheChange),
        (Since::Ever, Since::Ever, Since::Ever),
        (Since::Unknown, late, Since::Unknown),
        (Since::Unknown, Since::Ever, Since::Unknown),
    ] {
        assert_eq!(one.later(other), want, "{one:?} {other:?}");
        assert_eq!(other.later(one), want, "{other:?} {one:?}");
    }
}

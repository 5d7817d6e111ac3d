//! Why a change is stopped, in the words that people read at night.

use jiff::Timestamp;

use super::why;
use crate::calendar::Calendar;
use crate::load::{Source, load};
use crate::policy::InFlight;
use crate::policy::Policies;
use crate::trigger::{
    AlarmChanged, AlarmState, AlarmStateSince, AnnouncedChange, Asked, CalendarClosed, Place,
    PolicyDue, Trigger, TriggerKind,
};
use crate::verdict::{Freeze, Since};

const FIRED: &str = "2026-11-20T03:00:14Z";

/// A freeze over the weekend, only at night.
fn policies() -> Policies {
    let text = "version: 1\n\
        calendars:\n  \
          weekend: { closed: [{ from: FRI 17:00, until: MON 07:00 }] }\n  \
          night: { closed: [{ from: FRI 21:00, until: FRI 23:00 }] }\n\
        policies:\n\
        - name: brake\n  \
          when: { freeze: { calendar: weekend } }\n  \
          do: [{ ecs.stop-service-deployment: { cluster: prod, service: checkout } }]\n  \
          during: night\n";
    let sources = [Source::new("test.yaml", text.as_bytes().to_vec())];
    load(&sources).into_policies().unwrap()
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn alarm() -> TriggerKind {
    TriggerKind::AlarmChanged(AlarmChanged {
        name: "checkout-5xx".to_owned(),
        arn: None,
        state: AlarmStateSince {
            value: AlarmState::Alarm,
            since: at(FIRED),
        },
        previous: None,
        muted: None,
        suppressed_by: None,
        tags: None,
        dimensions: [].into(),
        contributor: None,
    })
}

fn sentence(kind: TriggerKind, began_at: Option<&str>, freeze: Option<&Freeze<'_>>) -> String {
    let trigger = Trigger {
        event_id: None,
        at: at(FIRED),
        from: Place::default(),
        kind,
    };
    why(&trigger, began_at.map(at), freeze, None)
}

#[test]
fn each_trigger_has_its_sentence() {
    let due = TriggerKind::PolicyDue(PolicyDue {
        policy: "nightly".to_owned(),
        scheduled_for: at("2026-11-20T03:00:00Z"),
    });
    let closed = TriggerKind::CalendarClosed(CalendarClosed {
        calendar: "year-end".to_owned(),
        since: at(FIRED),
        next_change: None,
    });
    let began = TriggerKind::ChangeBegan(AnnouncedChange {
        operation: "ecs.stop-service-deployment",
        names: [].into(),
        change: None,
        state: "IN_PROGRESS".to_owned(),
        began_at: None,
        is_rollback: false,
    });
    let asked = TriggerKind::Asked(Asked {
        why: "INC-1".to_owned(),
    });
    for (what, kind, began_at, expected) in [
        (
            "before the alarm",
            alarm(),
            Some("2026-11-20T02:52:00Z"),
            "the alarm `checkout-5xx` fired 8m14s after it began",
        ),
        (
            "with the alarm",
            alarm(),
            Some(FIRED),
            "the alarm `checkout-5xx` fired 0s after it began",
        ),
        (
            "after the alarm",
            alarm(),
            Some("2026-11-20T03:00:15Z"),
            "the alarm `checkout-5xx` fired",
        ),
        (
            "nobody knows when",
            alarm(),
            None,
            "the alarm `checkout-5xx` fired",
        ),
        (
            "a schedule",
            due,
            None,
            "the policy was due at 2026-11-20T03:00:00Z",
        ),
        (
            "a change calendar",
            closed,
            None,
            "the calendar `year-end` is closed",
        ),
        ("a change", began, None, "changes are frozen"),
        ("a person", asked, None, "somebody asked: INC-1"),
    ] {
        assert_eq!(sentence(kind, began_at, None), expected, "{what}");
    }
}

#[test]
fn a_freeze_says_since_when_where_it_knows() {
    for (since, expected) in [
        (
            Since::At(at("2026-11-20T17:00:00Z")),
            "the calendar `weekend` has been closed since 2026-11-20T17:00:00Z",
        ),
        (Since::Ever, "the calendar `weekend` is closed"),
        (Since::BeforeTheChange, "the calendar `weekend` is closed"),
        (Since::Unknown, "the calendar `weekend` is closed"),
    ] {
        let freeze = freeze(since, Vec::new());
        assert_eq!(
            sentence(alarm(), None, Some(&freeze)),
            expected,
            "{since:?}"
        );
    }
}

#[test]
fn a_freeze_by_several_calendars_names_none_as_the_one_that_began_it() {
    let policies = policies();
    let calendars: Vec<_> = policies.calendars().values().collect();
    let since = Since::At(at("2026-11-20T21:00:00Z"));
    let expected = "changes have been frozen since 2026-11-20T21:00:00Z";
    let by_two = freeze(since, calendars.clone());
    assert_eq!(sentence(alarm(), None, Some(&by_two)), expected);
    let mut by_another = freeze(since, calendars[..1].to_vec());
    assert_ne!(sentence(alarm(), None, Some(&by_another)), expected);
    by_another.is_by_change_calendar = true;
    assert_eq!(sentence(alarm(), None, Some(&by_another)), expected);
}

fn freeze(since: Since, calendars: Vec<&Calendar>) -> Freeze<'_> {
    Freeze {
        name: "weekend",
        since,
        until: None,
        in_flight: InFlight::LetFinish,
        calendars,
        is_by_change_calendar: false,
    }
}

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{Aim, Ending, Followed, LONGEST_DELAY, Next, Pace, Unreadable};
use crate::operation::{ChangeRef, Latest, Outcome};
use crate::operations::ALL;
use crate::record::OutcomeRecord;

const ECS: &str = "ecs.stop-service-deployment";
const SSM: &str = "ssm.cancel-maintenance-window-execution";
const OPENSEARCH: &str = "opensearch.cancel-service-software-update";
const PROTON: &str = "proton.cancel-service-instance-deployment";

const SINCE: &str = "2026-11-20T03:00:00Z";

fn at(minutes: i64) -> Timestamp {
    let since: Timestamp = SINCE.parse().unwrap();
    since + SignedDuration::from_mins(minutes)
}

fn followed(operation: &str, aim: Aim) -> Followed {
    Followed {
        schema: Followed::SCHEMA,
        operation: operation.to_owned(),
        which: ChangeRef {
            change: "the-change".to_owned(),
            names: [("cluster".to_owned(), "prod".to_owned())].into(),
        },
        target: "prod/checkout".to_owned(),
        policy: "p".to_owned(),
        event_id: Some("e".to_owned()),
        aim,
        why: "the alarm `a` fired".to_owned(),
        began_at: Some(at(-5)),
        since: at(0),
        look_at: at(0),
    }
}

fn over(followed: &Followed, seen: Result<&Latest, &str>, now: Timestamp) -> Option<Ending> {
    match followed.look(seen.cloned().map_err(str::to_owned), now, Pace::QUEUE) {
        Next::Over(ending) => Some(ending),
        Next::Later { .. } => None,
    }
}

#[test]
fn every_state_leads_to_its_outcome() {
    use Outcome::{Confirmed, EndedBadly, EndedWell, Failed, Overtaken};
    #[rustfmt::skip] // a table: one state, one line
    let states = [
        (ECS, "PENDING", None, None),
        (ECS, "IN_PROGRESS", None, None),
        (ECS, "STOP_REQUESTED", None, None),
        (ECS, "ROLLBACK_REQUESTED", None, None),
        (ECS, "ROLLBACK_IN_PROGRESS", None, None),
        (ECS, "SOMETHING_NEW", None, None),
        (ECS, "ROLLBACK_SUCCESSFUL", Some(Confirmed), Some(EndedBadly)),
        (ECS, "STOPPED", Some(Confirmed), Some(EndedBadly)),
        (ECS, "SUCCESSFUL", Some(Overtaken), Some(EndedWell)),
        (ECS, "ROLLBACK_FAILED", Some(Failed), Some(EndedBadly)),
        (SSM, "PENDING", None, None),
        (SSM, "IN_PROGRESS", None, None),
        (SSM, "CANCELLING", None, None),
        (SSM, "CANCELLED", Some(Confirmed), Some(EndedBadly)),
        (SSM, "SUCCESS", Some(Overtaken), Some(EndedWell)),
        (SSM, "FAILED", Some(Overtaken), Some(EndedBadly)),
        (SSM, "TIMED_OUT", Some(Overtaken), Some(EndedBadly)),
        (SSM, "SKIPPED_OVERLAPPING", Some(Overtaken), Some(EndedBadly)),
        (OPENSEARCH, "PENDING_UPDATE", None, None),
        (OPENSEARCH, "IN_PROGRESS", Some(Overtaken), None),
        (OPENSEARCH, "COMPLETED", Some(Overtaken), Some(EndedWell)),
        (OPENSEARCH, "ELIGIBLE", Some(Confirmed), Some(EndedBadly)),
        (OPENSEARCH, "NOT_ELIGIBLE", Some(Confirmed), Some(EndedBadly)),
        (PROTON, "IN_PROGRESS", None, None),
        (PROTON, "CANCELLING", None, None),
        (PROTON, "CANCELLED", Some(Confirmed), Some(EndedBadly)),
        (PROTON, "SUCCEEDED", Some(Overtaken), Some(EndedWell)),
        (PROTON, "FAILED", Some(Failed), Some(EndedBadly)),
    ];
    for (operation, state, stopped, observed) in states {
        let latest = Latest::of(state);
        for (aim, wanted) in [(Aim::Stop, stopped), (Aim::Preview, observed)] {
            let told = over(&followed(operation, aim), Ok(&latest), at(1));
            let outcome = told.map(|it| it.outcome);
            assert_eq!(outcome, wanted, "{operation} {state} {aim:?}");
        }
    }
}

#[test]
fn a_deployment_that_was_stopped_by_a_newer_one_was_overtaken() {
    let latest = Latest {
        is_superseded: true,
        ..Latest::of("STOPPED")
    };
    let told = over(&followed(ECS, Aim::Stop), Ok(&latest), at(1)).unwrap();
    assert_eq!(told.outcome, Outcome::Overtaken);
    let told = OutcomeRecord::new(&followed(ECS, Aim::Stop), &told, at(1));
    assert!(told.text.contains("newer"), "{}", told.text);
}

#[test]
fn a_change_that_has_not_ended_by_its_deadline_is_unconfirmed() {
    for (operation, minutes) in [(ECS, 60), (SSM, 360), (OPENSEARCH, 15), (PROTON, 60)] {
        for (aim, minutes) in [(Aim::Stop, minutes), (Aim::Preview, 24 * 60)] {
            let followed = followed(operation, aim);
            let latest = Latest::of("SOMETHING_NEW");
            for seen in [Ok(&latest), Err("`call` got no answer")] {
                assert_eq!(over(&followed, seen, at(minutes - 1)), None, "{operation}");
                let told = over(&followed, seen, at(minutes)).unwrap();
                assert_eq!(told.outcome, Outcome::Unconfirmed, "{operation}");
                assert_eq!(told.seen.is_ok(), seen.is_ok(), "{operation}");
            }
        }
    }
}

#[test]
fn what_ended_after_its_deadline_was_not_confirmed_by_then_whenever_one_looks() {
    let followed = followed(ECS, Aim::Stop);
    for (ended, outcome) in [
        (59, Outcome::Confirmed),
        (60, Outcome::Confirmed),
        (61, Outcome::Unconfirmed),
    ] {
        let latest = Latest {
            ended_at: Some(at(ended)),
            ..Latest::of("ROLLBACK_SUCCESSFUL")
        };
        for now in [61, 600] {
            let told = over(&followed, Ok(&latest), at(now)).unwrap();
            assert_eq!(told.outcome, outcome, "ended {ended}, seen {now}");
        }
    }
}

#[test]
fn the_waits_grow_and_the_last_one_ends_at_the_deadline() {
    let mut followed = followed(SSM, Aim::Stop);
    followed.look_at = Followed::first_look(at(0), Pace::QUEUE);
    let mut waits = Vec::new();
    let mut now = followed.look_at;
    while let Next::Later { again: next, .. } =
        followed.look(Ok(Latest::of("CANCELLING")), now, Pace::QUEUE)
    {
        waits.push(next.look_at.duration_since(now));
        (now, followed) = (next.look_at, next);
    }
    assert_eq!(now, at(360));
    assert_eq!(waits.first(), Some(&SignedDuration::from_secs(15)));
    let (_, all_but_last) = waits.split_last().unwrap();
    assert!(all_but_last.is_sorted(), "{waits:?}");
    assert!(waits.iter().all(|it| *it <= SignedDuration::from_hours(1)));
    assert!((10..40).contains(&waits.len()), "{} looks", waits.len());
}

#[test]
fn a_wait_that_a_queue_cannot_keep_is_taken_in_parts() {
    let mut followed = followed(ECS, Aim::Preview);
    followed.look_at = at(40);
    for (now, delay, is_due) in [
        (0, 15, false),
        (15, 15, false),
        (30, 10, false),
        (40, 0, true),
        (41, 0, true),
    ] {
        let seen = (followed.delay(at(now)), followed.is_due(at(now)));
        assert_eq!(seen, (SignedDuration::from_mins(delay), is_due), "{now}");
    }
}

#[test]
fn the_deadline_counts_from_the_event_unless_that_is_old() {
    let now = at(0);
    for (event, since) in [(-1, -1), (-10, -10), (-50, -10), (1, 0)] {
        assert_eq!(Followed::since(at(event), now), at(since), "{event}");
    }
}

#[test]
fn an_outcome_is_named_after_its_change() {
    let one = followed(ECS, Aim::Stop);
    let id = "ecs.stop-service-deployment:the-change@2026-11-20T02:55:00Z";
    assert_eq!(one.id(), id);
    let again = Followed {
        since: at(7),
        look_at: at(9),
        event_id: None,
        ..one.clone()
    };
    assert_eq!(again.id(), id);
    let planned = Followed {
        began_at: None,
        ..one
    };
    assert_eq!(
        planned.id(),
        "ecs.stop-service-deployment:the-change@2026-11-20T03:00:00Z"
    );
}

#[test]
fn a_message_is_read_as_it_was_written() {
    let followed = followed(ECS, Aim::Stop);
    let text = serde_json::to_string(&followed).unwrap();
    assert_eq!(Followed::read(&text), Ok(followed.clone()));
    let unknown = text.replace(ECS, "ecs.stop-everything");
    assert_eq!(
        Followed::read(&unknown),
        Err(Unreadable::UnknownOperation(
            "ecs.stop-everything".to_owned()
        ))
    );
    for text in ["", "{}", "null", "{\"schema\":1}"] {
        let read = Followed::read(text);
        assert!(matches!(read, Err(Unreadable::NotAMessage(_))), "{read:?}");
    }
}

#[test]
fn every_outcome_has_a_sentence_that_names_its_target() {
    let (ended, open) = (Latest::of("STATE"), "`x` got no answer");
    for about in ALL {
        for outcome in Outcome::ALL {
            for aim in [Aim::Stop, Aim::Preview] {
                for seen in [Ok(ended.clone()), Err(open.to_owned())] {
                    let ending = Ending { outcome, seen };
                    let told = OutcomeRecord::new(&followed(about.name, aim), &ending, at(1));
                    assert!(told.text.contains("prod/checkout"), "{}", told.text);
                    let lowers = !told.text.starts_with(char::is_uppercase);
                    assert!(lowers && !told.text.ends_with('.'), "{}", told.text);
                }
            }
        }
    }
}

proptest! {
    /// For any looks at any times: it ends at its deadline at the latest, and time never runs backwards.
    #[test]
    fn no_message_is_looked_at_for_ever(
        states in prop::collection::vec(prop::sample::select(vec!["IN_PROGRESS", "ROLLBACK_REQUESTED", "?"]), 1..9),
        late in prop::collection::vec(0_i64..2000, 1..9),
        operation in prop::sample::select(vec![ECS, SSM, OPENSEARCH, PROTON]),
        preview in any::<bool>(),
    ) {
        let aim = if preview { Aim::Preview } else { Aim::Stop };
        let mut followed = followed(operation, aim);
        let mut now = followed.look_at;
        for look in 0.. {
            let latest = Latest::of(states[look % states.len()]);
            match followed.look(Ok(latest), now, Pace::QUEUE) {
                Next::Over(_) => break,
                Next::Later { again: next, .. } => {
                    prop_assert!(next.look_at > now && next.look_at <= followed.deadline());
                    prop_assert!(next.delay(now) <= LONGEST_DELAY);
                    prop_assert_eq!((next.id(), next.deadline()), (followed.id(), followed.deadline()));
                    now = next.look_at + SignedDuration::from_secs(late[look % late.len()]);
                    followed = next;
                }
            }
            prop_assert!(look < 100);
        }
    }

    /// Two looks at a change that has ended, through any two messages about it, lead to the same outcome.
    #[test]
    fn a_change_that_has_ended_has_one_outcome(
        ended in 0_i64..200,
        first in 0_i64..400,
        second in 0_i64..400,
        state in prop::sample::select(vec!["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "SUCCESSFUL", "STOPPED"]),
    ) {
        let followed = followed(ECS, Aim::Stop);
        let latest = Latest { ended_at: Some(at(ended)), ..Latest::of(state) };
        let seen = |minutes: i64| {
            let then = if minutes < ended { Latest::of("ROLLBACK_IN_PROGRESS") } else { latest.clone() };
            over(&followed, Ok(&then), at(minutes)).map(|it| it.outcome)
        };
        if let (Some(first), Some(second)) = (seen(first), seen(second)) {
            prop_assert_eq!(first, second);
        }
    }
}

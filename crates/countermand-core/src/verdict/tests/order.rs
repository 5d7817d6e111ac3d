//! A hold carries every reason in the order of the guards; and the guards for a person's own request.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::super::HoldCode::*;
use super::super::{Case, HoldCode, Reason};
use super::scene::{FIRED, NANO, Scene, at, policies};
use crate::operations::ecs_stop_service_deployment::LastRollback;
use crate::trigger::{AlarmState, AlarmStateSince};

const ECS: &str = "ecs.stop-service-deployment: { cluster: prod, service: checkout, running-for: 3h, tags: { env: prod } }";

/// A deployment with everything wrong that can be wrong at the same time.
pub(super) fn ill() -> Scene {
    let mut scene = Scene {
        more: "except: [{ service: checkout, why: own brake }]".to_owned(),
        ..Scene::default()
    };
    scene.parameter("running-for: 3h, tags: { env: prod }, began-within: 1m");
    let found = scene.found();
    found.tags = [(
        "countermand:hold-until".to_owned(),
        "2027-01-01T00:00:00Z".to_owned(),
    )]
    .into();
    found.state = "ROLLBACK_IN_PROGRESS".to_owned();
    found.ecs.triggered_natively = true;
    found.ecs.last_rolled_back_at = LastRollback::At(at(FIRED));
    found.ecs.has_source_revision = false;
    found.ecs.controller = Some("CODE_DEPLOY".to_owned());
    scene
}

#[test]
fn a_hold_carries_every_reason_in_the_order_of_the_guards() {
    let mut scene = ill();
    scene.alarm().previous = None;
    assert_eq!(
        scene.codes(),
        [
            Excepted,
            TagMismatch,
            HeldByTag,
            AlarmWasAlreadyFiring,
            BeganTooLongAgo,
            NotRunningLongEnough,
            RollingBackNatively,
            RecentlyRolledBack,
            NothingToRollBackTo,
            UnsupportedController,
        ]
    );
}

#[test]
fn every_reason_has_words_of_its_own() {
    let mut told: BTreeMap<String, HoldCode> = BTreeMap::new();
    for (code, says, held, differs) in super::rows() {
        let mut scene = Scene::default();
        differs(&mut scene);
        for Reason { text, .. } in scene.reasons().into_iter().take(usize::from(held)) {
            assert!(!text.is_empty(), "{says}");
            assert!(!text.ends_with('.'), "{text}");
            let is_name = ["ECS", "AWS", "OpenSearch"]
                .iter()
                .any(|it| text.starts_with(it));
            assert!(is_name || !text.starts_with(char::is_uppercase), "{text}");
            let known = told.insert(text.clone(), code);
            assert!(
                known.is_none_or(|known| known == code),
                "{text}: {known:?} and {code:?}"
            );
        }
    }
}

#[test]
fn what_nobody_knows_holds_for_each_thing_that_it_may_be() {
    let mut scene = Scene::default();
    scene.parameter("running-for: 1m");
    scene.found().began_at = None;
    assert_eq!(
        scene.codes(),
        [BeganAfterTrigger, BeganTooLongAgo, NotRunningLongEnough]
    );
}

#[test]
fn the_history_of_the_alarm_is_asked_for_only_where_the_event_does_not_tell() {
    let fired = at(FIRED);
    let before = |since: &str| {
        Some(AlarmStateSince {
            value: AlarmState::Ok,
            since: at(since),
        })
    };
    for (says, previous, began, needed) in [
        ("nothing told of before", None, "21:50:00Z", true),
        (
            "nothing told of before, and the change is younger than the alarm",
            None,
            "22:00:00Z",
            false,
        ),
        (
            "the state before is younger than the change",
            before("21:50:01Z"),
            "21:50:00Z",
            true,
        ),
        (
            "the state before is as old as the change",
            before("21:50:00Z"),
            "21:50:00Z",
            false,
        ),
        (
            "the state before is older",
            before("12:00:00Z"),
            "21:50:00Z",
            false,
        ),
    ] {
        let mut scene = Scene::default();
        scene.alarm().previous = previous;
        let policies = policies(&scene.when, &scene.action, "");
        let case = Case::of(&policies.list()[0], &scene.trigger, None, fired);
        let alarm = case.alarm.unwrap();
        assert_eq!(alarm.needs_history(at(began)), needed, "{says}");
    }
}

#[test]
fn a_suppression_that_ends_needs_the_history_of_before_it_began() {
    let mut scene = Scene::default();
    let alarm = scene.alarm();
    alarm.previous = Some(AlarmStateSince {
        value: AlarmState::Alarm,
        since: at("21:40:00Z"),
    });
    assert_eq!(alarm.began(), at("21:40:00Z"));
    let policies = policies(&scene.when, &scene.action, "");
    let case = Case::of(&policies.list()[0], &scene.trigger, None, at(FIRED));
    let alarm = case.alarm.unwrap();
    assert_eq!(alarm.fired_at, at("21:40:00Z"));
    assert!(alarm.needs_history(at("21:40:00Z") - NANO));
    assert!(!alarm.needs_history(at("21:40:00Z")));
}

#[test]
fn a_person_who_asks_is_held_by_the_change_and_not_by_the_event() {
    let now = at(FIRED);
    let judged = |differs: fn(&mut Scene), action: &str| -> Vec<HoldCode> {
        let mut scene = Scene::default();
        scene.began(now - SignedDuration::from_hours(100));
        differs(&mut scene);
        let policies = policies(&scene.when, action, "");
        let action = &policies.list()[0].actions[0];
        let verdict = scene.found().judge(action, &Case::asked(now));
        verdict.reasons().iter().map(|it| it.code).collect()
    };
    let plain = "ecs.stop-service-deployment: { cluster: prod, service: checkout }";
    assert_eq!(judged(|_| (), plain), []);
    let lately = |s: &mut Scene| s.found().ecs.last_rolled_back_at = LastRollback::At(at(FIRED));
    assert_eq!(judged(lately, plain), []);
    assert_eq!(judged(|s| s.found().began_at = None, plain), []);
    let over = |s: &mut Scene| s.found().state = "SUCCESSFUL".to_owned();
    assert_eq!(judged(over, plain), [NotInAStoppableState]);
    let first = |s: &mut Scene| s.found().ecs.has_source_revision = false;
    assert_eq!(judged(first, plain), [NothingToRollBackTo]);
    assert_eq!(
        judged(|s| s.began(at(FIRED)), ECS),
        [TagMismatch, NotRunningLongEnough]
    );
}

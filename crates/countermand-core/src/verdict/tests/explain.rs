//! Explanations agree with decisions.

use std::collections::BTreeSet;

use super::super::{Checked, HoldCode, Reason};
use super::scene::Scene;
use crate::operations::ALL;

fn held(checked: &[Checked]) -> Vec<Reason> {
    let held = checked.iter().filter(|it| it.holds).cloned();
    held.map(|Checked { code, text, .. }| Reason { code, text })
        .collect()
}

/// If no change is found, no guard is evaluated: there is only the reason.
const WITHOUT_A_CHECK: [HoldCode; 3] = [
    HoldCode::TargetUnknown,
    HoldCode::NothingInFlight,
    HoldCode::LookupRefused,
];

#[test]
fn what_holds_where_it_is_explained_is_what_holds() {
    for (_, says, _, differs) in super::rows() {
        let mut scene = Scene::default();
        differs(&mut scene);
        let mut reasons = scene.reasons();
        reasons.retain(|it| !WITHOUT_A_CHECK.contains(&it.code));
        assert_eq!(held(&scene.checked()), reasons, "{says}");
    }
    let scene = super::order::ill();
    assert_eq!(held(&scene.checked()), scene.reasons());
}

#[test]
fn no_guard_both_holds_and_passes() {
    for (_, says, _, differs) in super::rows() {
        let mut scene = Scene::default();
        differs(&mut scene);
        let checked = scene.checked();
        let codes = |holds| {
            // A calendar can be closed at the time of the event, and open when the change will begin.
            let once = checked
                .iter()
                .filter(|it| it.code != HoldCode::CalendarOpen);
            let with = once.filter(move |it| it.holds == holds);
            with.map(|it| it.code).collect::<BTreeSet<_>>()
        };
        let both: Vec<_> = codes(true).intersection(&codes(false)).copied().collect();
        assert!(both.is_empty(), "{says}: {both:?}");
    }
}

#[test]
fn every_guard_says_why_it_passes() {
    let mut passed = BTreeSet::new();
    for (_, _, _, differs) in super::rows() {
        let mut scene = Scene::default();
        differs(&mut scene);
        for it in scene.checked().into_iter().filter(|it| !it.holds) {
            assert!(!it.text.is_empty() && !it.text.ends_with('.'), "{it:?}");
            passed.insert(it.code);
        }
    }
    let mut silent: Vec<_> = HoldCode::ALL.to_vec();
    silent.retain(|code| !passed.contains(code));
    // Where only an operation has a guard, it is asked beside the operation's acting half.
    let rows = super::rows();
    let is_own = |code: &HoldCode| ALL.iter().any(|it| it.hold_codes.contains(code));
    silent.retain(|code| !is_own(code) || rows.iter().any(|row| row.0 == *code));
    assert_eq!(silent, WITHOUT_A_CHECK);
}

#[test]
fn guards_pass_with_the_values_that_they_saw() {
    let texts: Vec<_> = Scene::default()
        .checked()
        .into_iter()
        .map(|it| it.text)
        .collect();
    assert_eq!(
        texts,
        [
            "this is account 123456789012 in eu-central-1, and the event names no other",
            "the alarm went to `ALARM`, which the policy wants",
            "no mute rule is in force",
            "the alarm's actions are not suppressed",
            "the event is 0s old, and `max-age` is 10m",
            "the actions of alarm `checkout-5xx` are enabled",
            "the event is under a minute old: what CloudWatch tells of the alarm may lag behind",
            "1 alarm that the policy matches is firing, and `limit.alarms` is 5",
            "it has no tag `countermand:hold-until`",
            "the alarm `checkout-5xx` fired at 2026-11-20T22:00:00Z, 10m after the change began",
            "the alarm `checkout-5xx` was in `OK` when the change began",
            "the change began 10m ago, at 2026-11-20T21:50:00Z, and `began-within` is 2h",
            "nobody has stopped the deployment: it is in `IN_PROGRESS`",
            "neither its own circuit breaker nor its alarms have triggered",
            "no rollback of the service in the last 30m is known",
            "there is a revision to go back to",
            "the deployment controller is `ECS`",
            "the deployment is in `IN_PROGRESS`",
            "1 change is in flight, and `limit.changes` is 3",
        ]
    );
}

#[test]
fn what_is_planned_for_closed_time_says_for_when() {
    let mut scene = Scene::default();
    scene.search();
    let texts: Vec<_> = scene.checked().into_iter().map(|it| it.text).collect();
    let planned =
        "the change is planned for 2026-11-20T23:00:00Z, when the calendar is closed".to_owned();
    assert!(texts.contains(&planned), "{texts:#?}");
}

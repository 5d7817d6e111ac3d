//! Every hold code, from the text of a policy: a case that is held, and a similar one that is not.

mod change;
mod ends_of_time;
mod event;
mod explain;
mod freeze;
mod order;
mod plan;
mod scene;
mod target;
mod targets;

use super::{HoldCode, Scope};
use crate::operations::ALL;
use scene::Scene;

/// The code, the reason, whether it holds, and how the scene differs from one that is stopped.
type Row = (HoldCode, &'static str, bool, fn(&mut Scene));

fn rows() -> Vec<Row> {
    [event::rows(), target::rows(), change::rows()].concat()
}

#[test]
fn a_case_is_held_for_just_its_reason_or_not_at_all() {
    let mut wrong = Vec::new();
    for (code, says, held, differs) in rows() {
        let mut scene = Scene::default();
        differs(&mut scene);
        let want = if held { vec![code] } else { vec![] };
        let got = scene.codes();
        if got != want {
            wrong.push(format!("{says}: {got:?}, not {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_a_guard_that_all_share_has_a_case_that_is_held_and_one_that_is_not() {
    let has = |code, held| rows().iter().any(|row| row.0 == code && row.2 == held);
    let own: Vec<_> = ALL.iter().flat_map(|it| it.hold_codes).collect();
    let without: Vec<_> = HoldCode::ALL
        .iter()
        .filter(|code| !own.contains(code))
        .filter(|code| !has(**code, true) || !has(**code, false))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn codes_are_stable() {
    let told: Vec<_> = HoldCode::ALL
        .iter()
        .map(|code| serde_json::to_value(code).unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "from-elsewhere",
            "alarm-state-not-wanted",
            "alarm-muted",
            "alarm-suppressed",
            "alarm-actions-disabled",
            "alarm-tags-unknown",
            "event-too-old",
            "alarm-recovered",
            "too-many-alarms",
            "calendar-open",
            "target-unknown",
            "excepted",
            "tag-mismatch",
            "held-by-tag",
            "nothing-in-flight",
            "lookup-refused",
            "began-after-trigger",
            "alarm-was-already-firing",
            "began-too-long-ago",
            "not-running-long-enough",
            "in-flight-when-frozen",
            "already-stopping",
            "is-itself-a-rollback",
            "part-of-a-larger-change",
            "begun-by-aws",
            "rolling-back-natively",
            "recently-rolled-back",
            "nothing-to-roll-back-to",
            "unsupported-controller",
            "awaiting-approval",
            "not-in-a-stoppable-state",
            "not-cancellable",
            "past-automated-update-date",
            "too-near-mandatory-deadline",
            "too-many-changes",
        ]
    );
    let abouts: Vec<_> = HoldCode::ALL
        .iter()
        .map(|code| code.scope() as u8)
        .collect();
    assert!(abouts.is_sorted());
    assert_eq!(
        HoldCode::ALL.last().map(|it| it.scope()),
        Some(Scope::AllChanges)
    );
    assert!(
        HoldCode::ALL
            .iter()
            .all(|code| code.meaning().ends_with('.'))
    );
}

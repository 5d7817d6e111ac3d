//! Plans over all changes of all policies.

use super::super::{Checked, HoldCode, Reason, Unjudged, UnjudgedTarget, Verdict};
use super::scene::policies;
use crate::failure::CallFailure;
use crate::plan::{Findings, JudgedChange, Step, plan};
use crate::policy::{Bound, Count, Mode};

const ECS: &str = "ecs.stop-service-deployment";
const SSM: &str = "ssm.cancel-maintenance-window-execution";

fn limit(text: &str) -> Bound<Count> {
    let action = "proton.cancel-service-instance-deployment: { service: a, instance: b }";
    let more = format!("limit: {{ changes: {text} }}");
    policies("alarm: { name: a }", action, &more).list()[0]
        .limit
        .changes
}

fn hold() -> Verdict {
    Verdict::Hold(vec![Reason {
        code: HoldCode::AlreadyStopping,
        text: "it is stopping".to_owned(),
    }])
}

fn judged<'a>(
    policy: &'a str,
    mode: Mode,
    changes: &[(&'static str, &str, Verdict)],
) -> Findings<'a> {
    let changes = changes.iter();
    Findings {
        policy,
        mode,
        limit: limit("3"),
        changes: changes
            .map(|(operation, change, verdict)| JudgedChange {
                operation,
                change: (*change).to_owned(),
                verdict: verdict.clone(),
            })
            .collect(),
        unjudged: &[],
    }
}

fn steps(judged: Vec<Findings<'_>>) -> Vec<Vec<Step>> {
    let plans = plan(judged).into_iter();
    plans
        .map(|policy| policy.into_iter().map(|it| it.step).collect())
        .collect()
}

fn stopped_by(policy: &str) -> Step {
    Step::StoppedBy(policy.to_owned())
}

#[test]
fn a_change_is_stopped_once_by_the_first_policy_that_enforces_it() {
    use Mode::{Disabled, Enforce, Observe};
    let one = |policy, mode, verdict| judged(policy, mode, &[(ECS, "x", verdict)]);
    for (says, first, second, want) in [
        (
            "both enforce",
            one("a", Enforce, Verdict::Stop),
            one("b", Enforce, Verdict::Stop),
            vec![Step::Stop, stopped_by("a")],
        ),
        (
            "the first observes",
            one("a", Observe, Verdict::Stop),
            one("b", Enforce, Verdict::Stop),
            vec![stopped_by("b"), Step::Stop],
        ),
        (
            "the second observes",
            one("a", Enforce, Verdict::Stop),
            one("b", Observe, Verdict::Stop),
            vec![Step::Stop, stopped_by("a")],
        ),
        (
            "the first is disabled",
            one("a", Disabled, Verdict::Stop),
            one("b", Enforce, Verdict::Stop),
            vec![Step::Stop],
        ),
        (
            "the second is disabled",
            one("a", Enforce, Verdict::Stop),
            one("b", Disabled, Verdict::Stop),
            vec![Step::Stop],
        ),
        (
            "both observe",
            one("a", Observe, Verdict::Stop),
            one("b", Observe, Verdict::Stop),
            vec![Step::Preview, Step::Preview],
        ),
        (
            "the first observes, and the second holds",
            one("a", Observe, Verdict::Stop),
            one("b", Enforce, hold()),
            vec![Step::Preview, Step::Hold],
        ),
        (
            "the first holds",
            one("a", Enforce, hold()),
            one("b", Enforce, Verdict::Stop),
            vec![Step::Hold, Step::Stop],
        ),
        (
            "the second holds",
            one("a", Enforce, Verdict::Stop),
            one("b", Enforce, hold()),
            vec![Step::Stop, Step::Hold],
        ),
        (
            "another operation",
            one("a", Enforce, Verdict::Stop),
            judged("b", Enforce, &[(SSM, "x", Verdict::Stop)]),
            vec![Step::Stop, Step::Stop],
        ),
        (
            "another change",
            one("a", Enforce, Verdict::Stop),
            judged("b", Enforce, &[(ECS, "y", Verdict::Stop)]),
            vec![Step::Stop, Step::Stop],
        ),
    ] {
        let got: Vec<_> = steps(vec![first, second]).concat();
        assert_eq!(got, want, "{says}");
    }
}

#[test]
fn while_a_look_up_has_no_answer_nothing_of_the_policy_is_stopped() {
    let refused = CallFailure::Refused {
        call: "ecs:DescribeServices",
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
    };
    for (says, why, want) in [
        (
            "nothing is in flight",
            Unjudged::NothingInFlight,
            Step::Stop,
        ),
        ("it was refused", Unjudged::Failed(refused), Step::Stop),
        (
            "no answer",
            Unjudged::Failed(CallFailure::NoTime),
            Step::Wait,
        ),
    ] {
        let unjudged = [UnjudgedTarget {
            operation: ECS,
            target: "y".to_owned(),
            words: "y".to_owned(),
            why,
        }];
        let one = |mode| Findings {
            unjudged: &unjudged,
            ..judged("a", mode, &[(ECS, "x", Verdict::Stop)])
        };
        assert_eq!(steps(vec![one(Mode::Enforce)]), [[want]], "{says}");
        assert_eq!(steps(vec![one(Mode::Observe)]), [[Step::Preview]], "{says}");
    }
}

#[test]
fn what_a_change_is_held_for_besides_its_guards_is_explained_among_them() {
    let refused = Reason {
        code: HoldCode::LookupRefused,
        text: "it was refused".to_owned(),
    };
    let mut policy = judged(
        "a",
        Mode::Enforce,
        &[
            (ECS, "x", Verdict::Hold(vec![refused])),
            (ECS, "y", Verdict::Stop),
        ],
    );
    policy.limit = limit("1");
    let planned = plan(vec![policy]).concat();
    let passed = |code| Checked {
        code,
        holds: false,
        text: "it passes".to_owned(),
    };
    let guards = vec![
        passed(HoldCode::HeldByTag),
        passed(HoldCode::AlreadyStopping),
    ];
    let explained = planned[0].explain(guards);
    let explained: Vec<_> = explained.iter().map(|it| (it.code, it.holds)).collect();
    let want = [
        (HoldCode::HeldByTag, false),
        (HoldCode::LookupRefused, true),
        (HoldCode::AlreadyStopping, false),
        (HoldCode::TooManyChanges, true),
    ];
    assert_eq!(explained, want);
}

#[test]
fn a_change_that_two_entries_of_a_policy_find_is_stopped_once() {
    let both = [(ECS, "x", Verdict::Stop), (ECS, "x", Verdict::Stop)];
    let got = steps(vec![judged("a", Mode::Enforce, &both)]);
    assert_eq!(got, [[Step::Stop, stopped_by("a")]]);
    let second = [(ECS, "x", hold()), (ECS, "x", Verdict::Stop)];
    let got = steps(vec![judged("a", Mode::Enforce, &second)]);
    assert_eq!(got, [[Step::Hold, Step::Stop]]);
}

#[test]
fn too_many_changes_are_all_held_and_each_is_counted_once() {
    let changes = |names: &[&'static str]| -> Vec<_> {
        names
            .iter()
            .map(|name| (ECS, *name, Verdict::Stop))
            .collect()
    };
    for (says, names, most, held) in [
        ("as many as the limit", &["a", "b", "c"][..], "3", false),
        ("one more", &["a", "b", "c", "d"], "3", true),
        ("one of them twice", &["a", "b", "c", "c"], "3", false),
        ("none at all", &[], "1", false),
        (
            "many, without a limit",
            &["a", "b", "c", "d", "e", "f"],
            "none",
            false,
        ),
    ] {
        let mut policy = judged("a", Mode::Enforce, &changes(names));
        policy.limit = limit(most);
        assert_eq!(policy.is_too_much(), held, "{says}");
        let planned = plan(vec![policy]).concat();
        assert_eq!(planned.len(), names.len());
        for it in planned {
            let codes: Vec<_> = it.verdict.reasons().iter().map(|it| it.code).collect();
            let want: &[HoldCode] = if held {
                &[HoldCode::TooManyChanges]
            } else {
                &[]
            };
            assert_eq!(codes, want, "{says}");
            assert_eq!(it.step == Step::Hold, held, "{says}");
        }
    }
}

#[test]
fn a_name_that_two_operations_share_is_two_changes() {
    let mut policy = judged(
        "a",
        Mode::Enforce,
        &[(ECS, "x", Verdict::Stop), (SSM, "x", Verdict::Stop)],
    );
    policy.limit = limit("1");
    assert_eq!(steps(vec![policy]), [[Step::Hold, Step::Hold]]);
}

#[test]
fn a_hold_keeps_its_headline_when_there_are_too_many_too() {
    let mut policy = judged(
        "a",
        Mode::Enforce,
        &[(ECS, "x", hold()), (ECS, "y", Verdict::Stop)],
    );
    policy.limit = limit("1");
    let planned = plan(vec![policy]).concat();
    let codes: Vec<_> = planned[0]
        .verdict
        .reasons()
        .iter()
        .map(|it| it.code)
        .collect();
    assert_eq!(codes, [HoldCode::AlreadyStopping, HoldCode::TooManyChanges]);
}

#[test]
fn too_many_changes_of_one_policy_do_not_hold_those_of_another() {
    let mut careful = judged(
        "a",
        Mode::Enforce,
        &[(ECS, "x", Verdict::Stop), (ECS, "y", Verdict::Stop)],
    );
    careful.limit = limit("1");
    let other = judged("b", Mode::Enforce, &[(ECS, "x", Verdict::Stop)]);
    let got = steps(vec![careful, other]);
    assert_eq!(got, [vec![Step::Hold, Step::Hold], vec![Step::Stop]]);
}

#[test]
fn what_is_left_alone_anyway_is_no_change_of_the_policy() {
    for (code, counts) in [
        (HoldCode::Excepted, false),
        (HoldCode::TagMismatch, false),
        (HoldCode::InFlightWhenFrozen, false),
        (HoldCode::CalendarOpen, false),
        (HoldCode::AlreadyStopping, true),
        (HoldCode::BeganTooLongAgo, true),
    ] {
        let held = Verdict::Hold(vec![Reason {
            code,
            text: "it is".to_owned(),
        }]);
        let changes = [(ECS, "x", held), (ECS, "y", Verdict::Stop)];
        let mut policy = judged("a", Mode::Enforce, &changes);
        policy.limit = limit("1");
        let stopped = steps(vec![policy]) == [[Step::Hold, Step::Stop]];
        assert_eq!(stopped, !counts, "{code:?}");
    }
}

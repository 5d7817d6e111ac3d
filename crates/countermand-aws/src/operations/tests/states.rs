//! What each state of a change leads to.

use countermand_core::operation::End;
use countermand_core::verdict::{Case, HoldCode, Verdict};
use serde_json::json;

use super::{Attempt, REQUESTED, Stage, cases};
use crate::operations::ecs_stop_service_deployment::cases as ecs;
use crate::operations::ssm_cancel_maintenance_window_execution::cases as ssm;

/// AWS does not list it where it is asked for the states that are known: an event can still tell of it.
#[tokio::test]
async fn a_state_that_is_not_known_holds_by_its_name() {
    for (about, cases) in cases::all() {
        let awake = Stage::new((cases.world)(&json!({})), cases.action);
        let world = (cases.world)(&json!({ "status": "SLEEPING" }));
        let stage = Stage::new(world, cases.action);
        let known = awake.find().await;
        let listed = stage.find().await;
        let announced = stage.find_announced(known.changes[0].as_ref()).await;
        assert_eq!(announced.changes.len(), 1, "{}: {announced:?}", about.name);
        for change in listed.changes.iter().chain(&announced.changes) {
            let Verdict::Hold(reasons) = change.judge(&Case::asked(stage.trigger.at)) else {
                panic!("{} is stopped", about.name);
            };
            let unknown = reasons
                .iter()
                .find(|it| it.code == HoldCode::NotInAStoppableState);
            let text = &unknown
                .unwrap_or_else(|| panic!("{}: {reasons:?}", about.name))
                .text;
            assert!(text.contains("`SLEEPING`"), "{text}");
        }
    }
}

#[tokio::test]
async fn every_guard_of_an_operation_says_why_it_passes() {
    for (about, cases) in cases::all() {
        let stage = Stage::new((cases.world)(&json!({})), cases.action);
        let found = stage.find().await;
        let checked = found.changes[0].explain(&stage.case());
        // Only an event of a rollback asks that where none is.
        let own = about.hold_codes.iter();
        for code in own.filter(|it| **it != HoldCode::IsItselfARollback) {
            let passed = checked.iter().find(|it| it.code == *code && !it.holds);
            let text = &passed
                .unwrap_or_else(|| panic!("{}: {code:?}", about.name))
                .text;
            assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
        }
    }
}

#[tokio::test]
async fn what_is_over_is_not_in_flight() {
    for (about, cases) in cases::all() {
        let over = about.final_states.iter();
        for (state, _) in over.filter(|(_, end)| *end != End::BeyondStopping) {
            let world = (cases.world)(&json!({ "status": state }));
            let attempts = Stage::new(world, cases.action).run().await;
            assert_eq!(attempts, [], "{} in {state}", about.name);
        }
    }
}

#[tokio::test]
async fn nothing_is_in_flight_where_nothing_is() {
    for (_, cases) in cases::all() {
        for (action, calls) in cases.nothing {
            let stage = Stage::new(json!({ "now": cases::NOW }), action);
            assert_eq!(stage.run().await, [], "{action}");
            assert_eq!(stage.double.calls().len(), *calls, "{action}");
        }
    }
}

#[tokio::test]
async fn tasks_that_run_on_are_counted_and_others_are_not() {
    let states = [
        "IN_PROGRESS",
        "SUCCESS",
        "PENDING",
        "CANCELLING",
        "IN_PROGRESS",
        "SLEEPING",
    ];
    let tasks: Vec<_> = (0..)
        .zip(states)
        .map(|(at, status)| {
            json!({ "id": format!("2{at}111111-1111-4111-8111-111111111111"), "status": status, "started-at": "-5m" })
        })
        .collect();
    let stage = Stage::new(ssm::execution(&json!({ "tasks": tasks })), ssm::ACTION);
    let mut found = stage.find().await;
    let change = found.changes[0].as_mut();
    assert!(format!("{change:?}").contains("running_tasks: None"));
    stage.judge(change, false).await.unwrap();
    assert!(
        format!("{change:?}").contains("running_tasks: Some(4)"),
        "{change:?}"
    );
}

#[tokio::test]
async fn what_one_call_refuses_keeps_nothing_else_from_being_stopped() {
    let mut world = ecs::services(25, 25);
    world["faults"] =
        json!([{ "call": "ecs:DescribeServices", "fault": "access-denied", "times": 1 }]);
    let action = r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#;
    let attempts = Stage::new(world, action).run().await;
    let failures = attempts
        .iter()
        .filter(|it| matches!(it, Attempt::Failed(_)));
    assert_eq!(failures.count(), 1);
    assert_eq!(attempts.iter().filter(|it| **it == REQUESTED).count(), 15);
}

/// Also when the look-up of the last rollback, which runs at the same time as the others, is what fails.
#[tokio::test]
async fn a_change_of_which_something_is_not_known_is_not_stopped() {
    for fault in ["access-denied", "500"] {
        for (mut world, action) in [
            (ecs::services(1, 1), ecs::ACTION),
            (
                ecs::services(2, 2),
                r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#,
            ),
        ] {
            world["faults"] = json!([{ "call": "ecs:ListServiceDeployments", "fault": fault }]);
            let stage = Stage::new(world, action);
            let attempts = stage.run().await;
            let all_failed = attempts.iter().all(|it| matches!(it, Attempt::Failed(_)));
            assert!(!attempts.is_empty() && all_failed, "{attempts:?}");
            assert!(!stage.calls().contains_key("ecs:StopServiceDeployment"));
        }
    }
}

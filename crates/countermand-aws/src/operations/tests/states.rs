//! What each state of a change leads to.

use countermand_core::verdict::{Case, Code, Verdict};
use serde_json::json;

use super::worlds::{self, SSM, ssm};
use super::{Came, REQUESTED, Stage};

#[tokio::test]
async fn a_state_that_is_not_known_holds_by_its_name() {
    for (world, action) in worlds::each_in("SLEEPING") {
        let stage = Stage::new(world, action);
        let found = stage.find().await;
        let [change] = found.changes.as_slice() else {
            panic!("{action}: {found:?}");
        };
        let Verdict::Hold(reasons) = change.judge(&Case::asked(stage.trigger.at)) else {
            panic!("{action} is stopped");
        };
        let unknown = reasons
            .iter()
            .find(|it| it.code == Code::NotInAStoppableState);
        let text = &unknown
            .unwrap_or_else(|| panic!("{action}: {reasons:?}"))
            .text;
        assert!(text.contains("`SLEEPING`"), "{text}");
    }
}

#[tokio::test]
async fn what_is_over_is_not_in_flight() {
    #[rustfmt::skip] // a table: one operation, one line
    let over = [
        &["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"][..],
        &["SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"],
        &["ELIGIBLE", "NOT_ELIGIBLE", "COMPLETED"],
        &["SUCCEEDED", "FAILED", "CANCELLED", "DELETE_COMPLETE", "DELETE_FAILED"],
    ];
    for (at, states) in over.iter().enumerate() {
        for state in *states {
            let [.., (world, action)] = &worlds::each_in(state)[..=at] else {
                unreachable!()
            };
            let came = Stage::new(world.clone(), action).run().await;
            assert_eq!(came, [], "{action} in {state}");
        }
    }
}

#[tokio::test]
async fn nothing_is_in_flight_where_nothing_is() {
    for (action, calls) in [
        (
            "ecs.stop-service-deployment: { cluster: prod, service: a }",
            1,
        ),
        (
            r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#,
            1,
        ),
        (SSM, 1),
        (
            "ssm.cancel-maintenance-window-execution: { window: patch-web }",
            1,
        ),
        (
            "opensearch.cancel-service-software-update: { domain: prod-search }",
            1,
        ),
        (
            r#"opensearch.cancel-service-software-update: { domain: "*" }"#,
            1,
        ),
        (
            "proton.cancel-service-instance-deployment: { service: web, instance: a }",
            1,
        ),
        (
            r#"proton.cancel-service-instance-deployment: { service: web, instance: "*" }"#,
            1,
        ),
        (
            r#"proton.cancel-service-instance-deployment: { service: "*", instance: "*" }"#,
            1,
        ),
    ] {
        let stage = Stage::new(json!({ "now": "2026-11-20T12:00:00Z" }), action);
        assert_eq!(stage.run().await, [], "{action}");
        assert_eq!(stage.double.calls().len(), calls, "{action}");
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
    let stage = Stage::new(ssm(&json!({ "tasks": tasks })), SSM);
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
    let mut world = worlds::ecs(25, 25);
    world["faults"] =
        json!([{ "call": "ecs:DescribeServices", "fault": "access-denied", "times": 1 }]);
    let action = r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#;
    let came = Stage::new(world, action).run().await;
    let troubles = came.iter().filter(|it| matches!(it, Came::Trouble(_)));
    assert_eq!(troubles.count(), 1);
    assert_eq!(came.iter().filter(|it| **it == REQUESTED).count(), 15);
}

/// Also where it was asked beside the rest: when the service was last rolled back.
#[tokio::test]
async fn a_change_of_which_something_is_not_known_is_not_stopped() {
    for fault in ["access-denied", "500"] {
        for (mut world, action) in [
            (worlds::ecs(1, 1), worlds::ECS),
            (
                worlds::ecs(2, 2),
                r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#,
            ),
        ] {
            world["faults"] = json!([{ "call": "ecs:ListServiceDeployments", "fault": fault }]);
            let stage = Stage::new(world, action);
            let came = stage.run().await;
            let all_troubles = came.iter().all(|it| matches!(it, Came::Trouble(_)));
            assert!(!came.is_empty() && all_troubles, "{came:?}");
            assert!(!stage.calls().contains_key("ecs:StopServiceDeployment"));
        }
    }
}

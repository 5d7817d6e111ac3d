//! What a change has come to, some time after it was told to stop.

use std::time::Duration;

use countermand_core::operations::{Outcome, Which};
use serde_json::json;

use super::Stage;
use super::worlds::{self, ECS, OPENSEARCH, PROTON, SSM};
use crate::Trouble;
use crate::operations::in_flight::{Again, look_again};

#[tokio::test]
async fn a_change_is_looked_at_until_its_state_is_final() {
    let goes_on = |state: &str, after| vec![json!({ "after": after, "status": state })];
    #[rustfmt::skip] // a table: one end, one line
    let ends = [
        (worlds::ecs(1, 1), ECS, "ROLLBACK_REQUESTED", "ROLLBACK_SUCCESSFUL", Outcome::Confirmed),
        (worlds::ecs_deployment(&json!({ "when-stopped": goes_on("STOPPED", 60) })), ECS, "ROLLBACK_REQUESTED", "STOPPED", Outcome::Confirmed),
        (worlds::ecs_deployment(&json!({ "when-stopped": goes_on("SUCCESSFUL", 60) })), ECS, "ROLLBACK_REQUESTED", "SUCCESSFUL", Outcome::Overtaken),
        (worlds::ecs_deployment(&json!({ "when-stopped": goes_on("ROLLBACK_FAILED", 60) })), ECS, "ROLLBACK_REQUESTED", "ROLLBACK_FAILED", Outcome::Failed),
        (worlds::ssm(&json!({ "when-cancelled": goes_on("CANCELLED", 60) })), SSM, "CANCELLING", "CANCELLED", Outcome::Confirmed),
        (worlds::ssm(&json!({ "when-cancelled": goes_on("SUCCESS", 60) })), SSM, "CANCELLING", "SUCCESS", Outcome::Overtaken),
        (worlds::ssm(&json!({ "when-cancelled": goes_on("FAILED", 60) })), SSM, "CANCELLING", "FAILED", Outcome::Overtaken),
        (worlds::ssm(&json!({ "when-cancelled": goes_on("TIMED_OUT", 60) })), SSM, "CANCELLING", "TIMED_OUT", Outcome::Overtaken),
        (worlds::opensearch(1, 1, &json!({ "when-cancelled": goes_on("ELIGIBLE", 60) })), OPENSEARCH, "PENDING_UPDATE", "ELIGIBLE", Outcome::Confirmed),
        (worlds::opensearch(1, 1, &json!({ "when-cancelled": goes_on("NOT_ELIGIBLE", 60) })), OPENSEARCH, "PENDING_UPDATE", "NOT_ELIGIBLE", Outcome::Confirmed),
        (worlds::opensearch(1, 1, &json!({ "when-cancelled": goes_on("IN_PROGRESS", 60) })), OPENSEARCH, "PENDING_UPDATE", "IN_PROGRESS", Outcome::Overtaken),
        (worlds::opensearch(1, 1, &json!({ "when-cancelled": goes_on("COMPLETED", 60) })), OPENSEARCH, "PENDING_UPDATE", "COMPLETED", Outcome::Overtaken),
        (worlds::proton(&json!({})), PROTON, "CANCELLING", "CANCELLED", Outcome::Confirmed),
        (worlds::proton(&json!({ "when-cancelled": goes_on("SUCCEEDED", 60) })), PROTON, "CANCELLING", "SUCCEEDED", Outcome::Overtaken),
        (worlds::proton(&json!({ "when-cancelled": goes_on("FAILED", 60) })), PROTON, "CANCELLING", "FAILED", Outcome::Failed),
    ];
    for (world, action, first, last, outcome) in ends {
        let stage = Stage::new(world, action);
        let found = stage.find().await;
        let [change] = found.changes.as_slice() else {
            panic!("{action}: {found:?}");
        };
        change.stop(&stage.aws).await.unwrap();
        let again = |state: &str, outcome| Again {
            state: state.to_owned(),
            outcome,
        };
        let now = change.look_again(&stage.aws).await;
        assert_eq!(now, Ok(again(first, None)), "{action}");
        stage.double.advance(Duration::from_mins(2));
        let later = change.look_again(&stage.aws).await;
        assert_eq!(later, Ok(again(last, Some(outcome))), "{action}");
        let about = stage.policy().actions[0].about();
        for call in stage.calls().keys() {
            let declared = about.permissions.iter().any(|it| it.action == call);
            assert!(declared, "{call} is not declared");
        }
    }
}

#[tokio::test]
async fn a_stopped_deployment_is_superseded_by_one_that_began_before_it_ended() {
    for (began, is_superseded) in [("-15m", false), ("-7m", true), ("-3m", false)] {
        let (old, other) = (
            json!({ "id": "old", "status": "STOPPED", "created-at": "-10m", "finished-at": "-5m" }),
            json!({ "id": "other", "status": "SUCCESSFUL", "created-at": began }),
        );
        let mut world = worlds::ecs(1, 1);
        world["ecs"]["clusters"][0]["services"][0]["deployments"] = json!([old, other]);
        let stage = Stage::new(world, ECS);
        let which = Which {
            change: "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/checkout/old"
                .to_owned(),
            names: [("cluster", "prod"), ("service", "checkout")]
                .map(|(key, name)| (key.to_owned(), name.to_owned()))
                .into(),
        };
        let latest = look_again("ecs.stop-service-deployment", &which, &stage.aws).await;
        let latest = latest.unwrap();
        assert_eq!(latest.is_superseded, is_superseded, "{began}: {latest:?}");
        assert!(latest.ended_at.is_some());
    }
}

#[tokio::test]
async fn every_operation_is_known_by_its_name_to_whoever_looks_again() {
    for about in countermand_core::operations::ALL {
        let stage = Stage::new(json!({}), ECS);
        let latest = look_again(about.name, &Which::default(), &stage.aws).await;
        assert!(!stage.calls().is_empty(), "{}: {latest:?}", about.name);
    }
}

#[tokio::test]
async fn a_state_that_is_not_known_is_not_final() {
    for (world, action) in worlds::each_in("SLEEPING") {
        let stage = Stage::new(world, action);
        let found = stage.find().await;
        let again = found.changes[0].look_again(&stage.aws).await.unwrap();
        assert_eq!((again.state.as_str(), again.outcome), ("SLEEPING", None));
    }
}

#[tokio::test]
async fn what_has_gone_meanwhile_cannot_be_looked_at() {
    for (world, action) in worlds::each() {
        let there = Stage::new(world, action);
        let nowhere = Stage::new(json!({ "now": "2026-11-20T12:00:00Z" }), action);
        let found = there.find().await;
        let again = found.changes[0].look_again(&nowhere.aws).await;
        assert!(
            matches!(again, Err(Trouble::Refused { .. })),
            "{action}: {again:?}"
        );
    }
}

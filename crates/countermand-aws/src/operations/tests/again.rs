//! The state of a change, some time after AWS was asked to stop it.

use std::time::Duration;

use countermand_core::failure::CallFailure;
use countermand_core::operation::{ChangeRef, Outcome};
use serde_json::json;

use super::{Stage, cases};
use crate::operations::ecs_stop_service_deployment::cases as ecs;
use crate::operations::look_again;

#[tokio::test]
async fn a_change_is_looked_at_until_its_state_is_final() {
    for (about, cases) in cases::all() {
        for (world, first, last, outcome) in (cases.ends)() {
            let stage = Stage::new(world, cases.action);
            let found = stage.find().await;
            let [change] = found.changes.as_slice() else {
                panic!("{}: {found:?}", about.name);
            };
            change.stop(&stage.aws.stop).await.unwrap();
            for (state, wanted) in [(first, None), (last, Some(outcome))] {
                let latest = stage.look_again(change.as_ref()).await.unwrap();
                let outcome = about.end(&latest).map(Outcome::of_stopped);
                let found = (latest.state.as_str(), outcome);
                assert_eq!(found, (state, wanted), "{}", about.name);
                stage.double.advance(Duration::from_mins(2));
            }
            for call in stage.calls().keys() {
                let declared = about.permissions().iter().any(|it| it.action == call);
                assert!(declared, "{call} is not declared");
            }
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
        let mut world = ecs::services(1, 1);
        world["ecs"]["clusters"][0]["services"][0]["deployments"] = json!([old, other]);
        let stage = Stage::new(world, ecs::ACTION);
        let which = ChangeRef {
            change: "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/checkout/old"
                .to_owned(),
            names: [("cluster", "prod"), ("service", "checkout")]
                .map(|(key, name)| (key.to_owned(), name.to_owned()))
                .into(),
        };
        let latest = look_again("ecs.stop-service-deployment", &which, &stage.aws.read).await;
        let latest = latest.unwrap();
        assert_eq!(latest.is_superseded, is_superseded, "{began}: {latest:?}");
        assert!(latest.ended_at.is_some());
    }
}

#[tokio::test]
async fn every_operation_is_known_by_its_name_to_whoever_looks_again() {
    for about in countermand_core::operations::ALL {
        let stage = Stage::new(json!({}), ecs::ACTION);
        let names = about.targets.iter();
        let which = ChangeRef {
            change: "it".to_owned(),
            names: names
                .map(|key| ((*key).to_owned(), "there".to_owned()))
                .collect(),
        };
        let latest = look_again(about.name, &which, &stage.aws.read).await;
        assert!(!stage.calls().is_empty(), "{}: {latest:?}", about.name);
    }
}

#[tokio::test]
async fn a_state_that_is_not_known_is_not_final() {
    for (about, cases) in cases::all() {
        let awake = Stage::new((cases.world)(&json!({})), cases.action);
        let world = (cases.world)(&json!({ "status": "SLEEPING" }));
        let stage = Stage::new(world, cases.action);
        let found = awake.find().await;
        let latest = stage.look_again(found.changes[0].as_ref()).await.unwrap();
        let found = (latest.state.as_str(), about.end(&latest));
        assert_eq!(found, ("SLEEPING", None), "{}", about.name);
    }
}

#[tokio::test]
async fn what_has_gone_meanwhile_cannot_be_looked_at() {
    for (about, cases) in cases::all() {
        let there = Stage::new((cases.world)(&json!({})), cases.action);
        let nowhere = Stage::new(json!({ "now": cases::NOW }), cases.action);
        let found = there.find().await;
        let again = nowhere.look_again(found.changes[0].as_ref()).await;
        let is_refused = matches!(again, Err(CallFailure::Refused { .. }));
        assert!(is_refused, "{}: {again:?}", about.name);
    }
}

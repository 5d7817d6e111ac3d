use serde_json::json;

use super::*;
use crate::operation::SERVICES;

const ARN: &str = "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/checkout/a";

fn stage(deployment: &Value, faults: &Value) -> Stage {
    let mut written = json!({"id": "a", "created-at": "-10m", "sources": ["1"]});
    written
        .as_object_mut()
        .unwrap()
        .extend(deployment.as_object().unwrap().clone());
    let world = json!({
        "now": "2026-11-20T12:00:00Z",
        "ecs": {"clusters": [{"name": "prod", "services": [{"name": "checkout", "deployments": [written]}]}]},
        "faults": faults,
    });
    Stage::new(World::from_value(world).unwrap())
}

fn call(stage: &mut Stage, operation: &str, input: Value) -> (u16, Value, Manner) {
    let service = SERVICES[0];
    let operation = service
        .operations
        .iter()
        .find(|known| known.name == operation)
        .unwrap();
    let (reply, manner, _) = stage.answer(Request {
        service,
        operation,
        protocol: Protocol::Json11,
        input,
    });
    (
        reply.status,
        serde_json::from_slice(&reply.body).unwrap_or_default(),
        manner,
    )
}

fn stop(stage: &mut Stage) -> (u16, Value, Manner) {
    call(
        stage,
        "StopServiceDeployment",
        json!({"serviceDeploymentArn": ARN, "stopType": "ROLLBACK"}),
    )
}

fn status(stage: &Stage) -> &str {
    &stage.world.ecs.clusters[0].services[0].deployments[0].status
}

fn after(stage: &mut Stage, seconds: u64) -> &str {
    stage.advance(Duration::from_secs(seconds));
    status(stage)
}

#[test]
fn a_stopped_deployment_rolls_back_in_steps() {
    let mut stage = stage(&json!({}), &json!([]));
    assert_eq!(stop(&mut stage).0, 200);
    assert_eq!(status(&stage), "ROLLBACK_REQUESTED");
    assert_eq!(after(&mut stage, 5), "ROLLBACK_IN_PROGRESS");
    assert_eq!(stop(&mut stage).0, 200, "a second call is a success");
    assert_eq!(
        after(&mut stage, 59),
        "ROLLBACK_IN_PROGRESS",
        "that changes nothing"
    );
    assert_eq!(after(&mut stage, 1), "ROLLBACK_SUCCESSFUL");
    let (status, error, _) = stop(&mut stage);
    assert_eq!(
        (status, &error["__type"], &error["resourceIds"]),
        (400, &json!("ConflictException"), &json!([ARN]))
    );
}

#[test]
fn a_deployment_takes_the_course_that_the_world_says() {
    let mut stage = stage(
        &json!({"when-stopped": [{"after": 1, "status": "ROLLBACK_FAILED"}]}),
        &json!([]),
    );
    stop(&mut stage);
    assert_eq!(after(&mut stage, 600), "ROLLBACK_FAILED");
}

#[test]
fn a_deployment_that_ends_by_itself_is_over_before_the_stop() {
    let mut stage = stage(
        &json!({"then": [{"after": 900, "status": "SUCCESSFUL"}]}),
        &json!([]),
    );
    assert_eq!(after(&mut stage, 299), "IN_PROGRESS");
    assert_eq!(after(&mut stage, 1), "SUCCESSFUL");
    assert_eq!(stop(&mut stage).1["__type"], "ConflictException");
}

#[test]
fn a_paused_deployment_may_refuse_a_stop_and_takes_the_hooks_rollback() {
    let mut stage = stage(
        &json!({"hooks": [{"id": "h"}], "stoppable-while-paused": false}),
        &json!([]),
    );
    assert_eq!(stop(&mut stage).1["__type"], "ConflictException");
    let input = json!({"serviceDeploymentArn": ARN, "hookId": "h", "action": "ROLLBACK"});
    assert_eq!(
        call(&mut stage, "ContinueServiceDeployment", input.clone()).0,
        200
    );
    assert_eq!(after(&mut stage, 65), "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        call(&mut stage, "ContinueServiceDeployment", input).1["__type"],
        "InvalidParameterException"
    );
}

#[test]
fn faults_without_effect_and_faults_with_it() {
    for (fault, answered, manner, becomes) in [
        ("throttle", 400, Manner::Whole, "IN_PROGRESS"),
        ("500", 500, Manner::Whole, "IN_PROGRESS"),
        ("access-denied", 400, Manner::Whole, "IN_PROGRESS"),
        (
            "UnsupportedFeatureException",
            400,
            Manner::Whole,
            "IN_PROGRESS",
        ),
        ("reset", 0, Manner::Reset, "IN_PROGRESS"),
        ("garbage", 200, Manner::Whole, "ROLLBACK_REQUESTED"),
        ("cut", 200, Manner::Cut, "ROLLBACK_REQUESTED"),
        (
            "delay",
            200,
            Manner::Late(Duration::from_millis(500)),
            "ROLLBACK_REQUESTED",
        ),
    ] {
        let fault_data =
            json!([{"call": "ecs:StopServiceDeployment", "fault": fault, "seconds": 0.5}]);
        let mut stage = stage(&json!({}), &fault_data);
        let (_, _, left) = stop(&mut stage);
        assert_eq!(left, manner, "{fault}");
        assert_eq!(status(&stage), becomes, "{fault}");
        assert_eq!(
            (stage.calls[0].status, stage.calls[0].fault.as_deref()),
            (answered, Some(fault))
        );
    }
}

#[test]
fn an_input_that_the_double_does_not_know_is_refused_loudly() {
    let (status, error, _) = call(
        &mut stage(&json!({}), &json!([])),
        "ListServices",
        json!({"launchType": "EC2"}),
    );
    assert_eq!(
        (status, &error["__type"]),
        (400, &json!("SerializationException"))
    );
}

use serde_json::json;

use super::*;
use crate::services::APIS;
use crate::world::World;

const ARN: &str = "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/checkout/a";

fn state(deployment: &Value, faults: &Value) -> DoubleState {
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
    DoubleState::new(World::from_value(world).unwrap())
}

fn call(state: &mut DoubleState, operation: &str, input: Value) -> (u16, Value, Delivery) {
    let service = APIS[0];
    let operation = service.operation(operation).unwrap();
    let (reply, manner, _) = state.answer(ApiRequest {
        service,
        operation,
        protocol: WireProtocol::Json11,
        input,
    });
    (
        reply.status,
        serde_json::from_slice(&reply.body).unwrap_or_default(),
        manner,
    )
}

fn stop(state: &mut DoubleState) -> (u16, Value, Delivery) {
    call(
        state,
        "StopServiceDeployment",
        json!({"serviceDeploymentArn": ARN, "stopType": "ROLLBACK"}),
    )
}

fn status(state: &DoubleState) -> &str {
    &state.world.ecs.clusters[0].services[0].deployments[0].status
}

fn after(state: &mut DoubleState, seconds: u64) -> &str {
    state.advance(Duration::from_secs(seconds));
    status(state)
}

#[test]
fn a_stopped_deployment_rolls_back_in_steps() {
    let mut state = state(&json!({}), &json!([]));
    assert_eq!(stop(&mut state).0, 200);
    assert_eq!(status(&state), "ROLLBACK_REQUESTED");
    assert_eq!(after(&mut state, 5), "ROLLBACK_IN_PROGRESS");
    assert_eq!(stop(&mut state).0, 200, "a second call is a success");
    assert_eq!(
        after(&mut state, 59),
        "ROLLBACK_IN_PROGRESS",
        "that changes nothing"
    );
    assert_eq!(after(&mut state, 1), "ROLLBACK_SUCCESSFUL");
    let (status, error, _) = stop(&mut state);
    assert_eq!(
        (status, &error["__type"], &error["resourceIds"]),
        (400, &json!("ConflictException"), &json!([ARN]))
    );
}

#[test]
fn a_deployment_takes_the_course_that_the_world_says() {
    let mut state = state(
        &json!({"when-stopped": [{"after": 1, "status": "ROLLBACK_FAILED"}]}),
        &json!([]),
    );
    stop(&mut state);
    assert_eq!(after(&mut state, 600), "ROLLBACK_FAILED");
}

#[test]
fn a_deployment_that_ends_by_itself_is_over_before_the_stop() {
    let mut state = state(
        &json!({"then": [{"after": 900, "status": "SUCCESSFUL"}]}),
        &json!([]),
    );
    assert_eq!(after(&mut state, 299), "IN_PROGRESS");
    assert_eq!(after(&mut state, 1), "SUCCESSFUL");
    assert_eq!(stop(&mut state).1["__type"], "ConflictException");
}

#[test]
fn a_paused_deployment_may_refuse_a_stop_and_takes_the_hooks_rollback() {
    let mut state = state(
        &json!({"hooks": [{"id": "h"}], "stoppable-while-paused": false}),
        &json!([]),
    );
    assert_eq!(stop(&mut state).1["__type"], "ConflictException");
    let input = json!({"serviceDeploymentArn": ARN, "hookId": "h", "action": "ROLLBACK"});
    assert_eq!(
        call(&mut state, "ContinueServiceDeployment", input.clone()).0,
        200
    );
    assert_eq!(after(&mut state, 65), "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        call(&mut state, "ContinueServiceDeployment", input).1["__type"],
        "InvalidParameterException"
    );
}

#[test]
fn faults_without_effect_and_faults_with_it() {
    for (fault, answered, manner, becomes) in [
        ("throttle", 400, Delivery::Whole, "IN_PROGRESS"),
        ("500", 500, Delivery::Whole, "IN_PROGRESS"),
        ("access-denied", 400, Delivery::Whole, "IN_PROGRESS"),
        (
            "UnsupportedFeatureException",
            400,
            Delivery::Whole,
            "IN_PROGRESS",
        ),
        ("reset", 0, Delivery::Reset, "IN_PROGRESS"),
        ("garbage", 200, Delivery::Whole, "ROLLBACK_REQUESTED"),
        ("cut", 200, Delivery::Cut, "ROLLBACK_REQUESTED"),
        (
            "delay",
            200,
            Delivery::Late(Duration::from_millis(500)),
            "ROLLBACK_REQUESTED",
        ),
    ] {
        let fault_data =
            json!([{"call": "ecs:StopServiceDeployment", "fault": fault, "seconds": 0.5}]);
        let mut state = state(&json!({}), &fault_data);
        let (_, _, left) = stop(&mut state);
        assert_eq!(left, manner, "{fault}");
        assert_eq!(status(&state), becomes, "{fault}");
        assert_eq!(
            (state.calls[0].status, state.calls[0].fault.as_deref()),
            (answered, Some(fault))
        );
    }
}

#[test]
fn an_input_that_the_double_does_not_know_is_refused_loudly() {
    let (status, error, _) = call(
        &mut state(&json!({}), &json!([])),
        "ListServices",
        json!({"launchType": "EC2"}),
    );
    assert_eq!(
        (status, &error["__type"]),
        (400, &json!("SerializationException"))
    );
}

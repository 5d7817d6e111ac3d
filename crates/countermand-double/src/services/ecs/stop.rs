//! The two calls that roll a deployment back.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{find_deployment, invalid};
use crate::api::{ApiError, ApiResult, read};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Stop {
    service_deployment_arn: String,
    stop_type: Option<String>,
}

pub(super) fn stop(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: Stop = read(input)?;
    if asked.stop_type.is_some_and(|kind| kind != "ROLLBACK") {
        return Err(invalid("stopType must be ROLLBACK."));
    }
    let arn = &asked.service_deployment_arn;
    let deployment = find_deployment(world, arn)?;
    if deployment.is_over() {
        return Err(conflict(
            arn,
            format!(
                "The service deployment is already in a terminal state: {}.",
                deployment.status
            ),
        ));
    }
    if deployment.is_paused() && !deployment.stoppable_while_paused {
        return Err(conflict(
            arn,
            "The service deployment is waiting for a lifecycle hook.".to_owned(),
        ));
    }
    // A second call is answered like the first and changes nothing.
    if matches!(deployment.status.as_str(), "PENDING" | "IN_PROGRESS") {
        deployment.roll_back("Service deployment stopped by the user.", now);
    }
    Ok(json!({"serviceDeploymentArn": arn}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Continue {
    service_deployment_arn: String,
    hook_id: String,
    action: Option<String>,
}

pub(super) fn go_on(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: Continue = read(input)?;
    let deployment = find_deployment(world, &asked.service_deployment_arn)?;
    let Some(hook) = deployment
        .hooks
        .iter_mut()
        .find(|hook| hook.id == asked.hook_id && hook.awaits_action())
    else {
        return Err(invalid("The lifecycle hook does not await an action."));
    };
    // What AWS shows of the hook afterwards is not documented.
    match asked.action.as_deref() {
        None | Some("CONTINUE") => "SUCCEEDED".clone_into(&mut hook.status),
        Some("ROLLBACK") => {
            "FAILED".clone_into(&mut hook.status);
            deployment.roll_back("Rollback requested at a lifecycle hook.", now);
        }
        Some(_) => return Err(invalid("action must be CONTINUE or ROLLBACK.")),
    }
    Ok(json!({"serviceDeploymentArn": asked.service_deployment_arn}))
}

fn conflict(arn: &str, message: String) -> ApiError {
    ApiError::new("ConflictException", message).member("resourceIds", json!([arn]))
}

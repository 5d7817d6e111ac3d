//! The test cases of this operation.

use countermand_core::operation::Outcome;
use serde_json::{Value, json};

use crate::operations::tests::cases::{Cases, End, NOW, merge};

pub(in crate::operations) const ACTION: &str =
    "proton.cancel-service-instance-deployment: { service: web, instance: web-prod }";

pub(in crate::operations) const CASES: Cases = Cases {
    action: ACTION,
    world: instance,
    tagged: "/proton/instances/0",
    errors: ERRORS,
    scene,
    nothing: &[
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
    ],
    ends,
};

const ERRORS: &str = "
proton:ListServiceInstances nothing-there ResourceNotFoundException
proton:ListServiceInstances refused AccessDeniedException ValidationException
proton:ListServiceInstances no-answer InternalServerException ThrottlingException
proton:GetServiceInstance nothing-there ResourceNotFoundException
proton:GetServiceInstance refused AccessDeniedException ValidationException
proton:GetServiceInstance no-answer InternalServerException ThrottlingException
proton:ListTagsForResource refused AccessDeniedException ResourceNotFoundException ValidationException
proton:ListTagsForResource no-answer InternalServerException ThrottlingException
proton:CancelServiceInstanceDeployment already-over ConflictException ResourceNotFoundException
proton:CancelServiceInstanceDeployment refused AccessDeniedException ValidationException
proton:CancelServiceInstanceDeployment no-answer InternalServerException ThrottlingException
";

fn scene(call: &str) -> (Value, &'static str, &'static str) {
    let action = match call {
        "proton:ListServiceInstances" => {
            r#"proton.cancel-service-instance-deployment: { service: web, instance: "*" }"#
        }
        _ => ACTION,
    };
    (instance(&json!({})), action, "")
}

#[rustfmt::skip] // a table: one end, one line
fn ends() -> Vec<End> {
    let when_cancelled = |state: &str| instance(&json!({ "when-cancelled": [{ "after": 60, "status": state }] }));
    vec![
        (instance(&json!({})), "CANCELLING", "CANCELLED", Outcome::Confirmed),
        (when_cancelled("SUCCEEDED"), "CANCELLING", "SUCCEEDED", Outcome::Overtaken),
        (when_cancelled("FAILED"), "CANCELLING", "FAILED", Outcome::Failed),
    ]
}

/// An instance like this.
pub(in crate::operations) fn instance(instance: &Value) -> Value {
    let mut own = json!({
        "service": "web", "name": "web-prod", "status": "IN_PROGRESS", "created-at": "-30d", "attempted-at": "-5m",
    });
    merge(&mut own, instance);
    json!({ "now": NOW, "proton": { "instances": [own] } })
}

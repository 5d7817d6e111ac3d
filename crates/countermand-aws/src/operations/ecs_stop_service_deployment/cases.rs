//! The test cases of this operation.

use countermand_core::operation::Outcome;
use serde_json::{Value, json};

use crate::operations::tests::cases::{Cases, End, NOW, merge};

pub(in crate::operations) const ACTION: &str =
    "ecs.stop-service-deployment: { cluster: prod, service: checkout }";

pub(in crate::operations) const CASES: Cases = Cases {
    action: ACTION,
    world: deployment,
    tagged: "/ecs/clusters/0/services/0",
    errors: ERRORS,
    scene,
    nothing: &[
        (
            "ecs.stop-service-deployment: { cluster: prod, service: a }",
            1,
        ),
        (
            r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#,
            1,
        ),
    ],
    ends,
};

const ERRORS: &str = "
ecs:ListClusters refused AccessDeniedException ClientException InvalidParameterException
ecs:ListClusters no-answer ServerException
ecs:ListServices nothing-there ClusterNotFoundException
ecs:ListServices refused AccessDeniedException ClientException InvalidParameterException
ecs:ListServices no-answer ServerException
ecs:DescribeServices nothing-there ClusterNotFoundException
ecs:DescribeServices refused AccessDeniedException ClientException InvalidParameterException
ecs:DescribeServices no-answer ServerException
ecs:ListServiceDeployments nothing-there ClusterNotFoundException ServiceNotFoundException
ecs:ListServiceDeployments refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:ListServiceDeployments no-answer ServerException
ecs:DescribeServiceDeployments nothing-there ClusterNotFoundException ServiceNotFoundException
ecs:DescribeServiceDeployments refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:DescribeServiceDeployments no-answer ServerException
ecs:StopServiceDeployment already-over ConflictException ServiceDeploymentNotFoundException
ecs:StopServiceDeployment refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:StopServiceDeployment no-answer ServerException
ecs:ContinueServiceDeployment already-over ConflictException ServiceDeploymentNotFoundException
ecs:ContinueServiceDeployment refused AccessDeniedException ClientException InvalidParameterException UnsupportedFeatureException
ecs:ContinueServiceDeployment no-answer ServerException
";

fn scene(call: &str) -> (Value, &'static str, &'static str) {
    match call {
        "ecs:ListClusters" => (
            services(1, 1),
            r#"ecs.stop-service-deployment: { cluster: "*", service: checkout }"#,
            "",
        ),
        "ecs:ListServices" => (
            services(1, 1),
            r#"ecs.stop-service-deployment: { cluster: prod, service: "*" }"#,
            "",
        ),
        "ecs:ContinueServiceDeployment" => {
            let mut world = deployment(&json!({ "hooks": [{ "id": "hook-1" }] }));
            world["faults"] =
                json!([{ "call": "ecs:StopServiceDeployment", "fault": "ConflictException" }]);
            (world, ACTION, "")
        }
        _ => (services(1, 1), ACTION, ""),
    }
}

#[rustfmt::skip] // a table: one end, one line
fn ends() -> Vec<End> {
    let when_stopped = |state: &str| deployment(&json!({ "when-stopped": [{ "after": 60, "status": state }] }));
    vec![
        (services(1, 1), "ROLLBACK_REQUESTED", "ROLLBACK_SUCCESSFUL", Outcome::Confirmed),
        (when_stopped("STOPPED"), "ROLLBACK_REQUESTED", "STOPPED", Outcome::Confirmed),
        (when_stopped("SUCCESSFUL"), "ROLLBACK_REQUESTED", "SUCCESSFUL", Outcome::Overtaken),
        (when_stopped("ROLLBACK_FAILED"), "ROLLBACK_REQUESTED", "ROLLBACK_FAILED", Outcome::Failed),
    ]
}

/// So many services in one cluster, the first `in_flight` of them with a deployment.
pub(in crate::operations) fn services(services: usize, in_flight: usize) -> Value {
    let services: Vec<_> = (0..services)
        .map(|at| {
            let name = if at == 0 {
                "checkout".to_owned()
            } else {
                format!("service-{at}")
            };
            let status = if at < in_flight {
                "IN_PROGRESS"
            } else {
                "SUCCESSFUL"
            };
            json!({
                "name": name,
                "deployments": [{ "id": format!("d{at}"), "created-at": "-10m", "status": status, "sources": ["1"] }],
            })
        })
        .collect();
    json!({ "now": NOW, "ecs": { "clusters": [{ "name": "prod", "services": services }] } })
}

/// One service, with a deployment like this.
pub(in crate::operations) fn deployment(deployment: &Value) -> Value {
    let mut world = services(1, 1);
    let own = &mut world["ecs"]["clusters"][0]["services"][0]["deployments"][0];
    merge(own, deployment);
    world
}

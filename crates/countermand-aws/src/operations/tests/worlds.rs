//! Small worlds, each with something in flight.

use serde_json::{Value, json};

pub(super) const WINDOW: &str = "mw-0123456789abcdef0";
pub(super) const EXECUTION: &str = "11111111-1111-4111-8111-111111111111";

pub(super) const ECS: &str = "ecs.stop-service-deployment: { cluster: prod, service: checkout }";
pub(super) const SSM: &str =
    "ssm.cancel-maintenance-window-execution: { window: mw-0123456789abcdef0 }";
pub(super) const OPENSEARCH: &str =
    "opensearch.cancel-service-software-update: { domain: prod-search }";
pub(super) const PROTON: &str =
    "proton.cancel-service-instance-deployment: { service: web, instance: web-prod }";

const NOW: &str = "2026-11-20T12:00:00Z";

/// As many services in one cluster, the first of them with a deployment in flight.
pub(super) fn ecs(services: usize, in_flight: usize) -> Value {
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
pub(super) fn ecs_deployment(deployment: &Value) -> Value {
    let mut world = ecs(1, 1);
    let own = &mut world["ecs"]["clusters"][0]["services"][0]["deployments"][0];
    merge(own, deployment);
    world
}

/// A window with an execution like this.
pub(super) fn ssm(execution: &Value) -> Value {
    let mut own = json!({ "id": EXECUTION, "started-at": "-10m" });
    merge(&mut own, execution);
    let window = json!({ "id": WINDOW, "name": "patch-web", "executions": [own] });
    json!({ "now": NOW, "ssm": { "windows": [window] } })
}

/// A window with an execution that runs a command and an automation.
pub(super) fn ssm_at_work() -> Value {
    let task = |n: u8, kind: &str| {
        let work = format!("3{n}111111-1111-4111-8111-111111111111");
        let id = format!("2{n}111111-1111-4111-8111-111111111111");
        json!({ "id": id, "kind": kind, "works": [work], "started-at": "-9m" })
    };
    ssm(&json!({ "tasks": [task(1, "RUN_COMMAND"), task(2, "AUTOMATION")] }))
}

/// As many domains, the first of them with an update like this.
pub(super) fn opensearch(domains: usize, pending: usize, update: &Value) -> Value {
    let domains: Vec<_> = (0..domains)
        .map(|at| {
            let name = if at == 0 {
                "prod-search".to_owned()
            } else {
                format!("domain-{at}")
            };
            if at >= pending {
                return json!({ "name": name });
            }
            let mut own =
                json!({ "status": "PENDING_UPDATE", "available": true, "cancellable": true });
            merge(&mut own, update);
            json!({ "name": name, "update": own })
        })
        .collect();
    json!({ "now": NOW, "opensearch": { "domains": domains } })
}

/// An instance like this.
pub(super) fn proton(instance: &Value) -> Value {
    let mut own = json!({
        "service": "web", "name": "web-prod", "status": "IN_PROGRESS", "created-at": "-30d", "attempted-at": "-5m",
    });
    merge(&mut own, instance);
    json!({ "now": NOW, "proton": { "instances": [own] } })
}

/// One thing of each kind in flight, and what stops it.
pub(super) fn each() -> [(Value, &'static str); 4] {
    let plain = &json!({});
    [
        (ecs(1, 1), ECS),
        (ssm(plain), SSM),
        (opensearch(1, 1, plain), OPENSEARCH),
        (proton(plain), PROTON),
    ]
}

/// The same with this state.
pub(super) fn each_in(state: &str) -> [(Value, &'static str); 4] {
    let status = &json!({ "status": state });
    [
        (ecs_deployment(status), ECS),
        (ssm(status), SSM),
        (opensearch(1, 1, status), OPENSEARCH),
        (proton(status), PROTON),
    ]
}

fn merge(into: &mut Value, more: &Value) {
    let (Some(into), Some(more)) = (into.as_object_mut(), more.as_object()) else {
        return;
    };
    into.extend(more.clone());
}

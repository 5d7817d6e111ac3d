//! The full descriptions of services and deployments.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{
    cluster_arn, deployment_arn, find_cluster, find_service, invalid, parts, revision_arn,
    service_arn, task_definition,
};
use super::{EcsCluster, EcsDeployment, EcsService, EcsTaskSet};
use crate::api::{ApiError, ApiResult, merged, present, read};
use crate::page::hash;
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DescribeServices {
    cluster: Option<String>,
    services: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

pub(super) fn services(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeServices = read(input)?;
    at_most(10, &asked.services, "services")?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let tags = asked.include.iter().any(|part| part == "TAGS");
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for name in &asked.services {
        match find_service(world, cluster, name) {
            Some(service) => services.push(describe_service(world, cluster, service, tags)),
            None if name.starts_with("arn:") => failures.push(missing(name)),
            None => failures.push(missing(
                &world.arn("ecs", &format!("service/{}/{name}", cluster.name)),
            )),
        }
    }
    Ok(json!({"services": services, "failures": failures}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DescribeServiceDeployments {
    service_deployment_arns: Vec<String>,
}

pub(super) fn deployments(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeServiceDeployments = read(input)?;
    at_most(
        20,
        &asked.service_deployment_arns,
        "service deployment ARNs",
    )?;
    let (mut deployments, mut failures) = (Vec::new(), Vec::new());
    for arn in &asked.service_deployment_arns {
        let [cluster, service, id] = parts(arn)?;
        let found = world
            .ecs
            .clusters
            .iter()
            .find(|known| known.name == cluster)
            .and_then(|cluster| {
                let service = cluster
                    .services
                    .iter()
                    .find(|known| known.name == service)?;
                let deployment = service.begun(now).find(|known| known.id == id)?;
                Some(describe_deployment(world, cluster, service, deployment))
            });
        match found.filter(|_| arn.starts_with(&world.arn("ecs", "service-deployment/"))) {
            Some(deployment) => deployments.push(deployment),
            None => failures.push(missing(arn)),
        }
    }
    Ok(json!({"serviceDeployments": deployments, "failures": failures}))
}

fn describe_service(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    with_tags: bool,
) -> Value {
    let current = service.current(world.now);
    // Only the ECS controller has `deployments`; the others have task sets.
    let by_ecs = service.controller.as_ref().is_none_or(|kind| kind == "ECS");
    let rollouts = current.filter(|_| by_ecs).map_or_else(Vec::new, |current| {
        rollouts(world, cluster, service, current)
    });
    let tags: Vec<_> = service
        .tags
        .iter()
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect();
    let task_sets: Vec<_> = service
        .task_sets
        .iter()
        .map(|it| task_set(world, cluster, service, it))
        .collect();
    present(json!({
        "taskSets": (!task_sets.is_empty()).then_some(task_sets),
        "serviceArn": service_arn(world, cluster, service),
        "serviceName": service.name,
        "clusterArn": cluster_arn(world, cluster),
        "status": "ACTIVE",
        "desiredCount": service.desired, "runningCount": service.desired, "pendingCount": 0,
        "launchType": "FARGATE",
        "schedulingStrategy": "REPLICA",
        "taskDefinition": current.map(|current| task_definition(world, service, &current.target)),
        "deploymentController": service.controller.as_ref().map(|kind| json!({"type": kind})),
        "currentServiceDeployment": current.map(|current| deployment_arn(world, cluster, service, current)),
        "deployments": rollouts,
        "events": [],
        "tags": with_tags.then_some(tags),
    }))
}

fn task_set(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    task_set: &EcsTaskSet,
) -> Value {
    let (created_at, at) = (
        epoch(task_set.created_at),
        service_arn(world, cluster, service),
    );
    json!({
        "id": task_set.id,
        "taskSetArn": format!("{}/{}", at.replacen(":service/", ":task-set/", 1), task_set.id),
        "serviceArn": at, "clusterArn": cluster_arn(world, cluster),
        "status": task_set.status, "stabilityStatus": task_set.stability,
        "createdAt": created_at, "updatedAt": created_at,
        "computedDesiredCount": service.desired, "runningCount": service.desired, "pendingCount": 0,
    })
}

/// The entries of `deployments`: the new one, and until it is over also the one that it replaces.
fn rollouts(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    current: &EcsDeployment,
) -> Vec<Value> {
    let source = current.sources.first();
    let entry = |revision: &String, status: &str, rollout: &str, reason: &str| {
        let own = current
            .event_id
            .clone()
            .filter(|_| *revision == current.target);
        let name = service_arn(world, cluster, service) + revision;
        json!({
            "id": own.unwrap_or_else(|| format!("ecs-svc/{:019}", hash(&name) % 10_000_000_000_000_000_000)),
            "status": status, "taskDefinition": task_definition(world, service, revision),
            "desiredCount": service.desired, "runningCount": service.desired, "pendingCount": 0, "failedTasks": 0,
            "createdAt": epoch(current.created_at), "updatedAt": epoch(current.since_at.unwrap_or(current.created_at)),
            "launchType": "FARGATE", "rolloutState": rollout, "rolloutStateReason": reason,
        })
    };
    let target = &current.target;
    match (current.status.as_str(), source) {
        ("SUCCESSFUL", _) | ("STOPPED", None) => vec![entry(
            target,
            "PRIMARY",
            "COMPLETED",
            "ECS deployment completed.",
        )],
        ("ROLLBACK_SUCCESSFUL" | "STOPPED", Some(source)) => vec![entry(
            source,
            "PRIMARY",
            "COMPLETED",
            "ECS deployment completed.",
        )],
        ("ROLLBACK_FAILED", _) => vec![entry(
            source.unwrap_or(target),
            "PRIMARY",
            "FAILED",
            "ECS deployment failed.",
        )],
        ("ROLLBACK_IN_PROGRESS", Some(source)) => vec![
            entry(
                source,
                "PRIMARY",
                "IN_PROGRESS",
                "ECS deployment in progress: rolling back.",
            ),
            entry(target, "ACTIVE", "FAILED", "ECS deployment stopped."),
        ],
        (_, Some(source)) => vec![
            entry(
                target,
                "PRIMARY",
                "IN_PROGRESS",
                current
                    .reason
                    .as_deref()
                    .unwrap_or("ECS deployment in progress."),
            ),
            entry(source, "ACTIVE", "COMPLETED", "ECS deployment completed."),
        ],
        (_, None) => vec![entry(
            target,
            "PRIMARY",
            "IN_PROGRESS",
            "ECS deployment in progress.",
        )],
    }
}

pub(super) fn brief(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    deployment: &EcsDeployment,
) -> Value {
    present(json!({
        "serviceDeploymentArn": deployment_arn(world, cluster, service, deployment),
        "serviceArn": service_arn(world, cluster, service),
        "clusterArn": cluster_arn(world, cluster),
        "createdAt": epoch(deployment.created_at),
        "startedAt": epoch(deployment.started_at.unwrap_or(deployment.created_at)),
        "finishedAt": deployment.finished_at.map(epoch),
        "targetServiceRevisionArn": revision_arn(world, cluster, service, &deployment.target),
        "status": deployment.status,
        "statusReason": deployment.reason,
    }))
}

fn describe_deployment(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    deployment: &EcsDeployment,
) -> Value {
    let revision = |id: &String| revision_arn(world, cluster, service, id);
    let counted = |id: &String| json!({"arn": revision(id), "requestedTaskCount": service.desired, "runningTaskCount": service.desired, "pendingTaskCount": 0});
    let alarms = deployment.alarms.as_ref();
    let described = brief(world, cluster, service, deployment);
    let more = json!({
        // ListServiceDeployments has its ARN; here is the revision itself.
        "targetServiceRevisionArn": null,
        "updatedAt": epoch(deployment.since_at.unwrap_or(deployment.created_at)),
        "stoppedAt": deployment.finished_at.filter(|_| deployment.status == "STOPPED").map(epoch),
        "sourceServiceRevisions": deployment.sources.iter().map(counted).collect::<Vec<_>>(),
        "targetServiceRevision": counted(&deployment.target),
        "lifecycleStage": deployment.stage,
        "lifecycleHookDetails": deployment.hooks.iter().map(|hook| present(json!({
            "hookId": hook.id, "targetType": hook.kind, "status": hook.status,
            "expiresAt": hook.expires_at.map(epoch), "timeoutAction": hook.timeout_action,
        }))).collect::<Vec<_>>(),
        "deploymentConfiguration": {
            "strategy": deployment.strategy, "maximumPercent": 200, "minimumHealthyPercent": 100, "bakeTimeInMinutes": 0,
            "deploymentCircuitBreaker": {"enable": deployment.circuit_breaker.is_some(), "rollback": deployment.circuit_breaker.is_some()},
            "alarms": {"enable": alarms.is_some(), "rollback": alarms.is_some(), "alarmNames": alarms.map_or(&[][..], |alarms| &alarms.names)},
        },
        "rollback": deployment.rollback.as_ref().map(|rollback| present(json!({
            "reason": rollback.reason, "startedAt": epoch(rollback.started_at), "serviceRevisionArn": rollback.revision.as_ref().map(revision),
        }))),
        "deploymentCircuitBreaker": {"status": deployment.circuit_breaker.as_deref().unwrap_or("DISABLED"), "failureCount": 0, "threshold": 3},
        "alarms": alarms.map_or(json!({"status": "DISABLED"}), |alarms| json!({
            "status": alarms.status, "alarmNames": alarms.names, "triggeredAlarmNames": alarms.triggered,
        })),
    });
    present(merged(described, more))
}

fn missing(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

fn at_most(limit: usize, items: &[String], what: &str) -> Result<(), ApiError> {
    if (1..=limit).contains(&items.len()) {
        Ok(())
    } else {
        Err(invalid(&format!(
            "The number of {what} must be between 1 and {limit}."
        )))
    }
}

//! The full descriptions of services and deployments.

use std::iter;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{ServicePlace, find_cluster, find_service, invalid, parts};
use super::{EcsDeployment, EcsTaskSet};
use crate::api::{ApiError, ApiResult, merged, pairs, present, read};
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
            Some(place) => services.push(describe_service(place, tags)),
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
    let arns = asked.service_deployment_arns;
    at_most(20, &arns, "service deployment ARNs")?;
    let (mut deployments, mut failures) = (Vec::new(), Vec::new());
    for arn in &arns {
        let [cluster, service, id] = parts(arn)?;
        let place = find_cluster(world, Some(cluster)).ok();
        let place = place.and_then(|cluster| find_service(world, cluster, service));
        let found = place.and_then(|place| {
            let deployment = place.service.begun(now).find(|known| known.id == id)?;
            Some(describe_deployment(place, deployment))
        });
        match found.filter(|_| arn.starts_with(&world.arn("ecs", "service-deployment/"))) {
            Some(deployment) => deployments.push(deployment),
            None => failures.push(missing(arn)),
        }
    }
    Ok(json!({"serviceDeployments": deployments, "failures": failures}))
}

fn describe_service(place: ServicePlace<'_>, with_tags: bool) -> Value {
    let service = place.service;
    let current = service.current(place.world.now);
    // Only the ECS controller has `deployments`; the others have task sets.
    let by_ecs = service.controller.as_ref().is_none_or(|kind| kind == "ECS");
    let rollouts = current.filter(|_| by_ecs);
    let rollouts = rollouts.map_or_else(Vec::new, |current| rollouts_of(place, current));
    let task_sets = service.task_sets.iter().map(|it| task_set(place, it));
    let task_sets: Vec<_> = task_sets.collect();
    present(json!({
        "taskSets": (!task_sets.is_empty()).then_some(task_sets),
        "serviceArn": place.service_arn(),
        "serviceName": service.name,
        "clusterArn": place.cluster_arn(),
        "status": "ACTIVE",
        "desiredCount": service.desired, "runningCount": service.desired, "pendingCount": 0,
        "launchType": "FARGATE",
        "schedulingStrategy": "REPLICA",
        "taskDefinition": current.map(|current| place.task_definition(&current.target)),
        "deploymentController": service.controller.as_ref().map(|kind| json!({"type": kind})),
        "currentServiceDeployment": current.map(|current| place.deployment_arn(current)),
        "deployments": rollouts,
        "events": [],
        "tags": with_tags.then(|| pairs(&service.tags, ["key", "value"])),
    }))
}

fn task_set(place: ServicePlace<'_>, task_set: &EcsTaskSet) -> Value {
    let (created_at, at) = (epoch(task_set.created_at), place.service_arn());
    let desired = place.service.desired;
    json!({
        "id": task_set.id,
        "taskSetArn": format!("{}/{}", at.replacen(":service/", ":task-set/", 1), task_set.id),
        "serviceArn": at, "clusterArn": place.cluster_arn(),
        "status": task_set.status, "stabilityStatus": task_set.stability,
        "createdAt": created_at, "updatedAt": created_at,
        "computedDesiredCount": desired, "runningCount": desired, "pendingCount": 0,
    })
}

/// The entries of `deployments`: the new one, and until it is over also the one that it replaces.
fn rollouts_of(place: ServicePlace<'_>, current: &EcsDeployment) -> Vec<Value> {
    let desired = place.service.desired;
    let entry = |(revision, status, rollout, reason): (&String, &str, &str, &str)| {
        let own = current.event_id.clone();
        let own = own.filter(|_| *revision == current.target);
        let name = place.service_arn() + revision;
        json!({
            "id": own.unwrap_or_else(|| format!("ecs-svc/{:019}", hash(&name) % 10_000_000_000_000_000_000)),
            "status": status, "taskDefinition": place.task_definition(revision),
            "desiredCount": desired, "runningCount": desired, "pendingCount": 0, "failedTasks": 0,
            "createdAt": epoch(current.created_at), "updatedAt": epoch(current.since_at.unwrap_or(current.created_at)),
            "launchType": "FARGATE", "rolloutState": rollout, "rolloutStateReason": reason,
        })
    };
    let (target, source) = (&current.target, current.sources.first());
    let reason = current.reason.as_deref();
    let begun = "ECS deployment in progress.";
    let done = |revision, status| (revision, status, "COMPLETED", "ECS deployment completed.");
    let failed = |revision, status, why| (revision, status, "FAILED", why);
    let running = |revision, why| (revision, "PRIMARY", "IN_PROGRESS", why);
    let (new, old) = match (current.status.as_str(), source) {
        ("SUCCESSFUL", _) | ("STOPPED", None) => (done(target, "PRIMARY"), None),
        ("ROLLBACK_SUCCESSFUL" | "STOPPED", Some(source)) => (done(source, "PRIMARY"), None),
        ("ROLLBACK_FAILED", _) => {
            let revision = source.unwrap_or(target);
            (failed(revision, "PRIMARY", "ECS deployment failed."), None)
        }
        ("ROLLBACK_IN_PROGRESS", Some(source)) => (
            running(source, "ECS deployment in progress: rolling back."),
            Some(failed(target, "ACTIVE", "ECS deployment stopped.")),
        ),
        (_, Some(source)) => {
            let new = running(target, reason.unwrap_or(begun));
            (new, Some(done(source, "ACTIVE")))
        }
        (_, None) => (running(target, begun), None),
    };
    iter::once(new).chain(old).map(entry).collect()
}

pub(super) fn brief(place: ServicePlace<'_>, deployment: &EcsDeployment) -> Value {
    present(json!({
        "serviceDeploymentArn": place.deployment_arn(deployment),
        "serviceArn": place.service_arn(),
        "clusterArn": place.cluster_arn(),
        "createdAt": epoch(deployment.created_at),
        "startedAt": epoch(deployment.started_at.unwrap_or(deployment.created_at)),
        "finishedAt": deployment.finished_at.map(epoch),
        "targetServiceRevisionArn": place.revision_arn(&deployment.target),
        "status": deployment.status,
        "statusReason": deployment.reason,
    }))
}

fn describe_deployment(place: ServicePlace<'_>, deployment: &EcsDeployment) -> Value {
    let (desired, revision) = (place.service.desired, |id: &String| place.revision_arn(id));
    let counted = |id: &String| json!({"arn": revision(id), "requestedTaskCount": desired, "runningTaskCount": desired, "pendingTaskCount": 0});
    let alarms = deployment.alarms.as_ref();
    let described = brief(place, deployment);
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
        return Ok(());
    }
    let message = format!("The number of {what} must be between 1 and {limit}.");
    Err(invalid(&message))
}

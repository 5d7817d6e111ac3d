//! ECS over JSON 1.1: finding services and deployments, stopping a deployment.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::{self, Answered, Operation, merged, present, read};
use crate::page::{hash, page};
use crate::wire::{Refusal, epoch, from_epoch};
use crate::world::{Cluster, Deployment, Service, World};

pub(crate) const SERVICE: operation::Service = operation::Service {
    name: "ecs",
    target: Some("AmazonEC2ContainerServiceV20141113"),
    operations: &[
        Operation {
            name: "ListClusters",
            answer: list_clusters,
        },
        Operation {
            name: "ListServices",
            answer: list_services,
        },
        Operation {
            name: "DescribeServices",
            answer: describe_services,
        },
        Operation {
            name: "ListServiceDeployments",
            answer: list_deployments,
        },
        Operation {
            name: "DescribeServiceDeployments",
            answer: describe_deployments,
        },
        Operation {
            name: "StopServiceDeployment",
            answer: stop,
        },
        Operation {
            name: "ContinueServiceDeployment",
            answer: go_on,
        },
    ],
    throttled: ("ThrottlingException", 400),
    broken: "ServerException",
    denied: 400,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListClusters {
    next_token: Option<String>,
    max_results: Option<i64>,
}

fn list_clusters(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListClusters = read(input)?;
    let arns = world
        .ecs
        .clusters
        .iter()
        .map(|cluster| cluster_arn(world, cluster))
        .collect();
    let (arns, next) = paged(
        arns,
        size(asked.max_results, 100)?,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(json!({"clusterArns": arns, "nextToken": next})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListServices {
    cluster: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

fn list_services(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListServices = read(input)?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let arns = cluster
        .services
        .iter()
        .map(|service| service_arn(world, cluster, service))
        .collect();
    let (arns, next) = paged(
        arns,
        size(asked.max_results, 10)?,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(json!({"serviceArns": arns, "nextToken": next})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DescribeServices {
    cluster: Option<String>,
    services: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

fn describe_services(world: &mut World, _: Timestamp, input: &Value) -> Answered {
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
struct ListServiceDeployments {
    service: String,
    cluster: Option<String>,
    #[serde(default)]
    status: Vec<String>,
    #[serde(default)]
    created_at: CreatedAt,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreatedAt {
    before: Option<f64>,
    after: Option<f64>,
}

fn list_deployments(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListServiceDeployments = read(input)?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let service = find_service(world, cluster, &asked.service)
        .ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))?;
    let before = asked
        .created_at
        .before
        .and_then(from_epoch)
        .unwrap_or(Timestamp::MAX);
    let after = asked
        .created_at
        .after
        .and_then(from_epoch)
        .unwrap_or(Timestamp::MIN);
    let mut found: Vec<_> = service
        .deployments
        .iter()
        .filter(|deployment| asked.status.is_empty() || asked.status.contains(&deployment.status))
        .filter(|deployment| (after..=before).contains(&deployment.created_at))
        .collect();
    found.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
    let briefs = found
        .into_iter()
        .map(|deployment| brief(world, cluster, service, deployment))
        .collect();
    let (briefs, next) = paged(
        briefs,
        size(asked.max_results, 20)?,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(
        json!({"serviceDeployments": briefs, "nextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DescribeServiceDeployments {
    service_deployment_arns: Vec<String>,
}

fn describe_deployments(world: &mut World, _: Timestamp, input: &Value) -> Answered {
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
                let deployment = service.deployments.iter().find(|known| known.id == id)?;
                Some(describe_deployment(world, cluster, service, deployment))
            });
        match found.filter(|_| arn.starts_with(&world.arn("ecs", "service-deployment/"))) {
            Some(deployment) => deployments.push(deployment),
            None => failures.push(missing(arn)),
        }
    }
    Ok(json!({"serviceDeployments": deployments, "failures": failures}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Stop {
    service_deployment_arn: String,
    stop_type: Option<String>,
}

fn stop(world: &mut World, now: Timestamp, input: &Value) -> Answered {
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

fn go_on(world: &mut World, now: Timestamp, input: &Value) -> Answered {
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

fn describe_service(world: &World, cluster: &Cluster, service: &Service, with_tags: bool) -> Value {
    let current = service.current();
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
    present(json!({
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

/// The entries of `deployments`: the new one first, and what it takes the place of while it is under way.
fn rollouts(
    world: &World,
    cluster: &Cluster,
    service: &Service,
    current: &Deployment,
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
                "ECS deployment in progress.",
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

fn brief(world: &World, cluster: &Cluster, service: &Service, deployment: &Deployment) -> Value {
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
    cluster: &Cluster,
    service: &Service,
    deployment: &Deployment,
) -> Value {
    let revision = |id: &String| revision_arn(world, cluster, service, id);
    let counted = |id: &String| json!({"arn": revision(id), "requestedTaskCount": service.desired, "runningTaskCount": service.desired, "pendingTaskCount": 0});
    let alarms = deployment.alarms.as_ref();
    let described = brief(world, cluster, service, deployment);
    let more = json!({
        // Only the list has it; here is the revision itself.
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

fn find_cluster<'a>(world: &'a World, named: Option<&str>) -> Result<&'a Cluster, Refusal> {
    let named = named.unwrap_or("default");
    let found = world
        .ecs
        .clusters
        .iter()
        .find(|cluster| cluster.name == named || cluster_arn(world, cluster) == named);
    found.ok_or_else(|| Refusal::new("ClusterNotFoundException", "Cluster not found."))
}

fn find_service<'a>(world: &World, cluster: &'a Cluster, named: &str) -> Option<&'a Service> {
    cluster
        .services
        .iter()
        .find(|service| service.name == named || service_arn(world, cluster, service) == named)
}

fn find_deployment<'a>(world: &'a mut World, arn: &str) -> Result<&'a mut Deployment, Refusal> {
    let [cluster, service, id] = parts(arn)?;
    let is_here = arn.starts_with(&world.arn("ecs", "service-deployment/"));
    let mut services = world
        .ecs
        .clusters
        .iter_mut()
        .filter(|known| is_here && known.name == cluster)
        .flat_map(|cluster| &mut cluster.services);
    let service = services.find(|known| known.name == service);
    let found =
        service.and_then(|service| service.deployments.iter_mut().find(|known| known.id == id));
    found.ok_or_else(|| {
        Refusal::new(
            "ServiceDeploymentNotFoundException",
            "Service deployment not found.",
        )
    })
}

/// The cluster, service and id in a service deployment's ARN.
fn parts(arn: &str) -> Result<[&str; 3], Refusal> {
    let resource = arn
        .splitn(6, ':')
        .nth(5)
        .and_then(|resource| resource.strip_prefix("service-deployment/"));
    let parts: Vec<_> = resource.unwrap_or_default().split('/').collect();
    parts
        .try_into()
        .ok()
        .filter(|parts: &[&str; 3]| {
            arn.starts_with("arn:") && parts.iter().all(|part| !part.is_empty())
        })
        .ok_or_else(|| invalid("Invalid service deployment ARN."))
}

fn cluster_arn(world: &World, cluster: &Cluster) -> String {
    world.arn("ecs", &format!("cluster/{}", cluster.name))
}

fn service_arn(world: &World, cluster: &Cluster, service: &Service) -> String {
    world.arn("ecs", &format!("service/{}/{}", cluster.name, service.name))
}

fn deployment_arn(
    world: &World,
    cluster: &Cluster,
    service: &Service,
    deployment: &Deployment,
) -> String {
    world.arn(
        "ecs",
        &format!(
            "service-deployment/{}/{}/{}",
            cluster.name, service.name, deployment.id
        ),
    )
}

fn revision_arn(world: &World, cluster: &Cluster, service: &Service, revision: &str) -> String {
    world.arn(
        "ecs",
        &format!(
            "service-revision/{}/{}/{revision}",
            cluster.name, service.name
        ),
    )
}

fn task_definition(world: &World, service: &Service, revision: &str) -> String {
    world.arn(
        "ecs",
        &format!("task-definition/{}:{revision}", service.name),
    )
}

fn missing(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

fn paged<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&str>,
    input: &Value,
) -> Result<(Vec<T>, Option<String>), Refusal> {
    page(all, size, token, input).map_err(|_| invalid("Invalid token."))
}

fn size(asked: Option<i64>, default: usize) -> Result<usize, Refusal> {
    let size = asked.map_or(Some(default), |asked| usize::try_from(asked).ok());
    size.filter(|size| (1..=100).contains(size))
        .ok_or_else(|| invalid("maxResults must be between 1 and 100."))
}

fn at_most(limit: usize, items: &[String], what: &str) -> Result<(), Refusal> {
    if (1..=limit).contains(&items.len()) {
        Ok(())
    } else {
        Err(invalid(&format!(
            "The number of {what} must be between 1 and {limit}."
        )))
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

fn conflict(arn: &str, message: String) -> Refusal {
    Refusal::new("ConflictException", message).member("resourceIds", json!([arn]))
}

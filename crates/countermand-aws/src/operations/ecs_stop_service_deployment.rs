//! ECS: from a cluster and a service to the deployment in flight, and its rollback.

#[cfg(test)]
pub(super) mod cases;

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    DeploymentControllerType, DeploymentLifecycleHookAction, DeploymentLifecycleHookStatus,
    DeploymentRolloutState, Failure, Service, ServiceDeployment, ServiceDeploymentCircuitBreaker,
    ServiceDeploymentRollbackMonitorsStatus, ServiceDeploymentStatus, ServiceField,
    StabilityStatus, StopServiceDeploymentStopType, TaskSet,
};
use aws_smithy_types::DateTime;
use countermand_core::failure::CallFailure;
use countermand_core::name::Glob;
use countermand_core::operation::{Change, ChangeRef, Latest, Operation};
use countermand_core::operations::ecs_stop_service_deployment::{
    EcsStopServiceDeployment, LastRollback, ServiceDeploymentFacts, StopType, is_rollback_event,
};
use countermand_core::verdict::Target;
use futures_util::future::join;
use jiff::{SignedDuration, Timestamp};

use super::{
    Acting, Existing, Found, Query, StopReply, all, gone, last_part, names, sorted, stop_reply,
    timestamp, unless_code,
};
use crate::failure::failure;
use crate::retries::RepeatOnlyIfNotDone;
use crate::services::{ReadClients, StopClients};

/// The maximum of one DescribeServices.
const SERVICES_A_CALL: usize = 10;
/// The maximum of one DescribeServiceDeployments.
const DEPLOYMENTS_A_CALL: usize = 20;
/// Nobody lets a service settle for longer than this, so older rollbacks do not matter.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// Nothing is in flight, nor was, in a cluster or service that does not exist.
const GONE: &[&str] = &["ClusterNotFoundException", "ServiceNotFoundException"];
/// ECS's codes for a stop that came too late.
const OVER: &[&str] = &["ConflictException", "ServiceDeploymentNotFoundException"];

impl Acting for EcsStopServiceDeployment {
    async fn find(
        &self,
        query: Query<'_>,
        aws: &ReadClients,
    ) -> Found<Change<ServiceDeploymentFacts>> {
        let (busy, failures) = busy_services(query.target, aws).await;
        let mut found = match busy.as_slice() {
            // With a single service there are no calls to save: its last rollback is read at the same time.
            [only] => {
                let asked = (
                    in_flight(&busy, aws),
                    last_rolled_back(&only.cluster, &only.name, aws, query.now),
                );
                let (mut found, rolled_back) = join(asked.0, asked.1).await;
                found.is_close = true;
                match rolled_back {
                    Ok(at) => {
                        let changes = found.changes.iter_mut();
                        changes.for_each(|it| it.facts.last_rolled_back_at = at);
                    }
                    // Without the last rollback, a change cannot be judged.
                    Err(failed) if !found.changes.is_empty() => return Found::failed(failed),
                    Err(_) => {}
                }
                found
            }
            _ => in_flight(&busy, aws).await,
        };
        found.failures.extend(failures);
        found
    }

    async fn look_closer(
        &self,
        change: &mut Change<ServiceDeploymentFacts>,
        aws: &ReadClients,
        now: Timestamp,
    ) -> Result<(), CallFailure> {
        let (cluster, service) = (change.name("cluster"), change.name("service"));
        let at = last_rolled_back(cluster, service, aws, now).await?;
        change.facts.last_rolled_back_at = at;
        Ok(())
    }

    async fn stop(
        &self,
        change: &Change<ServiceDeploymentFacts>,
        aws: &StopClients,
    ) -> Result<StopReply, CallFailure> {
        let stop_type = match self.stop_type {
            StopType::Rollback => StopServiceDeploymentStopType::Rollback,
            StopType::Abort => StopServiceDeploymentStopType::Abort,
        };
        let stop = aws.ecs().stop_service_deployment();
        let stop = stop.service_deployment_arn(&change.id).stop_type(stop_type);
        let answer = stop.customize().interceptor(RepeatOnlyIfNotDone).send();
        let answer = answer.await.map_err(failure("ecs:StopServiceDeployment"));
        match (&answer, &change.facts.paused_at) {
            // A deployment that waits in a lifecycle hook may refuse to be stopped: then the hook is answered.
            (Err(CallFailure::Refused { .. }), Some(hook)) => {
                answer_hook(&change.id, hook, aws).await
            }
            _ => stop_reply(answer, OVER),
        }
    }

    async fn look_again(which: &ChangeRef, aws: &ReadClients) -> Result<Latest, CallFailure> {
        let found = describe_deployments(std::slice::from_ref(&which.change), aws).await;
        let found = found.into_iter().next();
        let deployment = found.ok_or_else(|| gone(DESCRIBE_DEPLOYMENTS))??;
        let is_stopped = deployment.status() == Some(&ServiceDeploymentStatus::Stopped);
        Ok(Latest {
            state: state(&deployment),
            ended_at: deployment.finished_at().and_then(timestamp),
            is_superseded: is_stopped && is_superseded(&deployment, which, aws).await?,
        })
    }

    async fn existing(target: &Target, aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
        let clusters = aws.ecs().list_clusters().max_results(100).into_paginator();
        let clusters = clusters
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failure("ecs:ListClusters"))?;
        let clusters = clusters.iter().map(|arn| last_part(arn));
        let meant = names::of(target, "cluster");
        let mut all = Vec::new();
        for cluster in clusters.filter(|name| names::any(meant, name)) {
            let services = aws.ecs().list_services().cluster(cluster).max_results(100);
            let services = services
                .into_paginator()
                .items()
                .send()
                .try_collect()
                .await
                .map_err(failure("ecs:ListServices"))?;
            if services.is_empty() {
                all.push(Existing::of([("cluster", vec![cluster.to_owned()])]));
            }
            all.extend(services.iter().map(|arn| {
                Existing::of([
                    ("cluster", vec![cluster.to_owned()]),
                    ("service", vec![last_part(arn).to_owned()]),
                ])
            }));
        }
        Ok(all)
    }
}

/// A service that may have a deployment in flight.
struct Busy {
    cluster: String,
    name: String,
    controller: Option<String>,
    deployment: Option<String>,
    /// When another controller created the newest task set that it is rolling out.
    coming_since: Option<Timestamp>,
    is_rolling_back: bool,
    tags: BTreeMap<String, String>,
}

/// One failed call does not keep other services from being found.
async fn busy_services(target: &Target, aws: &ReadClients) -> (Vec<Busy>, Vec<CallFailure>) {
    let clusters = match clusters(target, aws).await {
        Ok(clusters) => clusters,
        Err(failed) => return (Vec::new(), vec![failed]),
    };
    let listed = clusters.iter().map(async |cluster| {
        let services = services(cluster, target, aws).await?;
        Ok((cluster, services))
    });
    let (services, mut failures) = sorted(all(listed).await);
    let some = services.iter().flat_map(|(cluster, services)| {
        let some = services.chunks(SERVICES_A_CALL);
        some.map(move |some| (cluster, some))
    });
    let described = some.map(|(cluster, some)| describe_services(cluster, some, aws));
    let (busy, more) = sorted(all(described).await.into_iter().flatten());
    failures.extend(more);
    (busy, failures)
}

async fn clusters(target: &Target, aws: &ReadClients) -> Result<Vec<String>, CallFailure> {
    let globs = names::of(target, "cluster");
    if let Some(names) = names::written(globs) {
        return Ok(names);
    }
    let pages = aws.ecs().list_clusters().max_results(100).into_paginator();
    let arns = pages
        .items()
        .send()
        .try_collect()
        .await
        .map_err(failure("ecs:ListClusters"))?;
    Ok(meant(&arns, globs))
}

/// The names in the ARNs, if a glob matches them.
fn meant(arns: &[String], globs: &[Glob]) -> Vec<String> {
    let names = arns.iter().map(|arn| last_part(arn));
    let meant = names.filter(|name| names::any(globs, name));
    meant.map(str::to_owned).collect()
}

async fn services(
    cluster: &str,
    target: &Target,
    aws: &ReadClients,
) -> Result<Vec<String>, CallFailure> {
    let globs = names::of(target, "service");
    if let Some(names) = names::written(globs) {
        return Ok(names);
    }
    let list = aws.ecs().list_services().cluster(cluster).max_results(100);
    let arns = list.into_paginator().items().send().try_collect().await;
    match arns.map_err(failure("ecs:ListServices")) {
        Ok(arns) => Ok(meant(&arns, globs)),
        Err(failed) => unless_code(failed, GONE),
    }
}

async fn describe_services(
    cluster: &str,
    services: &[String],
    aws: &ReadClients,
) -> Vec<Result<Busy, CallFailure>> {
    let describe = aws
        .ecs()
        .describe_services()
        .cluster(cluster)
        .include(ServiceField::Tags);
    let answer = describe.set_services(Some(services.to_vec())).send().await;
    match answer.map_err(failure("ecs:DescribeServices")) {
        Ok(answer) => {
            let busy = answer.services().iter().filter(|service| !is_idle(service));
            let busy = busy.map(|service| Ok(Busy::of(cluster, service)));
            busy.chain(left_out("ecs:DescribeServices", answer.failures()))
                .collect()
        }
        Err(failed) => unless_code(failed, GONE).unwrap_or_else(|it| vec![Err(it)]),
    }
}

/// What is `MISSING` has nothing in flight; anything else that an answer leaves out is unknown, and a failure.
fn left_out<T>(
    call: &'static str,
    failures: &[Failure],
) -> impl Iterator<Item = Result<T, CallFailure>> {
    let other = failures.iter().filter(|it| it.reason() != Some("MISSING"));
    other.map(move |failure| {
        let left_out = failure.arn().unwrap_or("something");
        Err(CallFailure::Refused {
            call,
            code: failure.reason().unwrap_or("UNKNOWN").to_owned(),
            message: format!("the answer leaves out `{left_out}`"),
        })
    })
}

fn is_idle(service: &Service) -> bool {
    match service.deployments() {
        [only] => only.rollout_state() == Some(&DeploymentRolloutState::Completed),
        [] if is_foreign(service) => coming(service).next().is_none(),
        _ => false,
    }
}

fn is_foreign(service: &Service) -> bool {
    let controller = service.deployment_controller();
    controller.is_some_and(|it| *it.r#type() != DeploymentControllerType::Ecs)
}

/// Task sets that another controller is rolling out: any beside the primary, and a primary that is not steady yet.
fn coming(service: &Service) -> impl Iterator<Item = &TaskSet> {
    let sets = service.task_sets().iter();
    sets.filter(|set| match set.status() {
        Some("PRIMARY") => set.stability_status() != Some(&StabilityStatus::SteadyState),
        Some("DRAINING") => false,
        _ => true,
    })
}

/// Whether the primary deployment is a rollback.
fn is_rolling_back(service: &Service) -> bool {
    let mut deployments = service.deployments().iter();
    let primary = deployments.find(|it| it.status() == Some("PRIMARY"));
    let reason = primary.and_then(|it| it.rollout_state_reason());
    reason.is_some_and(is_rollback_event)
}

impl Busy {
    fn of(cluster: &str, service: &Service) -> Self {
        let tags = service.tags().iter();
        let tags = tags.filter_map(|tag| {
            Some((
                tag.key()?.to_owned(),
                tag.value().unwrap_or_default().to_owned(),
            ))
        });
        let controller = service.deployment_controller();
        Self {
            cluster: cluster.to_owned(),
            name: service.service_name().unwrap_or_default().to_owned(),
            controller: controller.map(|it| it.r#type().as_str().to_owned()),
            deployment: service.current_service_deployment().map(str::to_owned),
            coming_since: coming(service)
                .filter_map(|it| it.created_at().and_then(timestamp))
                .max(),
            is_rolling_back: is_rolling_back(service),
            tags: tags.collect(),
        }
    }

    fn change(&self, deployment: &ServiceDeployment) -> Change<ServiceDeploymentFacts> {
        let hooks = deployment.lifecycle_hook_details().iter();
        let mut waiting = hooks
            .filter(|hook| hook.status() == Some(&DeploymentLifecycleHookStatus::AwaitingAction));
        let triggered = Some(&ServiceDeploymentRollbackMonitorsStatus::Triggered);
        let breaker = deployment
            .deployment_circuit_breaker()
            .and_then(ServiceDeploymentCircuitBreaker::status);
        let alarms = deployment.alarms().and_then(|alarms| alarms.status());
        Change {
            id: deployment
                .service_deployment_arn()
                .unwrap_or_default()
                .to_owned(),
            names: [
                ("cluster", self.cluster.clone()),
                ("service", self.name.clone()),
            ]
            .into(),
            state: state(deployment),
            began_at: deployment.created_at().and_then(timestamp),
            tags: self.tags.clone(),
            facts: ServiceDeploymentFacts {
                controller: self.controller.clone(),
                lifecycle_stage: deployment
                    .lifecycle_stage()
                    .map(|it| it.as_str().to_owned()),
                has_source_revision: !deployment.source_service_revisions().is_empty(),
                triggered_natively: breaker == triggered || alarms == triggered,
                paused_at: waiting.find_map(|hook| hook.hook_id()).map(str::to_owned),
                is_rollback: self.is_rolling_back,
                last_rolled_back_at: LastRollback::NotRead,
            },
        }
    }

    /// Another controller's deployment: ECS has no service deployment for it.
    fn foreign_change(&self) -> Change<ServiceDeploymentFacts> {
        Change {
            id: format!("{}/{}", self.cluster, self.name),
            names: [
                ("cluster", self.cluster.clone()),
                ("service", self.name.clone()),
            ]
            .into(),
            state: "IN_PROGRESS".to_owned(),
            began_at: self.coming_since,
            tags: self.tags.clone(),
            facts: ServiceDeploymentFacts {
                controller: self.controller.clone(),
                has_source_revision: true,
                ..ServiceDeploymentFacts::default()
            },
        }
    }
}

/// The deployments of the services, in as few calls as possible.
async fn in_flight(busy: &[Busy], aws: &ReadClients) -> Found<Change<ServiceDeploymentFacts>> {
    let mut found = Found::default();
    let foreign = busy.iter().filter(|it| it.deployment.is_none());
    let foreign = foreign.filter(|it| it.controller.as_deref().is_some_and(|it| it != "ECS"));
    found.changes.extend(foreign.map(Busy::foreign_change));

    let by_deployment: BTreeMap<&str, &Busy> = busy
        .iter()
        .filter_map(|it| Some((it.deployment.as_deref()?, it)))
        .collect();
    let arns: Vec<String> = by_deployment.keys().map(|arn| (*arn).to_owned()).collect();
    let asked = arns.chunks(DEPLOYMENTS_A_CALL);
    let described = all(asked.map(|some| describe_deployments(some, aws))).await;
    let (deployments, failures) = sorted(described.into_iter().flatten());
    found.failures = failures;
    let deployments = deployments
        .iter()
        .filter(|it| !EcsStopServiceDeployment::is_over(&state(it)));
    found.changes.extend(deployments.filter_map(|deployment| {
        let service = by_deployment.get(deployment.service_deployment_arn()?)?;
        Some(service.change(deployment))
    }));
    found
}

const DESCRIBE_DEPLOYMENTS: &str = "ecs:DescribeServiceDeployments";

async fn describe_deployments(
    arns: &[String],
    aws: &ReadClients,
) -> Vec<Result<ServiceDeployment, CallFailure>> {
    let describe = aws.ecs().describe_service_deployments();
    let describe = describe.set_service_deployment_arns(Some(arns.to_vec()));
    match describe.send().await.map_err(failure(DESCRIBE_DEPLOYMENTS)) {
        Ok(answer) => {
            let missing = left_out(DESCRIBE_DEPLOYMENTS, answer.failures());
            let missing: Vec<_> = missing.collect();
            let found = answer.service_deployments.unwrap_or_default();
            found.into_iter().map(Ok).chain(missing).collect()
        }
        Err(failed) => unless_code(failed, GONE).unwrap_or_else(|it| vec![Err(it)]),
    }
}

fn state(deployment: &ServiceDeployment) -> String {
    let status = deployment.status().map(ServiceDeploymentStatus::as_str);
    status.unwrap_or_default().to_owned()
}

async fn last_rolled_back(
    cluster: &str,
    service: &str,
    aws: &ReadClients,
    now: Timestamp,
) -> Result<LastRollback, CallFailure> {
    let since = now.saturating_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
    let created =
        aws_sdk_ecs::types::CreatedAt::builder().after(DateTime::from_secs(since.as_second()));
    let list = aws
        .ecs()
        .list_service_deployments()
        .cluster(cluster)
        .service(service);
    let list = list
        .status(ServiceDeploymentStatus::RollbackSuccessful)
        .created_at(created.build());
    let answer = list.max_results(100).send().await;
    let answer = match answer.map_err(failure("ecs:ListServiceDeployments")) {
        Ok(answer) => answer,
        Err(failed) => return unless_code(failed, GONE).map(|()| LastRollback::NoneKnown),
    };
    let rolled_back = answer.service_deployments().iter();
    let ends = rolled_back.filter_map(|it| it.finished_at().and_then(timestamp));
    Ok(ends.max().map_or(LastRollback::NoneKnown, LastRollback::At))
}

/// Whether a newer deployment began before this one ended; one that began later is not why this one stopped.
async fn is_superseded(
    deployment: &ServiceDeployment,
    which: &ChangeRef,
    aws: &ReadClients,
) -> Result<bool, CallFailure> {
    let created = aws_sdk_ecs::types::CreatedAt::builder()
        .set_after(deployment.created_at().copied())
        .set_before(deployment.finished_at().copied());
    let list = aws.ecs().list_service_deployments();
    let list = list
        .cluster(which.name("cluster"))
        .service(which.name("service"))
        .created_at(created.build());
    let answer = list.max_results(100).send().await;
    let answer = match answer.map_err(failure("ecs:ListServiceDeployments")) {
        Ok(answer) => answer,
        Err(failed) => return unless_code(failed, GONE),
    };
    let mut others = answer.service_deployments().iter();
    Ok(others.any(|it| {
        it.service_deployment_arn() != Some(&which.change)
            && it.created_at() > deployment.created_at()
            && (deployment.finished_at().is_none() || it.created_at() <= deployment.finished_at())
    }))
}

async fn answer_hook(
    deployment: &str,
    hook: &str,
    aws: &StopClients,
) -> Result<StopReply, CallFailure> {
    let answer = aws
        .ecs()
        .continue_service_deployment()
        .service_deployment_arn(deployment);
    // Always explicit: the default action continues the deployment.
    let answer = answer
        .hook_id(hook)
        .action(DeploymentLifecycleHookAction::Rollback);
    let answer = answer.customize().interceptor(RepeatOnlyIfNotDone).send();
    let answer = answer
        .await
        .map_err(failure("ecs:ContinueServiceDeployment"));
    stop_reply(answer, OVER)
}

//! Proton: from a service instance to its deployment, and its cancellation.
#![expect(
    deprecated,
    reason = "AWS Proton has ended, and its SDK says so on every call"
)]

#[cfg(test)]
pub(super) mod cases;

use std::collections::BTreeMap;

use aws_sdk_proton::types::{DeploymentStatus, ServiceInstance, ServiceInstanceSummary};
use aws_smithy_types::DateTime;
use countermand_core::failure::CallFailure;
use countermand_core::operation::{Change, ChangeRef, Latest, Operation};
use countermand_core::operations::proton_cancel_service_instance_deployment::{
    ProtonCancelServiceInstanceDeployment, ServiceInstanceFacts,
};
use countermand_core::verdict::Target;

use super::{
    Acting, Existing, Found, Query, StopReply, all, gone, names, sorted, stop_reply, timestamp,
    unless_code,
};
use crate::failure::failure;
use crate::retries::RepeatOnlyIfNotDone;
use crate::services::{ReadClients, StopClients};

struct Instance {
    arn: String,
    service: String,
    name: String,
    status: DeploymentStatus,
    attempted_at: DateTime,
}

impl Acting for ProtonCancelServiceInstanceDeployment {
    async fn find(
        &self,
        query: Query<'_>,
        aws: &ReadClients,
    ) -> Found<Change<ServiceInstanceFacts>> {
        let (instances, failures) = sorted(instances(query.target, aws).await);
        let in_flight = instances.iter().flatten();
        let in_flight = in_flight.filter(|it| !is_over(&it.status));
        // Tags need the ARN from the look-up, and only changes in flight need tags.
        Found::of(all(in_flight.map(|it| change(it, aws))).await, failures)
    }

    async fn stop(
        &self,
        change: &Change<ServiceInstanceFacts>,
        aws: &StopClients,
    ) -> Result<StopReply, CallFailure> {
        let cancel = aws.proton().cancel_service_instance_deployment();
        let cancel = cancel
            .service_name(change.name("service"))
            .service_instance_name(change.name("instance"));
        let answer = cancel.customize().interceptor(RepeatOnlyIfNotDone).send();
        let answer = answer
            .await
            .map_err(failure("proton:CancelServiceInstanceDeployment"));
        stop_reply(answer, &["ConflictException", "ResourceNotFoundException"])
    }

    async fn look_again(which: &ChangeRef, aws: &ReadClients) -> Result<Latest, CallFailure> {
        let found = get(which.name("service"), which.name("instance"), aws).await?;
        let instance = found.first().ok_or_else(|| gone(GET))?;
        Ok(Latest::of(instance.status.as_str()))
    }

    async fn existing(_: &Target, aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
        let list = aws.proton().list_service_instances().max_results(100);
        let instances = list.into_paginator().items().send().try_collect().await;
        let instances = instances.map_err(failure(LIST))?;
        let instances = instances.into_iter().map(|it| {
            Existing::of([
                ("service", vec![it.service_name]),
                ("instance", vec![it.name]),
            ])
        });
        Ok(instances.collect())
    }
}

const GET: &str = "proton:GetServiceInstance";
const LIST: &str = "proton:ListServiceInstances";

macro_rules! instance_of {
    ($($answer:ty),+) => {$(
        impl From<$answer> for Instance {
            fn from(it: $answer) -> Self {
                Self {
                    arn: it.arn,
                    service: it.service_name,
                    name: it.name,
                    status: it.deployment_status,
                    attempted_at: it.last_deployment_attempted_at,
                }
            }
        }
    )+};
}

instance_of!(ServiceInstance, ServiceInstanceSummary);

async fn instances(target: &Target, aws: &ReadClients) -> Vec<Result<Vec<Instance>, CallFailure>> {
    let (services, instances) = (names::of(target, "service"), names::of(target, "instance"));
    match (names::written(services), names::written(instances)) {
        (Some(services), Some(instances)) => {
            let pairs = services
                .iter()
                .flat_map(|service| instances.iter().map(move |it| (service, it)));
            all(pairs.map(|(service, instance)| get(service, instance, aws))).await
        }
        (Some(services), None) => all(services.iter().map(|it| list(Some(it), target, aws))).await,
        _ => vec![list(None, target, aws).await],
    }
}

async fn get(service: &str, name: &str, aws: &ReadClients) -> Result<Vec<Instance>, CallFailure> {
    let get = aws.proton().get_service_instance();
    let get = get.service_name(service).name(name);
    match get.send().await.map_err(failure(GET)) {
        Ok(answer) => Ok(answer
            .service_instance
            .into_iter()
            .map(Instance::from)
            .collect()),
        Err(failed) => unless_code(failed, GONE),
    }
}

/// Nothing is in flight in a service or an instance that does not exist.
const GONE: &[&str] = &["ResourceNotFoundException"];

async fn list(
    service: Option<&str>,
    target: &Target,
    aws: &ReadClients,
) -> Result<Vec<Instance>, CallFailure> {
    let list = aws.proton().list_service_instances().max_results(100);
    let list = list
        .set_service_name(service.map(str::to_owned))
        .into_paginator();
    let found = list.items().send().try_collect().await;
    let found = match found.map_err(failure(LIST)) {
        Ok(found) => found,
        Err(failed) => return unless_code(failed, GONE),
    };
    let (services, names) = (names::of(target, "service"), names::of(target, "instance"));
    let meant = found
        .into_iter()
        .filter(|it| names::any(services, &it.service_name) && names::any(names, &it.name));
    Ok(meant.map(Instance::from).collect())
}

/// Whether the deployment has ended, or the instance was deleted.
fn is_over(status: &DeploymentStatus) -> bool {
    let is_deleted = matches!(
        status,
        DeploymentStatus::DeleteComplete | DeploymentStatus::DeleteFailed
    );
    is_deleted || ProtonCancelServiceInstanceDeployment::is_over(status.as_str())
}

async fn change(
    instance: &Instance,
    aws: &ReadClients,
) -> Result<Change<ServiceInstanceFacts>, CallFailure> {
    let list = aws.proton().list_tags_for_resource();
    let list = list.resource_arn(&instance.arn).max_results(100);
    let tags = list
        .into_paginator()
        .items()
        .send()
        .try_collect()
        .await
        .map_err(failure("proton:ListTagsForResource"))?;
    let tags: BTreeMap<_, _> = tags
        .iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect();
    Ok(Change {
        id: instance.arn.clone(),
        names: [
            ("service", instance.service.clone()),
            ("instance", instance.name.clone()),
        ]
        .into(),
        state: instance.status.as_str().to_owned(),
        began_at: timestamp(&instance.attempted_at),
        tags,
        facts: ServiceInstanceFacts {},
    })
}

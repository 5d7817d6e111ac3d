//! Proton: from a service instance to its deployment, and its cancellation.
#![expect(
    deprecated,
    reason = "AWS Proton has ended, and its SDK says so on every call"
)]

use std::collections::BTreeMap;

use aws_sdk_proton::types::DeploymentStatus;
use aws_smithy_types::DateTime;
use countermand_core::operations::Change;
use countermand_core::operations::proton_cancel_service_instance_deployment::{
    CancelServiceInstanceDeployment, Facts,
};
use countermand_core::verdict::Target;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::{Acting, Found, Stopping, names, timestamp, unless_over};
use crate::{Aws, Trouble};

struct Instance {
    arn: String,
    service: String,
    name: String,
    status: DeploymentStatus,
    attempted_at: DateTime,
}

impl Acting for CancelServiceInstanceDeployment {
    async fn find(&self, target: &Target, aws: &Aws, _: Timestamp) -> Found<Facts> {
        let mut found = Found::default();
        let mut in_flight = Vec::new();
        for answer in instances(target, aws).await {
            match answer {
                Ok(instances) => {
                    in_flight.extend(instances.into_iter().filter(|it| !is_over(&it.status)));
                }
                Err(trouble) => found.troubles.push(trouble),
            }
        }
        for change in join_all(in_flight.iter().map(|instance| change(instance, aws))).await {
            match change {
                Ok(change) => found.changes.push(change),
                Err(trouble) => found.troubles.push(trouble),
            }
        }
        found
    }

    async fn stop(&self, change: &Change<Facts>, aws: &Aws) -> Result<Stopping, Trouble> {
        let name = |key| {
            change
                .names
                .get(key)
                .map(String::as_str)
                .unwrap_or_default()
        };
        let cancel = aws.proton().cancel_service_instance_deployment();
        let cancel = cancel
            .service_name(name("service"))
            .service_instance_name(name("instance"));
        match cancel.send().await {
            Ok(_) => Ok(Stopping::Requested),
            Err(error) => {
                let trouble = Trouble::of("proton:CancelServiceInstanceDeployment", &error);
                unless_over(trouble, &["ConflictException", "ResourceNotFoundException"])
            }
        }
    }
}

async fn instances(target: &Target, aws: &Aws) -> Vec<Result<Vec<Instance>, Trouble>> {
    let (services, instances) = (names::of(target, "service"), names::of(target, "instance"));
    match (names::written(services), names::written(instances)) {
        (Some(services), Some(instances)) => {
            let pairs = services
                .iter()
                .flat_map(|service| instances.iter().map(move |it| (service, it)));
            join_all(pairs.map(|(service, instance)| get(service, instance, aws))).await
        }
        (Some(services), None) => {
            join_all(services.iter().map(|it| list(Some(it), target, aws))).await
        }
        _ => vec![list(None, target, aws).await],
    }
}

async fn get(service: &str, name: &str, aws: &Aws) -> Result<Vec<Instance>, Trouble> {
    match aws
        .proton()
        .get_service_instance()
        .service_name(service)
        .name(name)
        .send()
        .await
    {
        Ok(answer) => Ok(answer
            .service_instance
            .into_iter()
            .map(|it| Instance {
                arn: it.arn,
                service: it.service_name,
                name: it.name,
                status: it.deployment_status,
                attempted_at: it.last_deployment_attempted_at,
            })
            .collect()),
        Err(error) => {
            let trouble = Trouble::of("proton:GetServiceInstance", &error);
            match trouble.code() {
                // Nothing is in flight in an instance that does not exist.
                Some("ResourceNotFoundException") => Ok(Vec::new()),
                _ => Err(trouble),
            }
        }
    }
}

async fn list(service: Option<&str>, target: &Target, aws: &Aws) -> Result<Vec<Instance>, Trouble> {
    let list = aws.proton().list_service_instances().max_results(100);
    let list = list
        .set_service_name(service.map(str::to_owned))
        .into_paginator();
    let found = list.items().send().try_collect().await;
    let found = found.map_err(|error| Trouble::of("proton:ListServiceInstances", &error))?;
    let (services, names) = (names::of(target, "service"), names::of(target, "instance"));
    let meant = found
        .into_iter()
        .filter(|it| names::any(services, &it.service_name) && names::any(names, &it.name));
    Ok(meant
        .map(|it| Instance {
            arn: it.arn,
            service: it.service_name,
            name: it.name,
            status: it.deployment_status,
            attempted_at: it.last_deployment_attempted_at,
        })
        .collect())
}

fn is_over(status: &DeploymentStatus) -> bool {
    use DeploymentStatus::{Cancelled, DeleteComplete, DeleteFailed, Failed, Succeeded};
    matches!(
        status,
        Cancelled | DeleteComplete | DeleteFailed | Failed | Succeeded
    )
}

async fn change(instance: &Instance, aws: &Aws) -> Result<Change<Facts>, Trouble> {
    let list = aws
        .proton()
        .list_tags_for_resource()
        .resource_arn(&instance.arn)
        .send()
        .await;
    let answer = list.map_err(|error| Trouble::of("proton:ListTagsForResource", &error))?;
    let tags: BTreeMap<_, _> = answer
        .tags()
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
        facts: Facts {},
    })
}

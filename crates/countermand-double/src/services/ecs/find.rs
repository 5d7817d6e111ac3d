//! Finds clusters, services and deployments by their names and ARNs.

use super::{EcsCluster, EcsDeployment, EcsService};
use crate::api::ApiError;
use crate::world::World;

pub(super) fn find_cluster<'a>(
    world: &'a World,
    named: Option<&str>,
) -> Result<&'a EcsCluster, ApiError> {
    let named = named.unwrap_or("default");
    let found = world
        .ecs
        .clusters
        .iter()
        .find(|cluster| is_called(&cluster.name, named, || cluster_arn(world, cluster)));
    found.ok_or_else(|| ApiError::new("ClusterNotFoundException", "Cluster not found."))
}

pub(super) fn find_service<'a>(
    world: &World,
    cluster: &'a EcsCluster,
    named: &str,
) -> Option<&'a EcsService> {
    cluster.services.iter().find(|service| {
        is_called(&service.name, named, || {
            service_arn(world, cluster, service)
        })
    })
}

pub(super) fn find_deployment<'a>(
    world: &'a mut World,
    arn: &str,
) -> Result<&'a mut EcsDeployment, ApiError> {
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
        ApiError::new(
            "ServiceDeploymentNotFoundException",
            "Service deployment not found.",
        )
    })
}

/// Writes the ARN only where an ARN is asked for: a world may have thousands of services.
fn is_called(name: &str, named: &str, arn: impl FnOnce() -> String) -> bool {
    if named.starts_with("arn:") {
        arn() == named
    } else {
        name == named
    }
}

/// The cluster, service and id in a service deployment's ARN.
pub(super) fn parts(arn: &str) -> Result<[&str; 3], ApiError> {
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

pub(super) fn cluster_arn(world: &World, cluster: &EcsCluster) -> String {
    world.arn("ecs", &format!("cluster/{}", cluster.name))
}

pub(super) fn service_arn(world: &World, cluster: &EcsCluster, service: &EcsService) -> String {
    world.arn("ecs", &format!("service/{}/{}", cluster.name, service.name))
}

pub(super) fn deployment_arn(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    deployment: &EcsDeployment,
) -> String {
    world.arn(
        "ecs",
        &format!(
            "service-deployment/{}/{}/{}",
            cluster.name, service.name, deployment.id
        ),
    )
}

pub(super) fn revision_arn(
    world: &World,
    cluster: &EcsCluster,
    service: &EcsService,
    revision: &str,
) -> String {
    world.arn(
        "ecs",
        &format!(
            "service-revision/{}/{}/{revision}",
            cluster.name, service.name
        ),
    )
}

pub(super) fn task_definition(world: &World, service: &EcsService, revision: &str) -> String {
    world.arn(
        "ecs",
        &format!("task-definition/{}:{revision}", service.name),
    )
}

pub(super) fn invalid(message: &str) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

//! Finds clusters, services and deployments by their names and ARNs.

use super::{EcsCluster, EcsDeployment, EcsService};
use crate::api::ApiError;
use crate::world::World;

/// A service, and where it is.
#[derive(Clone, Copy)]
pub(super) struct ServicePlace<'w> {
    pub(super) world: &'w World,
    pub(super) cluster: &'w EcsCluster,
    pub(super) service: &'w EcsService,
}

impl ServicePlace<'_> {
    /// The ARN of something that a service has.
    fn arn(self, kind: &str, rest: &str) -> String {
        let (cluster, service) = (&self.cluster.name, &self.service.name);
        self.world
            .arn("ecs", &format!("{kind}/{cluster}/{service}{rest}"))
    }

    pub(super) fn service_arn(self) -> String {
        self.arn("service", "")
    }

    pub(super) fn cluster_arn(self) -> String {
        cluster_arn(self.world, self.cluster)
    }

    pub(super) fn deployment_arn(self, deployment: &EcsDeployment) -> String {
        self.arn("service-deployment", &format!("/{}", deployment.id))
    }

    pub(super) fn revision_arn(self, revision: &str) -> String {
        self.arn("service-revision", &format!("/{revision}"))
    }

    pub(super) fn task_definition(self, revision: &str) -> String {
        let name = &self.service.name;
        self.world
            .arn("ecs", &format!("task-definition/{name}:{revision}"))
    }
}

pub(super) fn find_cluster<'a>(
    world: &'a World,
    named: Option<&str>,
) -> Result<&'a EcsCluster, ApiError> {
    let named = named.unwrap_or("default");
    let mut clusters = world.ecs.clusters.iter();
    let found = clusters.find(|it| is_called(&it.name, named, || cluster_arn(world, it)));
    found.ok_or_else(|| ApiError::new("ClusterNotFoundException", "Cluster not found."))
}

pub(super) fn find_service<'a>(
    world: &'a World,
    cluster: &'a EcsCluster,
    named: &str,
) -> Option<ServicePlace<'a>> {
    let mut services = services_of(world, cluster);
    services.find(|it| is_called(&it.service.name, named, || it.service_arn()))
}

pub(super) fn services_of<'a>(
    world: &'a World,
    cluster: &'a EcsCluster,
) -> impl Iterator<Item = ServicePlace<'a>> {
    cluster.services.iter().map(move |service| ServicePlace {
        world,
        cluster,
        service,
    })
}

pub(super) fn find_deployment<'a>(
    world: &'a mut World,
    arn: &str,
) -> Result<&'a mut EcsDeployment, ApiError> {
    let [cluster, service, id] = parts(arn)?;
    let is_here = arn.starts_with(&world.arn("ecs", "service-deployment/"));
    let clusters = world.ecs.clusters.iter_mut();
    let clusters = clusters.filter(|known| is_here && known.name == cluster);
    let mut services = clusters.flat_map(|cluster| &mut cluster.services);
    let service = services.find(|known| known.name == service);
    let found = service.and_then(|it| it.deployments.iter_mut().find(|known| known.id == id));
    found.ok_or_else(|| {
        let code = "ServiceDeploymentNotFoundException";
        ApiError::new(code, "Service deployment not found.")
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
    let resource = arn.splitn(6, ':').nth(5);
    let resource = resource.and_then(|it| it.strip_prefix("service-deployment/"));
    let parts: Vec<_> = resource.unwrap_or_default().split('/').collect();
    match <[&str; 3]>::try_from(parts) {
        Ok(parts) if arn.starts_with("arn:") && !parts.contains(&"") => Ok(parts),
        _ => Err(invalid("Invalid service deployment ARN.")),
    }
}

pub(super) fn cluster_arn(world: &World, cluster: &EcsCluster) -> String {
    world.arn("ecs", &format!("cluster/{}", cluster.name))
}

pub(super) fn invalid(message: &str) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

//! The states of everything that can be stopped.

use std::collections::BTreeMap;

use countermand_double::World;

/// By a deployment's or execution's id, a domain's name, or an instance's as `service/instance`.
pub fn of(world: &World) -> BTreeMap<String, String> {
    let clusters = world.ecs.clusters.iter();
    let services = clusters.flat_map(|cluster| &cluster.services);
    let deployments = services.flat_map(|service| &service.deployments);
    let deployments = deployments.map(|it| (it.id.clone(), it.status.clone()));
    let executions = world.ssm.windows.iter().flat_map(|it| &it.executions);
    let executions = executions.map(|it| (it.id.clone(), it.status.clone()));
    let domains = world.opensearch.domains.iter();
    let domains = domains.map(|it| (it.name.clone(), it.update.status.clone()));
    let instances = world.proton.instances.iter();
    let instances = instances.map(|it| (format!("{}/{}", it.service, it.name), it.status.clone()));
    deployments
        .chain(executions)
        .chain(domains)
        .chain(instances)
        .collect()
}

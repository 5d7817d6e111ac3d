//! ECS over JSON 1.1: finding services and deployments, stopping a deployment.

mod describe;
mod find;
mod list;
mod stop;
mod world;

use serde_json::Value;

pub use world::{
    EcsAlarms, EcsCluster, EcsDeployment, EcsHook, EcsRollback, EcsService, EcsTaskSet, EcsWorld,
};

use crate::api::{ApiRouting, ServiceApi, operations};
use crate::arns::{arns, everything, or_everything, text, texts};
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "ecs",
    iam_name: "ecs",
    routing: ApiRouting::Target("AmazonEC2ContainerServiceV20141113"),
    operations: operations! {
        "ListClusters" on everything => list::clusters,
        "ListServices" on everything => list::services,
        "DescribeServices" on service_arns => describe::services,
        "ListServiceDeployments" on service_arns => list::deployments,
        "DescribeServiceDeployments" on deployment_arns => describe::deployments,
        "StopServiceDeployment" on deployment_arns => stop::stop,
        "ContinueServiceDeployment" on deployment_arns => stop::go_on,
    },
    throttled: "ThrottlingException",
    broken: "ServerException",
    statuses: &[],
    query_codes: None,
    rates: &[
        (&["DescribeServices", "ListServices"], 100.0, 20.0),
        (
            &["DescribeServiceDeployments", "ListServiceDeployments"],
            50.0,
            20.0,
        ),
        (&["ListClusters"], 50.0, 20.0),
    ],
};

fn service_arns(world: &World, input: &Value) -> Vec<String> {
    let cluster = text(input, "cluster").unwrap_or("default");
    let (_, cluster) = cluster.rsplit_once('/').unwrap_or(("", cluster));
    let services = texts(input, "services").chain(text(input, "service"));
    arns(world, "ecs", services, |name| {
        format!("service/{cluster}/{name}")
    })
}

/// IAM checks both: the deployment and its service.
fn deployment_arns(_: &World, input: &Value) -> Vec<String> {
    let deployments =
        texts(input, "serviceDeploymentArns").chain(text(input, "serviceDeploymentArn"));
    let both: Vec<_> = deployments
        .flat_map(|deployment| {
            let service = deployment.rsplit_once('/');
            let service =
                service.map(|(it, _)| it.replacen(":service-deployment/", ":service/", 1));
            [Some(deployment.to_owned()), service]
        })
        .flatten()
        .collect();
    or_everything(both)
}

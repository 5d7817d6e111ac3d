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

use crate::api::{ApiOperation, ApiRouting, PublishedRate, ServiceApi};
use crate::arns::{arns, everything, or_everything, text, texts};
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "ecs",
    iam_name: "ecs",
    routing: ApiRouting::Target("AmazonEC2ContainerServiceV20141113"),
    operations: &[
        ApiOperation {
            name: "ListClusters",
            resources: everything,
            answer: list::clusters,
        },
        ApiOperation {
            name: "ListServices",
            resources: everything,
            answer: list::services,
        },
        ApiOperation {
            name: "DescribeServices",
            resources: service_arns,
            answer: describe::services,
        },
        ApiOperation {
            name: "ListServiceDeployments",
            resources: service_arns,
            answer: list::deployments,
        },
        ApiOperation {
            name: "DescribeServiceDeployments",
            resources: deployment_arns,
            answer: describe::deployments,
        },
        ApiOperation {
            name: "StopServiceDeployment",
            resources: deployment_arns,
            answer: stop::stop,
        },
        ApiOperation {
            name: "ContinueServiceDeployment",
            resources: deployment_arns,
            answer: stop::go_on,
        },
    ],
    throttled: "ThrottlingException",
    broken: "ServerException",
    statuses: &[],
    query_codes: None,
    rates: &[
        PublishedRate {
            operations: &["DescribeServices", "ListServices"],
            burst: 100.0,
            per_second: 20.0,
        },
        PublishedRate {
            operations: &["DescribeServiceDeployments", "ListServiceDeployments"],
            burst: 50.0,
            per_second: 20.0,
        },
        PublishedRate {
            operations: &["ListClusters"],
            burst: 50.0,
            per_second: 20.0,
        },
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

//! ECS over JSON 1.1: finding services and deployments, stopping a deployment.

mod describe;
mod find;
mod list;
mod stop;

use crate::operation::{Operation, Service};
use crate::resources;

pub(crate) use find::service_arn;

pub(crate) const SERVICE: Service = Service {
    name: "ecs",
    target: Some("AmazonEC2ContainerServiceV20141113"),
    operations: &[
        Operation {
            name: "ListClusters",
            about: resources::everything,
            answer: list::clusters,
        },
        Operation {
            name: "ListServices",
            about: resources::everything,
            answer: list::services,
        },
        Operation {
            name: "DescribeServices",
            about: resources::ecs_services,
            answer: describe::services,
        },
        Operation {
            name: "ListServiceDeployments",
            about: resources::ecs_services,
            answer: list::deployments,
        },
        Operation {
            name: "DescribeServiceDeployments",
            about: resources::ecs_deployments,
            answer: describe::deployments,
        },
        Operation {
            name: "StopServiceDeployment",
            about: resources::ecs_deployments,
            answer: stop::stop,
        },
        Operation {
            name: "ContinueServiceDeployment",
            about: resources::ecs_deployments,
            answer: stop::go_on,
        },
    ],
    throttled: ("ThrottlingException", 400),
    broken: "ServerException",
    denied: 400,
};

//! ECS over JSON 1.1: finding services and deployments, stopping a deployment.

mod describe;
mod find;
mod list;
mod stop;

use crate::operation::{Operation, Service};

pub(crate) const SERVICE: Service = Service {
    name: "ecs",
    target: Some("AmazonEC2ContainerServiceV20141113"),
    operations: &[
        Operation {
            name: "ListClusters",
            answer: list::clusters,
        },
        Operation {
            name: "ListServices",
            answer: list::services,
        },
        Operation {
            name: "DescribeServices",
            answer: describe::services,
        },
        Operation {
            name: "ListServiceDeployments",
            answer: list::deployments,
        },
        Operation {
            name: "DescribeServiceDeployments",
            answer: describe::deployments,
        },
        Operation {
            name: "StopServiceDeployment",
            answer: stop::stop,
        },
        Operation {
            name: "ContinueServiceDeployment",
            answer: stop::go_on,
        },
    ],
    throttled: ("ThrottlingException", 400),
    broken: "ServerException",
    denied: 400,
};

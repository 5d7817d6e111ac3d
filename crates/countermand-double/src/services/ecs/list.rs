//! The paged lists of clusters, services and deployments.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::describe::brief;
use super::find::{cluster_arn, find_cluster, find_service, services_of};
use crate::api::{ApiError, ApiResult};
use crate::page::PageRule;
use crate::wire::from_epoch;
use crate::world::World;

/// How AWS pages these lists, where it has no other size.
const fn pages(default: usize) -> PageRule {
    PageRule {
        size: "maxResults",
        default,
        least: 1,
        most: 100,
        token: "nextToken",
        bad_size: (
            "InvalidParameterException",
            "maxResults must be between 1 and 100.",
        ),
        bad_token: ("InvalidParameterException", "Invalid token."),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListClusters {}

pub(super) fn clusters(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (ListClusters {}, page) = pages(100).read(input)?;
    let arns = world
        .ecs
        .clusters
        .iter()
        .map(|it| cluster_arn(world, it).into());
    page.answer("clusterArns", arns)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListServices {
    cluster: Option<String>,
}

pub(super) fn services(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (ListServices, _) = pages(10).read(input)?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let arns = services_of(world, cluster).map(|it| it.service_arn().into());
    page.answer("serviceArns", arns)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListServiceDeployments {
    service: String,
    cluster: Option<String>,
    #[serde(default)]
    status: Vec<String>,
    #[serde(default)]
    created_at: CreatedAt,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreatedAt {
    before: Option<f64>,
    after: Option<f64>,
}

pub(super) fn deployments(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (ListServiceDeployments, _) = pages(20).read(input)?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let place = find_service(world, cluster, &asked.service)
        .ok_or_else(|| ApiError::new("ServiceNotFoundException", "Service not found."))?;
    let CreatedAt { before, after } = asked.created_at;
    let before = before.and_then(from_epoch).unwrap_or(Timestamp::MAX);
    let after = after.and_then(from_epoch).unwrap_or(Timestamp::MIN);
    let found = place.service.begun(now).filter(|it| {
        (asked.status.is_empty() || asked.status.contains(&it.status))
            && (after..=before).contains(&it.created_at)
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
    let briefs = found.into_iter().map(|it| brief(place, it));
    page.answer("serviceDeployments", briefs)
}

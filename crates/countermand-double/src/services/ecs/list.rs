//! The paged lists of clusters, services and deployments.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::brief;
use super::find::{cluster_arn, find_cluster, find_service, invalid, service_arn};
use crate::api::{ApiError, ApiResult, present, read};
use crate::page::page;
use crate::wire::from_epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListClusters {
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) fn clusters(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListClusters = read(input)?;
    let arns = world
        .ecs
        .clusters
        .iter()
        .map(|cluster| cluster_arn(world, cluster))
        .collect();
    let (arns, next) = paged(
        arns,
        size(asked.max_results, 100)?,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(json!({"clusterArns": arns, "nextToken": next})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListServices {
    cluster: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) fn services(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListServices = read(input)?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let arns = cluster
        .services
        .iter()
        .map(|service| service_arn(world, cluster, service))
        .collect();
    let (arns, next) = paged(
        arns,
        size(asked.max_results, 10)?,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(json!({"serviceArns": arns, "nextToken": next})))
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
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreatedAt {
    before: Option<f64>,
    after: Option<f64>,
}

pub(super) fn deployments(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: ListServiceDeployments = read(input)?;
    let cluster = find_cluster(world, asked.cluster.as_deref())?;
    let service = find_service(world, cluster, &asked.service)
        .ok_or_else(|| ApiError::new("ServiceNotFoundException", "Service not found."))?;
    let before = asked
        .created_at
        .before
        .and_then(from_epoch)
        .unwrap_or(Timestamp::MAX);
    let after = asked
        .created_at
        .after
        .and_then(from_epoch)
        .unwrap_or(Timestamp::MIN);
    let mut found: Vec<_> = service
        .begun(now)
        .filter(|deployment| asked.status.is_empty() || asked.status.contains(&deployment.status))
        .filter(|deployment| (after..=before).contains(&deployment.created_at))
        .collect();
    found.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
    let briefs = found
        .into_iter()
        .map(|deployment| brief(world, cluster, service, deployment))
        .collect();
    let (briefs, next) = paged(
        briefs,
        size(asked.max_results, 20)?,
        asked.next_token.as_deref(),
        input,
    )?;
    Ok(present(
        json!({"serviceDeployments": briefs, "nextToken": next}),
    ))
}

fn paged<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&str>,
    input: &Value,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    page(all, size, token, input).map_err(|_| invalid("Invalid token."))
}

fn size(asked: Option<i64>, default: usize) -> Result<usize, ApiError> {
    let size = asked.map_or(Some(default), |asked| usize::try_from(asked).ok());
    size.filter(|size| (1..=100).contains(size))
        .ok_or_else(|| invalid("maxResults must be between 1 and 100."))
}

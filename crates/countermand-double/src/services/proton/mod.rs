//! Proton over JSON 1.0: finding service instances, cancelling a deployment.

mod world;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

pub use world::{ProtonInstance, ProtonWorld};

use crate::api::{ApiError, ApiOperation, ApiResult, ApiRouting, ServiceApi, present, read};
use crate::arns::{arns, everything, text};
use crate::page::page;
use crate::wire::epoch;
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "proton",
    iam_name: "proton",
    routing: ApiRouting::Target("AwsProton20200720"),
    operations: &[
        ApiOperation {
            name: "GetServiceInstance",
            resources: instance_arns,
            answer: get,
        },
        ApiOperation {
            name: "ListServiceInstances",
            resources: everything,
            answer: list,
        },
        ApiOperation {
            name: "CancelServiceInstanceDeployment",
            resources: instance_arns,
            answer: cancel,
        },
        ApiOperation {
            name: "ListTagsForResource",
            resources: tagged_arns,
            answer: list_tags,
        },
    ],
    throttled: "ThrottlingException",
    broken: "InternalServerException",
    statuses: &[],
    query_codes: None,
    rates: &[],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Get {
    name: String,
    service_name: String,
}

fn get(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: Get = read(input)?;
    let at = find(world, &asked.service_name, &asked.name)?;
    Ok(
        json!({"serviceInstance": world.proton.instances.get(at).map(|instance| describe(world, instance))}),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    service_name: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    key: String,
    value: String,
}

fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: List = read(input)?;
    let mut found = Vec::new();
    for instance in world.proton.instances.iter().filter(|instance| {
        asked
            .service_name
            .as_ref()
            .is_none_or(|service| *service == instance.service)
    }) {
        let mut fits = true;
        for filter in &asked.filters {
            fits &= filter.value == *value_of(instance, &filter.key)?;
        }
        if fits {
            found.push(describe(world, instance));
        }
    }
    if found.is_empty()
        && asked.service_name.as_ref().is_some_and(|service| {
            world
                .proton
                .instances
                .iter()
                .all(|instance| instance.service != *service)
        })
    {
        return Err(not_found("service"));
    }
    let size = asked
        .max_results
        .map_or(Some(100), |size| usize::try_from(size).ok())
        .filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("maxResults must be between 1 and 100"))?;
    let (found, next) = page(found, size, asked.next_token.as_deref(), input)
        .map_err(|_| invalid("Invalid nextToken"))?;
    Ok(present(
        json!({"serviceInstances": found, "nextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Cancel {
    service_instance_name: String,
    service_name: String,
}

fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: Cancel = read(input)?;
    let at = find(world, &asked.service_name, &asked.service_instance_name)?;
    if let Some(instance) = world.proton.instances.get_mut(at) {
        if instance.status != "IN_PROGRESS" {
            return Err(ApiError::new(
                "ConflictException",
                format!(
                    "The deployment cannot be cancelled: its status is {}",
                    instance.status
                ),
            ));
        }
        instance.becomes("CANCELLING", now);
        instance.then = instance.when_cancelled.clone();
    }
    Ok(
        json!({"serviceInstance": world.proton.instances.get(at).map(|instance| describe(world, instance))}),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListTags {
    resource_arn: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn list_tags(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListTags = read(input)?;
    let instance = world
        .proton
        .instances
        .iter()
        .find(|instance| instance_arn(world, instance) == asked.resource_arn)
        .ok_or_else(|| not_found("resource"))?;
    let tags = instance
        .tags
        .iter()
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect();
    let size = asked
        .max_results
        .map_or(Some(50), |size| usize::try_from(size).ok())
        .filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("maxResults must be between 1 and 100"))?;
    let (tags, next) = page(tags, size, asked.next_token.as_deref(), input)
        .map_err(|_| invalid("Invalid nextToken"))?;
    Ok(present(json!({"tags": tags, "nextToken": next})))
}

fn describe(world: &World, instance: &ProtonInstance) -> Value {
    present(json!({
        "arn": instance_arn(world, instance), "name": instance.name, "serviceName": instance.service, "environmentName": instance.environment,
        "createdAt": epoch(instance.created_at),
        "deploymentStatus": instance.status, "deploymentStatusMessage": instance.message,
        "lastDeploymentAttemptedAt": epoch(instance.attempted_at),
        "lastDeploymentSucceededAt": epoch(instance.succeeded_at.unwrap_or(instance.created_at)),
        "templateName": "web", "templateMajorVersion": "1", "templateMinorVersion": "0",
    }))
}

fn find(world: &World, service: &str, name: &str) -> Result<usize, ApiError> {
    if !is_name(service) || !is_name(name) {
        return Err(invalid(
            "1 validation error detected: a name failed to satisfy constraint: ^[0-9A-Za-z]+[0-9A-Za-z_\\-]*$",
        ));
    }
    let found = world
        .proton
        .instances
        .iter()
        .position(|instance| instance.service == service && instance.name == name);
    found.ok_or_else(|| not_found("service instance"))
}

fn value_of<'a>(instance: &'a ProtonInstance, key: &str) -> Result<&'a String, ApiError> {
    match key {
        "name" => Ok(&instance.name),
        "serviceName" => Ok(&instance.service),
        "environmentName" => Ok(&instance.environment),
        "deploymentStatus" => Ok(&instance.status),
        _ => Err(invalid(&format!("the double has no filter {key}"))),
    }
}

fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn instance_arns(world: &World, input: &Value) -> Vec<String> {
    let service = text(input, "serviceName").unwrap_or_default();
    let name = text(input, "serviceInstanceName").or(text(input, "name"));
    arns(world, "proton", name, |name| {
        format!("service/{service}/service-instance/{name}")
    })
}

fn tagged_arns(world: &World, input: &Value) -> Vec<String> {
    arns(world, "proton", text(input, "resourceArn"), str::to_owned)
}

fn instance_arn(world: &World, instance: &ProtonInstance) -> String {
    world.arn(
        "proton",
        &format!(
            "service/{}/service-instance/{}",
            instance.service, instance.name
        ),
    )
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("ValidationException", message)
}

fn not_found(what: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("The {what} does not exist"),
    )
}

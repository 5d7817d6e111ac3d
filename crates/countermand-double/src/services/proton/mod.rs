//! Proton over JSON 1.0: finding service instances, cancelling a deployment.

mod world;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

pub use world::{ProtonInstance, ProtonWorld};

use crate::api::{
    ApiError, ApiResult, ApiRouting, ServiceApi, invalid, operations, pairs, present, read_texts,
};
use crate::arns::{arns, everything, text};
use crate::page::PageRule;
use crate::wire::epoch;
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "proton",
    iam_name: "proton",
    routing: ApiRouting::Target("AwsProton20200720"),
    operations: operations! {
        "GetServiceInstance" on instance_arns => get,
        "ListServiceInstances" on everything => list,
        "CancelServiceInstanceDeployment" on instance_arns => cancel,
        "ListTagsForResource" on tagged_arns => list_tags,
    },
    throttled: "ThrottlingException",
    broken: "InternalServerException",
    statuses: &[],
    query_codes: None,
    rates: &[],
};

const PAGES: PageRule = PageRule {
    size: "maxResults",
    default: 100,
    least: 1,
    most: 100,
    token: "nextToken",
    bad_size: (
        "ValidationException",
        "maxResults must be between 1 and 100",
    ),
    bad_token: ("ValidationException", "Invalid nextToken"),
};

fn get(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let [service, name] = read_texts(input, ["serviceName", "name"])?;
    let at = find(world, &service, &name)?;
    Ok(described(world, at))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    service_name: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    key: String,
    value: String,
}

fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (List, _) = PAGES.read(input)?;
    let instances = world.proton.instances.iter();
    let service = asked.service_name.as_ref();
    let mut instances = instances
        .filter(|it| service.is_none_or(|name| *name == it.service))
        .peekable();
    if service.is_some() && instances.peek().is_none() {
        return Err(not_found("service"));
    }
    let mut found = Vec::new();
    for instance in instances {
        let mut fits = true;
        for filter in &asked.filters {
            fits &= filter.value == *value_of(instance, &filter.key)?;
        }
        if fits {
            found.push(describe(world, instance));
        }
    }
    page.answer("serviceInstances", found)
}

fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let [service, name] = read_texts(input, ["serviceName", "serviceInstanceName"])?;
    let at = find(world, &service, &name)?;
    if let Some(instance) = world.proton.instances.get_mut(at) {
        let status = &instance.status;
        if status != "IN_PROGRESS" {
            let message = format!("The deployment cannot be cancelled: its status is {status}");
            return Err(ApiError::new("ConflictException", message));
        }
        instance.becomes("CANCELLING", now);
        instance.then = instance.when_cancelled.clone();
    }
    Ok(described(world, at))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListTags {
    resource_arn: String,
}

fn list_tags(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let rule = PageRule {
        default: 50,
        ..PAGES
    };
    let (asked, page): (ListTags, _) = rule.read(input)?;
    let mut instances = world.proton.instances.iter();
    let instance = instances.find(|it| instance_arn(world, it) == asked.resource_arn);
    let instance = instance.ok_or_else(|| not_found("resource"))?;
    page.answer("tags", pairs(&instance.tags, ["key", "value"]))
}

fn described(world: &World, at: usize) -> Value {
    let instance = world.proton.instances.get(at);
    json!({"serviceInstance": instance.map(|it| describe(world, it))})
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
    let mut instances = world.proton.instances.iter();
    let found = instances.position(|it| it.service == service && it.name == name);
    found.ok_or_else(|| not_found("service instance"))
}

fn value_of<'a>(instance: &'a ProtonInstance, key: &str) -> Result<&'a String, ApiError> {
    match key {
        "name" => Ok(&instance.name),
        "serviceName" => Ok(&instance.service),
        "environmentName" => Ok(&instance.environment),
        "deploymentStatus" => Ok(&instance.status),
        _ => Err(invalid(format!("the double has no filter {key}"))),
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
    let ProtonInstance { service, name, .. } = instance;
    world.arn(
        "proton",
        &format!("service/{service}/service-instance/{name}"),
    )
}

fn not_found(what: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("The {what} does not exist"),
    )
}

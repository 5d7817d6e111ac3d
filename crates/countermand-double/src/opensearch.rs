//! OpenSearch over REST: finding domains with an update, cancelling it.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::{Answered, Operation, Service, merged, present, read};
use crate::page::{hash, page};
use crate::resources;
use crate::wire::{Refusal, epoch};
use crate::world::{Domain, SoftwareUpdate, World};

pub(crate) const SERVICE: Service = Service {
    name: "opensearch",
    target: None,
    operations: &[
        Operation {
            name: "ListDomainNames",
            about: resources::everything,
            answer: list_domains,
        },
        Operation {
            name: "DescribeDomains",
            about: resources::opensearch_domains,
            answer: describe_domains,
        },
        Operation {
            name: "CancelServiceSoftwareUpdate",
            about: resources::opensearch_domains,
            answer: cancel,
        },
        Operation {
            name: "ListScheduledActions",
            about: resources::opensearch_domains,
            answer: list_actions,
        },
        Operation {
            name: "ListTags",
            about: resources::opensearch_tagged,
            answer: list_tags,
        },
    ],
    throttled: ("ThrottlingException", 429),
    broken: "InternalException",
    denied: 403,
};

/// The HTTP status of an error of this service.
pub(crate) fn status(code: &str) -> u16 {
    match code {
        "AccessDeniedException" => 403,
        "ResourceNotFoundException"
        | "ConflictException"
        | "DisabledOperationException"
        | "LimitExceededException"
        | "SlotNotAvailableException" => 409,
        "DependencyFailureException" => 424,
        "ThrottlingException" => 429,
        "InternalException" => 500,
        _ => 400,
    }
}

/// The operation behind a method and path, with what the path and the query say as its input.
pub(crate) fn route(
    method: &str,
    path: &str,
    query: Vec<(String, String)>,
    body: Value,
) -> Option<(&'static str, Value)> {
    let path = path.strip_prefix("/2021-01-01/")?;
    let from_query = || -> Value {
        query
            .into_iter()
            .map(|(name, value)| (capital(&name), json!(value)))
            .collect()
    };
    match (method, path) {
        ("GET", "domain") => Some(("ListDomainNames", from_query())),
        ("GET", "tags/" | "tags") => Some(("ListTags", from_query())),
        ("POST", "opensearch/domain-info") => Some(("DescribeDomains", body)),
        ("POST", "opensearch/serviceSoftwareUpdate/cancel") => {
            Some(("CancelServiceSoftwareUpdate", body))
        }
        ("GET", _) => {
            let domain = path
                .strip_prefix("opensearch/domain/")?
                .strip_suffix("/scheduledActions")
                .filter(|name| !name.contains('/'))?;
            let input = from_query();
            let size = input
                .get("MaxResults")
                .and_then(Value::as_str)
                .and_then(|size| size.parse::<i64>().ok());
            let numbers = size.map_or(json!({}), |size| json!({"MaxResults": size}));
            let input = merged(merged(input, numbers), json!({"DomainName": domain}));
            Some(("ListScheduledActions", input))
        }
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListDomainNames {
    engine_type: Option<String>,
}

fn list_domains(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListDomainNames = read(input)?;
    if asked
        .engine_type
        .as_ref()
        .is_some_and(|engine| !["OpenSearch", "Elasticsearch"].contains(&engine.as_str()))
    {
        return Err(invalid(
            "The engine type must be OpenSearch or Elasticsearch",
        ));
    }
    let names = world
        .opensearch
        .domains
        .iter()
        .map(|domain| json!({"DomainName": domain.name, "EngineType": engine_type(domain)}));
    let names: Vec<_> = names
        .filter(|name| {
            asked
                .engine_type
                .as_ref()
                .is_none_or(|engine| name["EngineType"] == **engine)
        })
        .collect();
    Ok(json!({"DomainNames": names}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeDomains {
    domain_names: Vec<String>,
}

fn describe_domains(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: DescribeDomains = read(input)?;
    if asked.domain_names.len() > 5 {
        return Err(invalid("Please provide a maximum of 5 domain names"));
    }
    let found = asked.domain_names.iter().filter_map(|name| {
        world
            .opensearch
            .domains
            .iter()
            .find(|domain| domain.name == *name)
    });
    let described: Vec<_> = found.map(|domain| describe(world, domain)).collect();
    Ok(json!({"DomainStatusList": described}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Cancel {
    domain_name: String,
}

fn cancel(world: &mut World, now: Timestamp, input: &Value) -> Answered {
    let asked: Cancel = read(input)?;
    let domain = find(world, &asked.domain_name)?;
    let update = &mut domain.update;
    if update.status != "PENDING_UPDATE" {
        return Err(invalid(&format!(
            "The service software update cannot be cancelled: its status is {}",
            update.status
        )));
    }
    if !update.cancellable {
        return Err(invalid("The service software update is not cancellable"));
    }
    update.then = update.when_cancelled.clone();
    update.since_at = Some(now);
    update.settle(now);
    if update.status != "PENDING_UPDATE" {
        update.automated_at = None;
        domain.scheduled_actions.retain(|action| {
            action.kind != "SERVICE_SOFTWARE_UPDATE" || action.status != "PENDING_UPDATE"
        });
    }
    Ok(json!({"ServiceSoftwareOptions": software(&domain.update)}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListScheduledActions {
    domain_name: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn list_actions(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListScheduledActions = read(input)?;
    let domain = find(world, &asked.domain_name)?;
    let size = asked
        .max_results
        .map_or(Some(100), |size| usize::try_from(size).ok())
        .filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("MaxResults must be between 1 and 100"))?;
    let actions = domain.scheduled_actions.iter().map(|action| {
        json!({
            "Id": action.id, "Type": action.kind, "Severity": "MEDIUM", "ScheduledTime": action.scheduled_at.as_millisecond(),
            "Description": "", "ScheduledBy": "SYSTEM", "Status": action.status, "Mandatory": action.mandatory, "Cancellable": action.cancellable,
        })
    });
    let (actions, next) = page(actions.collect(), size, asked.next_token.as_deref(), input)
        .map_err(|_| {
            Refusal::new(
                "InvalidPaginationTokenException",
                "The pagination token is invalid",
            )
        })?;
    Ok(present(
        json!({"ScheduledActions": actions, "NextToken": next}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListTags {
    #[serde(rename = "Arn")]
    arn: String,
}

fn list_tags(world: &mut World, _: Timestamp, input: &Value) -> Answered {
    let asked: ListTags = read(input)?;
    let found = world
        .opensearch
        .domains
        .iter()
        .find(|domain| domain_arn(world, domain) == asked.arn);
    let domain = found.ok_or_else(|| not_found(&asked.arn))?;
    let tags: Vec<_> = domain
        .tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(json!({"TagList": tags}))
}

fn describe(world: &World, domain: &Domain) -> Value {
    let updating = domain.update.status == "IN_PROGRESS";
    json!({
        "DomainId": format!("{}/{}", world.account, domain.name), "DomainName": domain.name, "ARN": domain_arn(world, domain),
        "Created": true, "Deleted": false, "Processing": updating, "UpgradeProcessing": false,
        "Endpoint": format!("search-{}-{:016x}.{}.es.amazonaws.com", domain.name, hash(&domain.name), world.region),
        "EngineVersion": domain.engine,
        "ClusterConfig": {"InstanceType": "r6g.large.search", "InstanceCount": 3, "DedicatedMasterEnabled": false, "ZoneAwarenessEnabled": false},
        "ServiceSoftwareOptions": software(&domain.update),
        "DomainProcessingStatus": if updating { "UpdatingServiceSoftware" } else { "Active" },
    })
}

fn software(update: &SoftwareUpdate) -> Value {
    json!({
        "CurrentVersion": update.current, "NewVersion": update.new, "UpdateAvailable": update.available, "Cancellable": update.cancellable,
        "UpdateStatus": update.status, "Description": update.description, "OptionalDeployment": update.optional,
        "AutomatedUpdateDate": update.automated_at.map_or(json!(0), epoch),
    })
}

fn find<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Domain, Refusal> {
    let is_name = (3..=28).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !is_name {
        return Err(invalid("Invalid domain name"));
    }
    world
        .opensearch
        .domains
        .iter_mut()
        .find(|domain| domain.name == name)
        .ok_or_else(|| not_found(name))
}

fn engine_type(domain: &Domain) -> &str {
    domain.engine.split('_').next().unwrap_or_default()
}

pub(crate) fn domain_arn(world: &World, domain: &Domain) -> String {
    world.arn("es", &format!("domain/{}", domain.name))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("ValidationException", message)
}

fn not_found(what: &str) -> Refusal {
    Refusal::new(
        "ResourceNotFoundException",
        format!("Domain not found: {what}"),
    )
    .status(409)
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

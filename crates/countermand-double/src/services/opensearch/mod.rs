//! OpenSearch over REST: finding domains, cancelling a software update or a configuration change.

mod config_change;
mod domains;
mod route;
mod software_update;
mod world;

use serde_json::Value;

pub use config_change::{OpenSearchConfigChange, OpenSearchProperty};
pub use world::{
    OpenSearchDomain, OpenSearchScheduledAction, OpenSearchSoftwareUpdate, OpenSearchWorld,
};

use crate::api::{ApiError, ApiOperation, ApiRouting, ServiceApi};
use crate::arns::{arns, everything, text, texts};
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "opensearch",
    iam_name: "es",
    routing: ApiRouting::Rest(route::route),
    operations: &[
        ApiOperation {
            name: "ListDomainNames",
            resources: everything,
            answer: domains::list,
        },
        ApiOperation {
            name: "DescribeDomains",
            resources: domain_arns,
            answer: domains::describe,
        },
        ApiOperation {
            name: "CancelServiceSoftwareUpdate",
            resources: domain_arns,
            answer: software_update::cancel,
        },
        ApiOperation {
            name: "CancelDomainConfigChange",
            resources: domain_arns,
            answer: config_change::cancel,
        },
        ApiOperation {
            name: "DescribeDomainChangeProgress",
            resources: domain_arns,
            answer: config_change::describe_progress,
        },
        ApiOperation {
            name: "ListScheduledActions",
            resources: domain_arns,
            answer: software_update::list_actions,
        },
        ApiOperation {
            name: "ListTags",
            resources: tagged_arns,
            answer: domains::list_tags,
        },
    ],
    throttled: "ThrottlingException",
    broken: "InternalException",
    statuses: &[
        ("AccessDeniedException", 403),
        ("ResourceNotFoundException", 409),
        ("ConflictException", 409),
        ("DisabledOperationException", 409),
        ("LimitExceededException", 409),
        ("SlotNotAvailableException", 409),
        ("DependencyFailureException", 424),
        ("ThrottlingException", 429),
    ],
    query_codes: None,
    rates: &[],
};

fn domain_arns(world: &World, input: &Value) -> Vec<String> {
    let names = texts(input, "DomainNames").chain(text(input, "DomainName"));
    arns(world, "es", names, |name| format!("domain/{name}"))
}

fn tagged_arns(world: &World, input: &Value) -> Vec<String> {
    arns(world, "es", text(input, "Arn"), str::to_owned)
}

fn find<'a>(world: &'a mut World, name: &str) -> Result<&'a mut OpenSearchDomain, ApiError> {
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

fn domain_arn(world: &World, domain: &OpenSearchDomain) -> String {
    world.arn("es", &format!("domain/{}", domain.name))
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("ValidationException", message)
}

fn not_found(what: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("Domain not found: {what}"),
    )
}

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

use crate::api::{ApiError, ApiRouting, ServiceApi, invalid, operations};
use crate::arns::{arns, everything, text, texts};
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "opensearch",
    iam_name: "es",
    routing: ApiRouting::Rest(route::route),
    operations: operations! {
        "ListDomainNames" on everything => domains::list,
        "DescribeDomains" on domain_arns => domains::describe,
        "CancelServiceSoftwareUpdate" on domain_arns => software_update::cancel,
        "CancelDomainConfigChange" on domain_arns => config_change::cancel,
        "DescribeDomainChangeProgress" on domain_arns => config_change::describe_progress,
        "ListScheduledActions" on domain_arns => software_update::list_actions,
        "ListTags" on tagged_arns => domains::list_tags,
    },
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
    let mut domains = world.opensearch.domains.iter_mut();
    let domain = domains.find(|domain| domain.name == name);
    domain.ok_or_else(|| not_found(name))
}

fn domain_arn(world: &World, domain: &OpenSearchDomain) -> String {
    world.arn("es", &format!("domain/{}", domain.name))
}

fn not_found(what: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("Domain not found: {what}"),
    )
}

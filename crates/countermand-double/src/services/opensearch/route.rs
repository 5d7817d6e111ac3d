//! The operation behind a method and a path, and its input: what the body, the path and the query say.

use serde_json::{Value, json};

use crate::api::{RestRequest, merged};

pub(super) fn route(request: RestRequest<'_>) -> Option<(&'static str, Value)> {
    let path = request.path.strip_prefix("/2021-01-01/")?;
    let query = Value::Object(request.query);
    match (request.method, path) {
        ("GET", "domain") => return Some(("ListDomainNames", query)),
        ("GET", "tags/" | "tags") => return Some(("ListTags", query)),
        ("POST", "opensearch/domain-info") => return Some(("DescribeDomains", request.body)),
        ("POST", "opensearch/serviceSoftwareUpdate/cancel") => {
            return Some(("CancelServiceSoftwareUpdate", request.body));
        }
        _ => {}
    }
    let (domain, rest) = path.strip_prefix("opensearch/domain/")?.split_once('/')?;
    let (operation, input) = match (request.method, rest) {
        ("POST", "config/cancel") => ("CancelDomainConfigChange", request.body),
        ("GET", "progress") => ("DescribeDomainChangeProgress", query),
        ("GET", "scheduledActions") => ("ListScheduledActions", with_size(query)),
        _ => return None,
    };
    Some((operation, merged(input, json!({ "DomainName": domain }))))
}

/// A query has texts only; the size is a number.
fn with_size(query: Value) -> Value {
    let size = query.get("MaxResults").and_then(Value::as_str);
    match size.and_then(|it| it.parse::<i64>().ok()) {
        Some(size) => merged(query, json!({ "MaxResults": size })),
        None => query,
    }
}

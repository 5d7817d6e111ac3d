//! Domains: their names, their descriptions and their tags.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::software_update::software;
use super::{OpenSearchDomain, config_change, domain_arn, invalid, not_found};
use crate::api::{ApiResult, present, read};
use crate::page::hash;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListDomainNames {
    engine_type: Option<String>,
}

pub(super) fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
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

pub(super) fn describe(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
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
    let described: Vec<_> = found.map(|domain| describe_one(world, domain)).collect();
    Ok(json!({"DomainStatusList": described}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListTags {
    #[serde(rename = "Arn")]
    arn: String,
}

pub(super) fn list_tags(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
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

fn describe_one(world: &World, domain: &OpenSearchDomain) -> Value {
    let change = domain.change(world.now);
    let modifying = change.filter(|it| !it.is_over());
    let processing = match domain.processing_status.as_deref() {
        Some(status) => status,
        None if domain.update.status == "IN_PROGRESS" => "UpdatingServiceSoftware",
        None if modifying.is_some() => "Modifying",
        None => "Active",
    };
    let is_processing = ["Modifying", "UpdatingServiceSoftware"].contains(&processing);
    present(json!({
        "DomainId": format!("{}/{}", world.account, domain.name), "DomainName": domain.name, "ARN": domain_arn(world, domain),
        "Created": true, "Deleted": false,
        "Processing": is_processing,
        "UpgradeProcessing": processing == "UpgradingEngineVersion",
        "Endpoint": format!("search-{}-{:016x}.{}.es.amazonaws.com", domain.name, hash(&domain.name), world.region),
        "EngineVersion": domain.engine,
        "ClusterConfig": {"InstanceType": "r6g.large.search", "InstanceCount": 3, "DedicatedMasterEnabled": false, "ZoneAwarenessEnabled": false},
        "ServiceSoftwareOptions": software(&domain.update),
        "DomainProcessingStatus": processing,
        "ChangeProgressDetails": change.map(config_change::details),
        "ModifyingProperties": modifying.map_or_else(Vec::new, config_change::modifying),
    }))
}

fn engine_type(domain: &OpenSearchDomain) -> &str {
    domain.engine.split('_').next().unwrap_or_default()
}

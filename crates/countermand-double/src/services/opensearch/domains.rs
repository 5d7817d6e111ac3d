//! Domains: their names, their descriptions and their tags.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::software_update::software;
use super::{OpenSearchDomain, config_change, domain_arn, not_found};
use crate::api::{ApiResult, invalid, pairs, present, read, read_texts};
use crate::page::hash;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListDomainNames {
    engine_type: Option<String>,
}

pub(super) fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListDomainNames = read(input)?;
    let engine = asked.engine_type.as_deref();
    if !matches!(engine, None | Some("OpenSearch" | "Elasticsearch")) {
        return Err(invalid(
            "The engine type must be OpenSearch or Elasticsearch",
        ));
    }
    let domains = world.opensearch.domains.iter();
    let domains = domains.filter(|it| engine.is_none_or(|engine| engine == engine_type(it)));
    let names = domains.map(|it| json!({"DomainName": it.name, "EngineType": engine_type(it)}));
    Ok(json!({"DomainNames": names.collect::<Vec<_>>()}))
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
    let domains = &world.opensearch.domains;
    let names = asked.domain_names.iter();
    let found = names.filter_map(|name| domains.iter().find(|domain| domain.name == *name));
    let described: Vec<_> = found.map(|domain| describe_one(world, domain)).collect();
    Ok(json!({"DomainStatusList": described}))
}

pub(super) fn list_tags(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let [arn] = read_texts(input, ["Arn"])?;
    let mut domains = world.opensearch.domains.iter();
    let domain = domains.find(|domain| domain_arn(world, domain) == arn);
    let domain = domain.ok_or_else(|| not_found(&arn))?;
    Ok(json!({"TagList": pairs(&domain.tags, ["Key", "Value"])}))
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

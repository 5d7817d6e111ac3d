//! Scenarios as data: policies, an event and a world in a folder whose name says what happens; and what is
//! expected of the record, of the calls, and of the world afterwards.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use countermand_aws::{Aws, Setting, TimeLeft, answer};
use countermand_core::event::{Reading, read};
use countermand_core::load::{Source, load};
use countermand_core::policy::Mode;
use countermand_core::verdict::Home;
use countermand_double::{Double, World};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a scenario expects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Expected {
    /// The decisions of the record, without their texts.
    decisions: Value,
    /// How often each operation is called.
    calls: BTreeMap<String, usize>,
    /// The states that the world's changes are in afterwards.
    #[serde(default)]
    after: BTreeMap<String, String>,
}

#[test]
fn every_scenario_ends_as_expected() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut wrong = Vec::new();
    for folder in folders() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if let Err(difference) = runtime.block_on(run(&folder)) {
            wrong.push(format!("{name}:\n{difference}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn folders() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut folders: Vec<_> = fs::read_dir(all)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

async fn run(folder: &Path) -> Result<(), String> {
    let file = |name: &str| fs::read(folder.join(name)).unwrap();
    let sources = [Source::new("policies.yaml", file("policies.yaml"))];
    let policies = load(&sources)
        .into_policies()
        .map_err(|problems| format!("{problems:#?}"))?;
    let world = World::from_value(serde_json::from_slice(&file("world.json")).unwrap()).unwrap();
    let home = Home {
        account: world.account.clone(),
        region: world.region.clone(),
    };
    let now: Timestamp = world.now;
    let Reading::Ours(trigger) = read(&file("event.json")) else {
        return Err("the event is not ours".to_owned());
    };
    let expected: Expected = serde_json::from_slice(&file("expected.json")).unwrap();

    let double = Double::start(world).unwrap();
    let aws = Aws::new(config(double.url(), &home.region));
    let setting = Setting {
        policies: &policies,
        aws: &aws,
        home: &home,
        ceiling: Mode::Enforce,
        now,
        time_left: TimeLeft::ENDLESS,
    };
    let record = serde_json::to_value(answer(&trigger, setting).await).unwrap();

    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for call in double.calls() {
        *calls.entry(call.name()).or_default() += 1;
    }
    let decisions = without_texts(record.get("decisions").cloned().unwrap_or_default());
    let after: BTreeMap<_, _> = states(&double.world())
        .into_iter()
        .filter(|(id, _)| expected.after.contains_key(id))
        .collect();
    let found = json!({ "decisions": decisions, "calls": calls, "after": after });
    let wanted = json!({ "decisions": expected.decisions, "calls": expected.calls, "after": expected.after });
    if found == wanted {
        Ok(())
    } else {
        Err(format!("found {found:#}\n\nrecord {record:#}"))
    }
}

fn config(endpoint: &str, region: &str) -> SdkConfig {
    let http = HttpClient::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let keys = Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(http)
        .build()
}

/// Codes are for tests, texts for people.
fn without_texts(mut value: Value) -> Value {
    match &mut value {
        Value::Array(list) => list
            .iter_mut()
            .for_each(|it| *it = without_texts(it.take())),
        Value::Object(map) => {
            map.remove("text");
            map.values_mut()
                .for_each(|it| *it = without_texts(it.take()));
        }
        _ => {}
    }
    value
}

fn states(world: &World) -> BTreeMap<String, String> {
    let services = world
        .ecs
        .clusters
        .iter()
        .flat_map(|cluster| &cluster.services);
    let deployments = services.flat_map(|service| &service.deployments);
    let deployments = deployments.map(|it| (it.id.clone(), it.status.clone()));
    let executions = world
        .ssm
        .windows
        .iter()
        .flat_map(|window| &window.executions);
    let executions = executions.map(|it| (it.id.clone(), it.status.clone()));
    deployments.chain(executions).collect()
}

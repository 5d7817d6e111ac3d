//! The scene of every measurement: a world in which services are being deployed, an alarm of one of them, and policies.

use std::ops::Range;

use countermand_double::BadWorld;
use countermand_double::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use countermand_bench::worlds::{self, AlarmNaming};
use countermand_core::verdict::Home;

/// The service `svc-5` in the cluster `prod-5`.
pub(crate) const THE_ONE: usize = 5;

pub(crate) fn home() -> Home {
    Home {
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

/// A file with these policies: each is about the service with its number.
pub(crate) fn policies(numbers: Range<usize>) -> String {
    worlds::yaml(AlarmNaming::Prefix, numbers)
}

/// One policy about every service of a cluster.
pub(crate) const EVERY_SERVICE: &str = r#"
version: 1
policies:
  - name: roll-back-everything
    mode: enforce
    when: { alarm: { name: svc-5-5xx } }
    do:
      - ecs.stop-service-deployment: { cluster: prod, service: "*" }
    limit: { changes: none }
"#;

/// Each of these services is being deployed, and its alarm fires.
pub(crate) fn world(services: Range<usize>) -> Result<World, BadWorld> {
    let clusters = services.clone();
    let clusters =
        clusters.map(|it| json!({ "name": format!("prod-{it}"), "services": [service(it)] }));
    of(&clusters.collect::<Vec<_>>(), services)
}

/// So many services of one cluster are being deployed.
pub(crate) fn large_world(services: usize) -> Result<World, BadWorld> {
    let services: Vec<_> = (0..services).map(service).collect();
    let cluster = json!({ "name": "prod", "services": services });
    of(&[cluster], THE_ONE..THE_ONE + 1)
}

fn of(clusters: &[Value], alarms: Range<usize>) -> Result<World, BadWorld> {
    let fired = since(6).to_string();
    let alarm =
        |it| json!({ "name": format!("svc-{it}-5xx"), "state": "ALARM", "updated-at": fired });
    World::from_value(json!({
        "now": since(0),
        "account": home().account,
        "region": home().region,
        "ecs": { "clusters": clusters },
        "cloudwatch": { "alarms": alarms.map(alarm).collect::<Vec<_>>() },
    }))
}

fn service(number: usize) -> Value {
    json!({
        "name": format!("svc-{number}"),
        "tags": { "team": "shop" },
        "deployments": [{
            "id": format!("deployment-{number}"),
            "created-at": since(8 * 60),
            "sources": ["1111111111111111111"],
            "target": "2222222222222222222",
        }],
    })
}

/// The alarm of the service with this number fires.
pub(crate) fn event(number: usize) -> String {
    let mut event: Value = serde_json::from_str(worlds::ALARM).unwrap_or_default();
    let at = |seconds| {
        since(seconds)
            .strftime("%Y-%m-%dT%H:%M:%S%.3f+0000")
            .to_string()
    };
    for (place, value) in [
        ("/time", since(6).to_string()),
        ("/detail/alarmName", format!("svc-{number}-5xx")),
        ("/detail/state/timestamp", at(6)),
        ("/detail/previousState/timestamp", at(3600)),
    ] {
        if let Some(there) = event.pointer_mut(place) {
            *there = value.into();
        }
    }
    event.to_string()
}

fn since(seconds: i64) -> Timestamp {
    let now = Timestamp::now();
    now.saturating_sub(SignedDuration::from_secs(seconds))
        .unwrap_or(now)
}

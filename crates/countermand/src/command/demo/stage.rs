//! Where the story happens: a world with its own time, and the policies of the function in it.

use std::time::Duration;

use countermand_aws::{ChangeView, Prepared, prepare};
use countermand_core::event::{Reading, read as read_event};
use countermand_core::load::{Source, load};
use countermand_core::matching::Policies;
use countermand_core::trigger::Trigger;
use countermand_core::verdict::Home;
use countermand_double::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::aws::{Running, Side};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::text::as_written;

pub(super) const POLICIES: &str = include_str!("../../../demo/policies.yaml");
pub(super) const NIGHT: &str = include_str!("../../../demo/night.json");
pub(super) const STORM: &str = include_str!("../../../demo/storm.json");

/// When alarms like to fire.
const BEGINS: &str = "2026-11-20T03:00:20Z";
/// How far the clock is turned between two looks at a change, and how often at most.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const MOST_LOOKS: usize = 600;

pub(super) struct Stage {
    policies: Policies,
    world: Running,
    side: Side,
    began: Timestamp,
}

impl Stage {
    pub(super) async fn open(world: &str) -> Result<Self, Complaint> {
        let wrong = |error: &dyn ToString| Complaint::of(&error.to_string(), Exit::Wrong);
        let mut value: Value = serde_json::from_str(world).map_err(|error| wrong(&error))?;
        if let Some(members) = value.as_object_mut() {
            members.insert("now".to_owned(), json!(BEGINS));
        }
        let world = World::from_value(value).map_err(|error| wrong(&error))?;
        let began = world.now;
        let world = Running::of(world)?;
        let sources = [Source::new("policies.yaml", POLICIES.into())];
        let policies = load(&sources).into_policies();
        let policies = policies.map_err(|_| wrong(&"the policies of the demo are wrong"))?;
        let side = world.side().await;
        Ok(Self {
            policies,
            world,
            side,
            began,
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.world.double.world().now
    }

    /// How long the story has gone on.
    pub(super) fn gone(&self) -> SignedDuration {
        self.now().duration_since(self.began)
    }

    pub(super) fn now_less(&self, ago: SignedDuration) -> Timestamp {
        self.now().checked_sub(ago).unwrap_or(Timestamp::MIN)
    }

    /// What EventBridge sends when the service's alarm has fired so long ago.
    pub(super) fn alarm(&self, service: &str, ago: SignedDuration) -> Value {
        alarm(service, self.now_less(ago), &self.side.home)
    }

    /// As the function would, with the time of the world.
    pub(super) async fn prepare<'a>(&'a self, trigger: &'a Trigger) -> Prepared<'a> {
        let setting = self.side.setting(&self.policies, self.now());
        prepare(trigger, setting).await
    }

    /// Turns the clock until it is known what became of the change: each state, and when it was first seen.
    pub(super) async fn follow(
        &self,
        change: &ChangeView<'_>,
    ) -> Result<Vec<(Timestamp, String)>, Complaint> {
        let mut seen: Vec<(Timestamp, String)> = Vec::new();
        for _ in 0..MOST_LOOKS {
            let again = change.look_again(&self.side.aws).await;
            let again = again.map_err(|trouble| Complaint::of(&trouble, Exit::Refused))?;
            let mut said = format!("it is in `{}`", again.state);
            if let Some(outcome) = again.outcome {
                said = format!("{said}: {}", as_written(&outcome));
            }
            if seen.last().is_none_or(|(_, last)| *last != said) {
                seen.push((self.now(), said));
            }
            if again.outcome.is_some() {
                break;
            }
            self.world.double.advance(LOOK_EVERY);
        }
        Ok(seen)
    }
}

pub(super) fn read(event: &Value) -> Result<Trigger, Complaint> {
    match read_event(event.to_string().as_bytes()) {
        Reading::Ours(trigger) => Ok(trigger),
        other => Err(Complaint::of(&format!("{other:?}"), Exit::Wrong)),
    }
}

/// A CloudWatch alarm that was fine for a day, and then was not.
pub(super) fn alarm(service: &str, fired_at: Timestamp, home: &Home) -> Value {
    let name = format!("{service}-5xx");
    let (account, region) = (&home.account, &home.region);
    let inner = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
    let fine_since = fired_at.saturating_sub(SignedDuration::from_hours(24));
    json!({
        "version": "0",
        "id": "5a0c1e7e-0000-4000-8000-000000000001",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": account,
        "time": fired_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": region,
        "resources": [format!("arn:aws:cloudwatch:{region}:{account}:alarm:{name}")],
        "detail": {
            "alarmName": name,
            "state": {
                "value": "ALARM",
                "reason": "Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (1.0)",
                "timestamp": inner(fired_at),
            },
            "previousState": {
                "value": "OK",
                "reason": "Threshold Crossed: no datapoint was greater than the threshold (1.0)",
                "timestamp": inner(fine_since.unwrap_or(fired_at)),
            },
            "configuration": { "metrics": [] },
        },
    })
}

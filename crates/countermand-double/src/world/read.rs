//! Reads a world from JSON, and says where it is wrong.

use jiff::{Span, SpanRelativeTo, Timestamp};
use serde_json::{Value, json};

use super::World;
use crate::api::operation_names;
use crate::faults::InjectedFault;

/// What is wrong with a world.
#[derive(Debug, thiserror::Error)]
pub enum BadWorld {
    #[error("the world is not JSON: {0}")]
    NotJson(serde_json::Error),
    #[error("the world cannot be read at `{at}`: {why}")]
    NotAWorld { at: String, why: String },
    #[error("the world's `now` is not a time\nwrite it as 2026-11-20T12:00:00Z")]
    NotATime,
    #[error("a fault or a rate names the call `{0}`, which the double does not have\nits calls are {all}", all = operation_names().join(", "))]
    UnknownCall(String),
}

impl World {
    /// Reads a world, and makes its relative times absolute.
    pub fn read(text: &str) -> Result<Self, BadWorld> {
        Self::from_value(serde_json::from_str(text).map_err(BadWorld::NotJson)?)
    }

    /// The same for a world that a test wrote as a value.
    pub fn from_value(mut value: Value) -> Result<Self, BadWorld> {
        let begins = match value.get("now") {
            None => Timestamp::now(),
            Some(time) => time
                .as_str()
                .and_then(|text| text.parse().ok())
                .ok_or(BadWorld::NotATime)?,
        };
        if let Some(members) = value.as_object_mut() {
            members.insert("now".to_owned(), json!(begins));
        }
        make_absolute(&mut value, begins);
        let world: Self =
            serde_path_to_error::deserialize(value).map_err(|error| BadWorld::NotAWorld {
                at: error.path().to_string(),
                why: error.into_inner().to_string(),
            })?;
        world.faults.iter().try_for_each(InjectedFault::check)?;
        let limited = world.rates.iter().flat_map(|it| &it.calls);
        limited.cloned().try_for_each(known_call)?;
        Ok(world)
    }
}

impl InjectedFault {
    pub(crate) fn check(&self) -> Result<(), BadWorld> {
        known_call(self.call.clone())
    }
}

fn known_call(call: String) -> Result<(), BadWorld> {
    if operation_names().contains(&call) {
        Ok(())
    } else {
        Err(BadWorld::UnknownCall(call))
    }
}

fn make_absolute(value: &mut Value, begins: Timestamp) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| make_absolute(item, begins)),
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if let (true, Value::String(text)) = (key.ends_with("-at"), &mut *member) {
                    if let Some(time) = relative(text, begins) {
                        *text = time.to_string();
                    }
                } else {
                    make_absolute(member, begins);
                }
            }
        }
        _ => {}
    }
}

/// Another text than a relative time is left to the type of its key, which reads it or says what is wrong with it.
fn relative(text: &str, begins: Timestamp) -> Option<Timestamp> {
    let size: Span = text.strip_prefix(['-', '+'])?.parse().ok()?;
    let size = size.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    let size = if text.starts_with('-') {
        size.checked_neg()?
    } else {
        size
    };
    begins.checked_add(size).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(created: &str) -> Value {
        json!({
            "now": "2026-11-20T12:00:00Z",
            "ecs": {"clusters": [{"name": "prod", "services": [{"name": "checkout", "deployments": [{"id": "a", "created-at": created}]}]}]},
        })
    }

    #[test]
    fn a_relative_time_counts_from_the_beginning() {
        for (written, read) in [
            ("-10m", "2026-11-20T11:50:00Z"),
            ("+1h", "2026-11-20T13:00:00Z"),
            ("-2d", "2026-11-18T12:00:00Z"),
            ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ] {
            let world = World::from_value(deployment(written)).unwrap();
            assert_eq!(
                world.ecs.clusters[0].services[0].deployments[0]
                    .created_at
                    .to_string(),
                read,
                "{written}"
            );
        }
    }

    #[test]
    fn a_world_is_read_again_as_it_was_written() {
        let world = World::from_value(deployment("-10m")).unwrap();
        assert_eq!(
            World::from_value(serde_json::to_value(&world).unwrap()).unwrap(),
            world
        );
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let told = World::from_value(deployment("yesterday"))
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("ecs.clusters[0].services[0].deployments[0].created-at"),
            "{told}"
        );
        let told = World::from_value(json!({"ecs": {"cluster": []}}))
            .unwrap_err()
            .to_string();
        assert!(told.contains("unknown field `cluster`"), "{told}");
    }

    #[test]
    fn a_fault_or_a_rate_of_an_unknown_call_is_refused() {
        let call = "ecs:StopServiceDeployments";
        for world in [
            json!({ "faults": [{ "call": call, "fault": "500" }] }),
            json!({ "rates": [{ "calls": [call], "burst": 1.0, "per-second": 1.0 }] }),
        ] {
            assert!(matches!(
                World::from_value(world),
                Err(BadWorld::UnknownCall(_))
            ));
        }
    }
}

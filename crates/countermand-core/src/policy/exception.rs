//! Targets that a policy leaves alone.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::calendar::Moment;
use crate::name::{Glob, OneOrMany};
use crate::operations;
use crate::zone::Zone;

/// A target that is left alone: all names that are given must match. With `from` or `until`, only for that time.
#[derive(Debug, Clone)]
pub struct TargetException {
    pub targets: BTreeMap<&'static str, OneOrMany<Glob>>,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub zone: Zone,
    pub why: String,
}

/// The target keys of all operations.
pub static TARGET_KEYS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut keys: Vec<_> = operations::ALL
        .iter()
        .flat_map(|it| it.targets.iter().copied())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
});

static KEYS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let own = ["from", "until", "zone", "why"];
    TARGET_KEYS.iter().copied().chain(own).collect()
});

impl<'de> Deserialize<'de> for TargetException {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Exception", KEYS.as_slice(), ExceptionVisitor)
    }
}

struct ExceptionVisitor;

impl<'de> Visitor<'de> for ExceptionVisitor {
    type Value = TargetException;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exception")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TargetException, A::Error> {
        let mut targets = BTreeMap::new();
        let (mut from, mut until, mut zone, mut why) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "from" => from = Some(map.next_value()?),
                "until" => until = Some(map.next_value()?),
                "zone" => zone = Some(map.next_value()?),
                "why" => why = Some(map.next_value()?),
                name => match TARGET_KEYS.iter().find(|it| **it == name) {
                    Some(key) => drop(targets.insert(*key, map.next_value()?)),
                    None => return Err(A::Error::custom(format_args!("unknown key `{name}`"))),
                },
            }
        }
        if targets.is_empty() {
            let keys = TARGET_KEYS.join("`, `");
            return Err(A::Error::custom(format_args!(
                "an exception names no target\nadd one of `{keys}`"
            )));
        }
        let why: String = why.ok_or_else(|| A::Error::missing_field("why"))?;
        if why.trim().is_empty() {
            return Err(A::Error::custom(
                "`why` is empty\nsay why the target is left alone: records repeat it",
            ));
        }
        Ok(TargetException {
            targets,
            from,
            until,
            zone: zone.unwrap_or(Zone::UTC),
            why,
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TargetException {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TargetException".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let described = |schema: schemars::Schema, description: &str| {
            let mut schema = schema;
            schema.insert("description".to_owned(), description.into());
            schema
        };
        let mut properties = serde_json::Map::new();
        for key in TARGET_KEYS.iter() {
            let names = generator.subschema_for::<OneOrMany<Glob>>();
            let description = format!("The `{key}` that is left alone.");
            properties.insert((*key).to_owned(), described(names, &description).into());
        }
        let moment = generator.subschema_for::<Moment>();
        let mut zone = generator.subschema_for::<Zone>();
        zone.insert("default".to_owned(), Zone::UTC.name().into());
        let why = schemars::json_schema!({ "type": "string", "pattern": r"\S" });
        for (key, schema, description) in [
            (
                "from",
                moment.clone(),
                "From when on it is left alone, as `2026-11-28 10:00`. Default: always.",
            ),
            (
                "until",
                moment,
                "Until when it is left alone, as `2026-11-28 12:00`. Default: for ever.",
            ),
            ("zone", zone, "The IANA time zone of `from` and `until`."),
            (
                "why",
                why,
                "Why: a ticket, or a sentence. The record quotes it.",
            ),
        ] {
            properties.insert(key.to_owned(), described(schema, description).into());
        }
        let one_of: Vec<_> = TARGET_KEYS
            .iter()
            .map(|key| serde_json::json!({ "required": [key] }))
            .collect();
        schemars::json_schema!({
            "type": "object",
            "description": "A target that is left alone: all names that are given must match. With `from` or `until`, only for that time.",
            "properties": properties,
            "required": ["why"],
            "anyOf": one_of,
            "additionalProperties": false,
        })
    }
}

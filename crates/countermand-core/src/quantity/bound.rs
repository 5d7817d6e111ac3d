//! Limits that can be lifted: a value, or `none`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, Visitor};

/// A limit, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound<T> {
    At(T),
    Lifted,
}

/// A whole number, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(u32);

impl<T> Bound<T> {
    pub fn at(self) -> Option<T> {
        match self {
            Self::At(it) => Some(it),
            Self::Lifted => None,
        }
    }

    pub fn is_lifted(&self) -> bool {
        matches!(self, Self::Lifted)
    }
}

impl Count {
    pub(crate) const fn of(it: u32) -> Self {
        Self(it)
    }

    pub fn get(self) -> u32 {
        self.0
    }
}

impl<T: fmt::Display> fmt::Display for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(it) => it.fmt(f),
            Self::Lifted => f.write_str("none"),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Bound<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BoundVisitor(PhantomData))
    }
}

struct BoundVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for BoundVisitor<T> {
    type Value = Bound<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a limit or `none`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match text {
            "none" => Ok(Bound::Lifted),
            _ => T::deserialize(text.into_deserializer()).map(Bound::At),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        T::deserialize(number.into_deserializer()).map(Bound::At)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        T::deserialize(number.into_deserializer()).map(Bound::At)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl Visitor<'_> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of 1 or more")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Count, E> {
        let count = u32::try_from(number).ok().filter(|it| *it > 0);
        count.map(Count).ok_or_else(|| not_a_count(number))
    }

    /// JSON and its schemas know one kind of number: `3.0` is 3.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Count, E> {
        // Every count below 2^32 is exact here, and counts as large as that are refused either way.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, and a fraction is refused"
        )]
        match number as i64 {
            whole if number.fract() == 0.0 => self.visit_i64(whole),
            _ => Err(not_a_count(number)),
        }
    }
}

fn not_a_count<E: Error>(number: impl fmt::Display) -> E {
    let most = u32::MAX;
    E::custom(format_args!(
        "`{number}` is not a whole number from 1 to {most}"
    ))
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Bound<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("BoundOf{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [generator.subschema_for::<T>(), { "const": "none" }] })
    }
}

schema_of!(inline Count as "Count" => { "type": "integer", "minimum": 1, "maximum": u32::MAX });

#[cfg(feature = "schema")]
impl serde::Serialize for Bound<Count> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(count) => serializer.serialize_u32(count.0),
            Self::Lifted => serializer.serialize_str("none"),
        }
    }
}

//! The JSON of an event: its outermost keys in one pass, and typed reading of their values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::LARGEST_EVENT;
use super::broken::{Broken, Defect, Wrapping};

type Raw<'a> = Option<&'a RawValue>;

/// The outermost keys of every known shape, not yet parsed: what a key must hold depends on the shape.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outer<'a> {
    // That one field borrows is enough: all others have the same lifetime.
    #[serde(borrow)]
    pub(crate) id: Raw<'a>,
    #[serde(rename = "detail-type")]
    pub(crate) detail_type: Raw<'a>,
    pub(crate) source: Raw<'a>,
    pub(crate) account: Raw<'a>,
    pub(crate) time: Raw<'a>,
    pub(crate) region: Raw<'a>,
    pub(crate) resources: Raw<'a>,
    pub(crate) detail: Raw<'a>,

    pub(crate) alarm_arn: Raw<'a>,
    pub(crate) account_id: Raw<'a>,
    pub(crate) alarm_data: Raw<'a>,

    pub(crate) policy: Raw<'a>,
    pub(crate) scheduled_time: Raw<'a>,
    pub(crate) schedule_arn: Raw<'a>,

    #[serde(rename = "Records")]
    records: Raw<'a>,
    #[serde(rename = "Messages")]
    messages: Raw<'a>,
    #[serde(rename = "Message")]
    message: Raw<'a>,
    #[serde(rename = "NewStateValue")]
    new_state_value: Raw<'a>,
    request_payload: Raw<'a>,
}

impl<'a> Outer<'a> {
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, Broken> {
        if json.len() > LARGEST_EVENT {
            return Err(Broken::new("", Defect::TooLarge { bytes: json.len() }));
        }
        let text = std::str::from_utf8(json).map_err(|error| {
            Broken::new(format!("byte {}", error.valid_up_to()), Defect::NotUtf8)
        })?;
        let Object(outer) = serde_json::from_str(text).map_err(|error| {
            let place = format!("line {} column {}", error.line(), error.column());
            Broken::new(place, what(&error))
        })?;
        Ok(outer)
    }

    /// What the event is wrapped in, and the key that shows it.
    pub(crate) fn wrapping(&self) -> Option<(&'static str, Wrapping)> {
        #[derive(Deserialize)]
        struct Record<'a> {
            #[serde(borrow, alias = "EventSource", rename = "eventSource")]
            source: Text<'a>,
        }

        if let Some(records) = self.records {
            let records =
                serde_json::from_str::<Vec<Record<'_>>>(records.get()).unwrap_or_default();
            let wrapping = match records.first().map(|record| &*record.source.0) {
                Some("aws:sns") => Wrapping::Sns,
                Some("aws:sqs") => Wrapping::Sqs,
                _ => Wrapping::Records,
            };
            return Some(("Records", wrapping));
        }
        [
            (self.messages, "Messages", Wrapping::Sqs),
            (self.message, "Message", Wrapping::Sns),
            (self.new_state_value, "NewStateValue", Wrapping::Sns),
            (self.request_payload, "requestPayload", Wrapping::OnFailure),
        ]
        .into_iter()
        .find_map(|(raw, place, wrapping)| raw.map(|_| (place, wrapping)))
    }
}

/// Parses the value at `place`.
pub(crate) fn parse<'a, T: Deserialize<'a>>(raw: &'a RawValue, place: &str) -> Result<T, Broken> {
    serde_json::from_str(raw.get()).or_else(|_| {
        // Tracking the path costs time, so only a failure does it, in a second pass.
        let mut again = serde_json::Deserializer::from_str(raw.get());
        serde_path_to_error::deserialize(&mut again).map_err(|error| {
            let path = error.path().to_string();
            let dot = if path.starts_with('[') { "" } else { "." };
            let place = if path == "." {
                place.to_owned()
            } else {
                format!("{place}{dot}{path}")
            };
            Broken::new(place, what(error.inner()))
        })
    })
}

/// Parses a part that is only informative: if it has another shape than expected, it counts as absent.
pub(crate) fn parse_if_it_fits<'a, T: Deserialize<'a>>(raw: Raw<'a>) -> Option<T> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
}

pub(crate) fn text<'a>(raw: Raw<'a>, place: &str) -> Result<Option<Cow<'a, str>>, Broken> {
    raw.map(|raw| parse::<Text<'a>>(raw, place).map(|text| text.0))
        .transpose()
}

pub(crate) fn required<T>(value: Option<T>, place: &str) -> Result<T, Broken> {
    value.ok_or_else(|| Broken::new(place, Defect::Missing))
}

/// The error without its line and column, which mean nothing inside a part of the event.
fn what(error: &serde_json::Error) -> Defect {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let words = words.strip_suffix(&place).unwrap_or(&words).to_owned();
    if error.is_data() {
        Defect::Unfit(words)
    } else {
        Defect::NotJson(words)
    }
}

/// A string, borrowed if it has no escapes. (An `Option<Cow<str>>` would always be copied.)
#[derive(Debug, Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// A struct from a JSON object only: derived structs also accept an array, by position.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// Names and their values, as an object or as AWS's list of `{"Key": ..., "Value": ...}`. If a name repeats, the last
/// value counts.
#[derive(Debug, Default)]
pub(crate) struct Pairs(pub(crate) BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Pair {
            #[serde(alias = "key", alias = "Name", alias = "name", rename = "Key")]
            name: String,
            #[serde(alias = "value", rename = "Value")]
            value: String,
        }

        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings, or a list of keys with their values")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Pairs, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(Pairs)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pairs, A::Error> {
                let mut pairs = BTreeMap::new();
                while let Some(Object(Pair { name, value })) = list.next_element()? {
                    pairs.insert(name, value);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

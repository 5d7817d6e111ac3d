//! Targets: globs with values from the event, as `{service}-*` or `{alarm.dimensions.ServiceName}`.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;

use super::parts::{Part, Parts, is_word};
use super::{Glob, Malformed, NameKind, Shape, Spelling, kinds};
use crate::nearest::nearest;

/// A glob for names of one kind, before the values of an event are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template<K: NameKind> {
    parts: Parts<Reference>,
    kind: PhantomData<K>,
}

/// A reference to a value of the event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    Capture(String),
    AlarmName,
    Dimension(String),
    Tag(String),
    Contributor(String),
    Account,
    Region,
}

/// Why no target is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{{{reference}}}` {why}")]
pub struct NotResolved {
    pub reference: Reference,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("is not in the event")]
    Missing,
    #[error("is empty in the event")]
    Empty,
    #[error("is `{value}`, which cannot be {what}")]
    Unfit { value: String, what: &'static str },
    #[error("has several values in the event: {}", .0.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", "))]
    Disagree(Vec<String>),
}

impl<K: NameKind> Template<K> {
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.in_braces()
    }

    /// References count as any text.
    pub fn shape(&self) -> Shape {
        Shape::of(&self.parts, |_| Vec::new())
    }

    /// References count as any text.
    pub fn spellings(&self) -> Vec<Spelling> {
        Spelling::of(&self.parts, |_| Vec::new())
    }

    /// Whether resources have to be listed to find the targets.
    pub fn has_wildcard(&self) -> bool {
        let mut parts = self.parts.0.iter();
        parts.any(|part| matches!(part, Part::One | Part::Many))
    }

    /// The name, if it is the same for every event and there is only one.
    pub fn exact(&self) -> Option<&str> {
        self.parts.exact()
    }

    /// Whether it matches every name. A reference does not, since its value is one name.
    pub fn is_everything(&self) -> bool {
        self.parts.is_everything(|_| false)
    }

    /// The glob with its references replaced by the event's `values`. A value is always a name and never a pattern: an
    /// alarm called `*-5xx` must not stop the fleet.
    pub fn resolve<'v>(
        &self,
        values: impl Fn(&Reference) -> Vec<&'v str>,
    ) -> Result<Glob<K>, NotResolved> {
        let mut parts: Vec<Part<_>> = Vec::with_capacity(self.parts.0.len());
        for part in &self.parts.0 {
            let part = match part {
                Part::Text(text) => Part::Text(text.clone()),
                Part::One => Part::One,
                Part::Many => Part::Many,
                Part::Braced(reference) => {
                    let value = one_name::<K>(&values(reference));
                    Part::Text(value.map_err(|why| NotResolved {
                        reference: reference.clone(),
                        why,
                    })?)
                }
            };
            match (parts.last_mut(), part) {
                (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
                (_, part) => parts.push(part),
            }
        }
        Ok(Glob::from_parts(parts))
    }
}

fn one_name<K: NameKind>(values: &[&str]) -> Result<String, Why> {
    match values {
        [] => Err(Why::Missing),
        [""] => Err(Why::Empty),
        [one] if kinds::fits::<K>(one) => Ok((*one).to_owned()),
        [one] => Err(Why::Unfit {
            value: (*one).to_owned(),
            what: K::WHAT,
        }),
        several => Err(Why::Disagree(
            several.iter().map(|&it| it.to_owned()).collect(),
        )),
    }
}

impl<K: NameKind> FromStr for Template<K> {
    type Err = Malformed;

    fn from_str(source: &str) -> Result<Self, Malformed> {
        let parts = Parts::parse(source, str::parse)?;
        parts.possible::<K>(source, |_| 1)?;
        Ok(Self {
            parts,
            kind: PhantomData,
        })
    }
}

from_text!(Template<K: NameKind>);

impl FromStr for Reference {
    type Err = Malformed;

    fn from_str(inside: &str) -> Result<Self, Malformed> {
        let unknown = || Malformed::Reference {
            inside: inside.to_owned(),
            nearest: nearest(inside, Self::FORMS.iter().skip(1).map(|(form, _)| *form))
                .map(str::to_owned),
        };
        let keyed = |key: &str| {
            if key.is_empty() {
                Err(unknown())
            } else {
                Ok(key.to_owned())
            }
        };
        match inside {
            "account" => Ok(Self::Account),
            "region" => Ok(Self::Region),
            "alarm.name" => Ok(Self::AlarmName),
            _ => match inside.strip_prefix("alarm.") {
                Some(field) => match field.split_once('.') {
                    Some(("dimensions", key)) => keyed(key).map(Self::Dimension),
                    Some(("tags", key)) => keyed(key).map(Self::Tag),
                    Some(("contributor", key)) => keyed(key).map(Self::Contributor),
                    _ => Err(unknown()),
                },
                None if is_word(inside) => Ok(Self::Capture(inside.to_owned())),
                None => Err(unknown()),
            },
        }
    }
}

impl Reference {
    /// Every form of reference, as written in braces, and its meaning.
    pub const FORMS: [(&'static str, &'static str); 7] = [
        ("x", "what `{x}` captured of the alarm's name"),
        ("alarm.name", "the alarm's name"),
        (
            "alarm.dimensions.X",
            "the dimension `X` of the alarm's metrics",
        ),
        (
            "alarm.tags.X",
            "the alarm's tag `X`, where tags are propagated to events",
        ),
        (
            "alarm.contributor.X",
            "the attribute `X` of the time series that the event is about",
        ),
        ("account", "the account that the event comes from"),
        ("region", "the region that the event comes from"),
    ];

    /// Whether only an alarm has this value.
    pub fn needs_alarm(&self) -> bool {
        !matches!(self, Self::Account | Self::Region)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capture(name) => f.write_str(name),
            Self::AlarmName => f.write_str("alarm.name"),
            Self::Dimension(key) => write!(f, "alarm.dimensions.{key}"),
            Self::Tag(key) => write!(f, "alarm.tags.{key}"),
            Self::Contributor(key) => write!(f, "alarm.contributor.{key}"),
            Self::Account => f.write_str("account"),
            Self::Region => f.write_str("region"),
        }
    }
}

impl<K: NameKind> fmt::Display for Template<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

schema_of!(named Template<K: NameKind> as super::kinds::schema_name::<K>("Target") => {
    "type": "string",
    "description": format!(
        "{}; `*` and `?` are wildcards, and `{{x}}` is what the event gives.",
        super::kinds::capitalized::<K>()
    ),
    "pattern": super::parts::schema_pattern::<K>(&[
        r"\{([a-z0-9_-]+|alarm\.name|alarm\.(dimensions|tags|contributor)\.[^{}]+)\}",
    ]),
    "minLength": 1,
    "maxLength": super::LONGEST_PATTERN,
});

//! Globs: `*` is any number of characters, `?` is one.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;

use super::parts::{Part, Parts};
use super::{AnyName, Malformed, NameKind, Shape, Spelling};

/// A glob for names of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Glob<K: NameKind = AnyName> {
    parts: Parts<Infallible>,
    kind: PhantomData<K>,
}

impl<K: NameKind> Glob<K> {
    pub fn matches(&self, name: &str) -> bool {
        let (mut parts, mut rest) = (self.parts.0.as_slice(), name);
        // The last star so far, and the text that it has not matched yet: backtracking further never helps.
        let mut star: Option<(&[Part<Infallible>], &str)> = None;
        loop {
            let step = match parts.split_first() {
                None if rest.is_empty() => return true,
                None => None,
                Some((Part::Many, [])) => return true,
                Some((Part::Many, after)) => {
                    star = Some((after, rest));
                    Some((after, rest))
                }
                Some((Part::Text(text), after)) => {
                    rest.strip_prefix(text.as_str()).map(|rest| (after, rest))
                }
                Some((Part::One, after)) => without_first(rest).map(|rest| (after, rest)),
                Some((Part::Braced(never), _)) => match *never {},
            };
            (parts, rest) = match (step, star) {
                (Some(step), _) => step,
                (None, None) => return false,
                (None, Some((after, left))) => match without_first(left) {
                    None => return false,
                    Some(left) => {
                        star = Some((after, left));
                        (after, left)
                    }
                },
            };
        }
    }

    /// A glob that matches only this name: its characters have no special meaning.
    pub fn literal(name: &str) -> Self {
        Self::from_parts(vec![Part::Text(name.to_owned())])
    }

    /// The name, if the glob matches only one.
    pub fn exact(&self) -> Option<&str> {
        self.parts.exact()
    }

    pub fn shape(&self) -> Shape {
        Shape::of(&self.parts, |never| match *never {})
    }

    pub fn spellings(&self) -> Vec<Spelling> {
        Spelling::of(&self.parts, |never| match *never {})
    }

    /// The same glob, for after its kind was checked.
    pub fn of_any_kind(self) -> Glob {
        Glob {
            parts: self.parts,
            kind: PhantomData,
        }
    }

    pub(super) fn from_parts(parts: Vec<Part<Infallible>>) -> Self {
        Self {
            parts: Parts(parts),
            kind: PhantomData,
        }
    }
}

fn without_first(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    characters.next().map(|_| characters.as_str())
}

impl<K: NameKind> FromStr for Glob<K> {
    type Err = Malformed;

    fn from_str(source: &str) -> Result<Self, Malformed> {
        let parts = Parts::parse(source, |inside| Err(Malformed::Braces(inside.to_owned())))?;
        parts.possible::<K>(source, |never| match *never {})?;
        Ok(Self {
            parts,
            kind: PhantomData,
        })
    }
}

from_text!(Glob<K: NameKind>);

impl<K: NameKind> fmt::Display for Glob<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

schema_of!(named Glob<K: NameKind> as super::kinds::schema_name::<K>("Glob") => {
    "type": "string",
    "description": format!("{}; `*` and `?` are wildcards.", super::kinds::capitalized::<K>()),
    "pattern": super::parts::schema_pattern::<K>(&[]),
    "minLength": 1,
    "maxLength": super::LONGEST_PATTERN,
});

//! The parts of all patterns: literal text, wildcards, and braces.

use std::fmt;

use super::kinds::NameKind;
use super::{LONGEST_PATTERN, Malformed};

/// A pattern split at its wildcards and braces. `V` is the content of braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts<V>(pub(super) Vec<Part<V>>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<V> {
    Text(String),
    /// `?`
    One,
    /// `*`
    Many,
    /// `{…}`
    Braced(V),
}

impl<V> Parts<V> {
    pub(super) fn parse(
        source: &str,
        mut braced: impl FnMut(&str) -> Result<V, Malformed>,
    ) -> Result<Self, Malformed> {
        if source.is_empty() {
            return Err(Malformed::Empty);
        }
        if source.len() > LONGEST_PATTERN {
            return Err(Malformed::TooLong(source.len()));
        }
        let mut parts = Vec::new();
        let mut rest = source;
        while !rest.is_empty() {
            let plain = rest.find(['*', '?', '{', '}']).unwrap_or(rest.len());
            let (text, special) = rest.split_at(plain);
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            let mut after = special.chars();
            match after.next() {
                None => break,
                Some('*') if matches!(parts.last(), Some(Part::Many)) => {
                    return Err(Malformed::DoubledStar(source.to_owned()));
                }
                Some('*') => parts.push(Part::Many),
                Some('?') => parts.push(Part::One),
                Some('{') => {
                    let closed = after.as_str().split_once('}');
                    let (inside, behind) = closed
                        .filter(|(inside, _)| !inside.contains('{'))
                        .ok_or_else(|| Malformed::Unclosed(source.to_owned()))?;
                    parts.push(Part::Braced(braced(inside)?));
                    after = behind.chars();
                }
                Some(_) => return Err(Malformed::Unopened(source.to_owned())),
            }
            rest = after.as_str();
        }
        Ok(Self(parts))
    }

    /// Refuses a pattern that no name of the kind can match. Braces stand for at least `shortest` characters.
    pub(super) fn possible<K: NameKind>(
        &self,
        source: &str,
        shortest: impl Fn(&V) -> usize,
    ) -> Result<(), Malformed> {
        let mut least = 0;
        let mut any_length = false;
        for part in &self.0 {
            match part {
                Part::Text(text) => {
                    if let Some(found) = text.chars().find(|it| !K::allows(*it)) {
                        return Err(Malformed::Impossible {
                            what: K::WHAT,
                            found,
                            pattern: source.to_owned(),
                        });
                    }
                    least += text.chars().count();
                }
                Part::One => least += 1,
                Part::Braced(inside) => {
                    least += shortest(inside);
                    any_length = true;
                }
                Part::Many => any_length = true,
            }
        }
        if least > K::LONGEST {
            return Err(Malformed::TooLongForKind {
                what: K::WHAT,
                longest: K::LONGEST,
                pattern: source.to_owned(),
            });
        }
        if least < K::SHORTEST && !any_length {
            return Err(Malformed::TooShortForKind {
                what: K::WHAT,
                shortest: K::SHORTEST,
                pattern: source.to_owned(),
            });
        }
        Ok(())
    }

    /// The name, if the pattern matches only one.
    pub(super) fn exact(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text(name)] => Some(name),
            _ => None,
        }
    }

    /// Pieces of text that every matching name contains.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Whether it matches every name, or every name that is not very short. `is_open` says whether braces can stand for
    /// any text.
    pub(super) fn is_everything(&self, is_open: impl Fn(&V) -> bool) -> bool {
        let any_length = |part: &Part<V>| match part {
            Part::Many => true,
            Part::Braced(inside) => is_open(inside),
            Part::Text(_) | Part::One => false,
        };
        self.0.iter().any(any_length)
            && self
                .0
                .iter()
                .all(|it| matches!(it, Part::One) || any_length(it))
    }

    pub(super) fn in_braces(&self) -> impl Iterator<Item = &V> {
        self.0.iter().filter_map(|part| match part {
            Part::Braced(it) => Some(it),
            _ => None,
        })
    }
}

impl<V: fmt::Display> fmt::Display for Parts<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::One => f.write_str("?"),
            Part::Many => f.write_str("*"),
            Part::Braced(inside) => write!(f, "{{{inside}}}"),
        })
    }
}

/// Whether the text can be the name of a capture.
pub(super) fn is_word(text: &str) -> bool {
    let fit = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '_';
    !text.is_empty() && text.chars().all(fit)
}

/// A regular expression for what [`Parts::parse`] accepts, with these forms of braces and no `*` next to another.
#[cfg(feature = "schema")]
pub(super) fn schema_pattern<K: NameKind>(braced: &[&str]) -> String {
    let text = super::kinds::class::<K>("*?{}");
    let parts = [&[text.as_str(), r"\?"], braced].concat().join("|");
    if K::SHORTEST <= 1 {
        return format!(r"^(\*?({parts}))*\*?$");
    }
    // Enough characters, or something that can stand for several.
    let mut ways = vec![
        format!(r"({text}|\?){{{},}}", K::SHORTEST),
        format!(r"(\*?({parts}))*\*(({parts})\*?)*"),
    ];
    if !braced.is_empty() {
        let braced = braced.join("|");
        ways.push(format!(r"(\*?({parts}))*({braced})(\*?({parts}))*\*?"));
    }
    format!("^({})$", ways.join("|"))
}

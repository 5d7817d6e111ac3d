//! Patterns that capture: `{cluster:web|batch}-{service}-5xx`.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;

use serde::Deserialize;

use super::kinds::AlarmName;
use super::parts::{Part, Parts, is_word};
use super::{AnyName, Malformed, NameKind, Shape, Spelling, readings};

/// The name of an alarm in a policy. It reads every name in one way only, which is checked when it is parsed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    source: String,
    parts: Parts<Capture>,
    /// Whether to remember dead ends: with less than two variable parts, no place is visited twice.
    remember: bool,
}

/// What a pattern captured from one name.
pub type Captures = BTreeMap<String, String>;

/// `{name}`, at least one character; or `{name:this|that}`, exactly one of the choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Capture {
    pub(super) name: String,
    pub(super) choices: Vec<String>,
}

impl Pattern {
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn matches(&self, name: &str) -> bool {
        Walk::new(self).reaches_end(&self.parts.0, name)
    }

    /// What the braces captured; `None` if the name does not match.
    pub fn captures(&self, name: &str) -> Option<Captures> {
        let mut walk = Walk::new(self);
        walk.reaches_end(&self.parts.0, name).then(|| {
            let found = walk.captured.into_iter();
            found
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        })
    }

    pub fn capture_names(&self) -> impl Iterator<Item = &str> {
        self.parts.in_braces().map(|capture| capture.name.as_str())
    }

    pub fn shape(&self) -> Shape {
        Shape::of(&self.parts, |capture| capture.choices.clone())
    }

    pub fn spellings(&self) -> Vec<Spelling> {
        Spelling::of(&self.parts, |capture| capture.choices.clone())
    }

    /// The name, if the pattern matches only one.
    pub fn exact(&self) -> Option<&str> {
        self.parts.exact()
    }

    /// The text that every matching name begins with.
    pub fn literal_prefix(&self) -> Option<&str> {
        match self.parts.0.first() {
            Some(Part::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn is_everything(&self) -> bool {
        self.parts
            .is_everything(|capture| capture.choices.is_empty())
    }
}

impl FromStr for Pattern {
    type Err = Malformed;

    fn from_str(source: &str) -> Result<Self, Malformed> {
        let mut names = HashSet::new();
        let parts = Parts::parse(source, |inside| {
            let capture: Capture = inside.parse()?;
            if names.insert(capture.name.clone()) {
                Ok(capture)
            } else {
                Err(Malformed::CapturedTwice(capture.name))
            }
        })?;
        parts.possible::<AlarmName>(source, |capture| {
            let lengths = capture.choices.iter().map(|it| it.chars().count());
            lengths.min().unwrap_or(1)
        })?;
        let variable = |part: &&Part<_>| matches!(part, Part::Many | Part::Braced(_));
        let variable = parts.0.iter().filter(variable).count();
        if variable > 1 && !names.is_empty() {
            readings::only_one(source, &parts.0)?;
        }
        Ok(Self {
            source: source.to_owned(),
            parts,
            remember: variable > 1,
        })
    }
}

impl FromStr for Capture {
    type Err = Malformed;

    fn from_str(inside: &str) -> Result<Self, Malformed> {
        let (name, choices) = match inside.split_once(':') {
            Some((name, choices)) => (name, choices.split('|').collect()),
            None => (inside, Vec::new()),
        };
        if !is_word(name) {
            return Err(Malformed::CaptureName(inside.to_owned()));
        }
        let distinct: HashSet<_> = choices.iter().collect();
        let plain = |it: &&str| !it.is_empty() && !it.contains(['*', '?']);
        if distinct.len() < choices.len() || !choices.iter().all(plain) {
            return Err(Malformed::Alternatives(inside.to_owned()));
        }
        if let Some(found) = inside.chars().find(|it| !AnyName::allows(*it)) {
            return Err(Malformed::Impossible {
                what: AnyName::WHAT,
                found,
                pattern: inside.to_owned(),
            });
        }
        Ok(Self {
            name: name.to_owned(),
            choices: choices.into_iter().map(str::to_owned).collect(),
        })
    }
}

from_text!(Pattern);

/// The match of one pattern against one name.
struct Walk<'p, 'n> {
    remember: bool,
    /// Known dead ends, as the numbers of parts and characters left: keeps `*a*a*a*b` from taking exponential time.
    dead: HashSet<(usize, usize)>,
    captured: Vec<(&'p str, &'n str)>,
}

impl<'p, 'n> Walk<'p, 'n> {
    fn new(pattern: &Pattern) -> Self {
        Self {
            remember: pattern.remember,
            dead: HashSet::new(),
            captured: Vec::new(),
        }
    }

    fn reaches_end(&mut self, parts: &'p [Part<Capture>], name: &'n str) -> bool {
        let Some((part, rest)) = parts.split_first() else {
            return name.is_empty();
        };
        match part {
            Part::Text(text) => match name.strip_prefix(text.as_str()) {
                Some(name) => self.reaches_end(rest, name),
                None => false,
            },
            Part::One => {
                let mut characters = name.chars();
                characters.next().is_some() && self.reaches_end(rest, characters.as_str())
            }
            Part::Many if rest.is_empty() => true,
            Part::Many => self.unless_dead(parts, name, |walk| {
                ends(name).any(|end| walk.reaches_end(rest, behind(name, end)))
            }),
            Part::Braced(Capture { name: key, choices }) => self.unless_dead(parts, name, |walk| {
                if choices.is_empty() {
                    let mut ends = ends(name).skip(1);
                    return ends.any(|end| walk.capture(key, name, end, rest));
                }
                let mut fitting = choices.iter().filter(|it| name.starts_with(it.as_str()));
                fitting.any(|choice| walk.capture(key, name, choice.len(), rest))
            }),
        }
    }

    fn capture(
        &mut self,
        key: &'p str,
        name: &'n str,
        end: usize,
        rest: &'p [Part<Capture>],
    ) -> bool {
        let Some(value) = name.get(..end) else {
            return false;
        };
        self.captured.push((key, value));
        let found = self.reaches_end(rest, behind(name, end));
        if !found {
            self.captured.pop();
        }
        found
    }

    fn unless_dead(
        &mut self,
        parts: &[Part<Capture>],
        name: &str,
        attempt: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        let here = (parts.len(), name.len());
        if self.remember && self.dead.contains(&here) {
            return false;
        }
        let found = attempt(self);
        if self.remember && !found {
            self.dead.insert(here);
        }
        found
    }
}

/// Every position at which a prefix of the name can end, the shortest prefix first.
fn ends(name: &str) -> impl Iterator<Item = usize> {
    name.char_indices().map(|(at, _)| at).chain([name.len()])
}

fn behind(name: &str, end: usize) -> &str {
    name.get(end..).unwrap_or_default()
}

schema_of!(named Pattern as "Pattern" => {
    "type": "string",
    "description": "A name; `*` and `?` are wildcards, `{x}` captures, `{x:a|b}` captures one of those listed.",
    "pattern": super::parts::schema_pattern::<AnyName>(&[&{
        let choice = super::kinds::class::<AnyName>("|{}*?");
        format!(r"\{{[a-z0-9_-]+(:{choice}+(\|{choice}+)*)?\}}")
    }]),
    "minLength": 1,
    "maxLength": super::LONGEST_PATTERN,
});

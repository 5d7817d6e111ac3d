//! When a scheduled policy runs: `rate(...)`, `cron(...)` and `at(...)` as EventBridge Scheduler reads them.
//!
//! Forms that its documentation leaves open are refused, with an unambiguous suggestion: reading an expression in
//! another way than AWS does would be worse than refusing it.

mod at;
mod cron;
mod days;
mod field;
mod rate;
mod refused;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::zone::Zone;

pub use at::At;
pub use cron::Cron;
pub use rate::Rate;
pub use refused::Refused;

/// AWS's limit.
const MOST_CHARACTERS: usize = 256;

/// A schedule expression: `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-12-24T18:00:00)`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Expression {
    Rate(Rate),
    Cron(Cron),
    At(At),
}

impl Expression {
    /// The first run strictly after `after`; `None` for a rate, which counts from a deployment at an unknown time.
    pub fn next_after(&self, after: Timestamp, zone: &Zone) -> Option<Timestamp> {
        self.runs_after(after, zone).next()
    }

    /// All runs strictly after `after`, the earliest first.
    pub fn runs_after<'a>(
        &'a self,
        after: Timestamp,
        zone: &'a Zone,
    ) -> impl Iterator<Item = Timestamp> + 'a {
        let (cron, at) = match self {
            Self::Rate(_) => (None, None),
            Self::Cron(cron) => (Some(cron.runs_after(after, zone)), None),
            Self::At(at) => (None, at.instant(zone).filter(|run| *run > after)),
        };
        cron.into_iter().flatten().chain(at)
    }

    /// Whether there is no run after `now`: the last one is past, or there never was one, as on 30 February.
    pub fn never_fires_after(&self, now: Timestamp, zone: &Zone) -> bool {
        !matches!(self, Self::Rate(_)) && self.next_after(now, zone).is_none()
    }

    /// A short description for people, if there is an exact one.
    pub fn describe(&self) -> Option<String> {
        match self {
            Self::Rate(rate) => Some(rate.describe()),
            Self::Cron(cron) => cron.describe(),
            Self::At(at) => Some(at.describe()),
        }
    }
}

impl FromStr for Expression {
    type Err = Refused;

    fn from_str(given: &str) -> Result<Self, Refused> {
        let characters = given.chars().count();
        if characters > MOST_CHARACTERS {
            return Err(Refused::TooLong { characters });
        }
        let within = |name| {
            let rest: &str = given.strip_prefix(name)?;
            rest.strip_prefix('(')?.strip_suffix(')')
        };
        if let Some(within) = within("rate") {
            Rate::read(within).map(Self::Rate)
        } else if let Some(within) = within("cron") {
            Cron::read(within).map(Self::Cron)
        } else if let Some(within) = within("at") {
            At::read(within).map(Self::At)
        } else {
            Err(Refused::NotASchedule {
                given: given.to_owned(),
            })
        }
    }
}

from_text!(Expression);

impl fmt::Display for Expression {
    /// As it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(rate) => rate.fmt(f),
            Self::Cron(cron) => cron.fmt(f),
            Self::At(at) => at.fmt(f),
        }
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

schema_of!(named Expression as "ScheduleExpression" => {
    "type": "string",
    "description": "A schedule as EventBridge Scheduler reads it: `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-12-24T18:00:00)`.",
    "maxLength": MOST_CHARACTERS,
    "pattern": PATTERN,
});

#[cfg(any(feature = "schema", test))]
const PATTERN: &str = concat!(
    r"^(rate\([1-9][0-9]* (minutes?|hours?|days?)\)",
    r"|cron\([0-9,*/-]+ [0-9,*/-]+ [0-9,*?/LW-]+ [0-9A-Za-z,*/-]+ [0-9A-Za-z,*?#-]+ [0-9,*/-]+\)",
    r"|at\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\))$",
);

/// The words between the brackets, separated by single spaces. Whether AWS accepts other white space is not documented.
fn words(within: &str) -> Result<Vec<&str>, Refused> {
    if within.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<_> = within.split(' ').collect();
    if words
        .iter()
        .any(|word| word.is_empty() || word.contains(char::is_whitespace))
    {
        return Err(Refused::Spaces {
            given: within.to_owned(),
        });
    }
    Ok(words)
}

//! The beginning and end of a period: weekly or once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::moment::{Moment, UnreadableMoment};
use super::weekly::{UnreadableWeeklyMoment, WeeklyMoment};

/// [from, until).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodEnds {
    /// From each `from` to the next `until`, which may be in the next week.
    Weekly {
        from: WeeklyMoment,
        until: WeeklyMoment,
    },
    Dated {
        from: Moment,
        until: Moment,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedEnds {
    #[error("`{from}` and `{until}` do not go together\nuse two days of the week, or two dates")]
    Mixed { from: PeriodEnd, until: PeriodEnd },
    #[error(
        "the period ends at `{until}`, which is not after `{from}`\nswap `from` and `until`, or set a later `until`"
    )]
    NotAfter { from: Moment, until: Moment },
    #[error(
        "the period begins and ends at `{end}`\nfor the whole week write two periods: from `{end}` to another day, and from there to `{end}`"
    )]
    Equal { end: WeeklyMoment },
}

impl PeriodEnds {
    pub fn new(from: PeriodEnd, until: PeriodEnd) -> Result<Self, RefusedEnds> {
        match (from, until) {
            (PeriodEnd::Weekly(end), PeriodEnd::Weekly(until)) if end == until => {
                Err(RefusedEnds::Equal { end })
            }
            (PeriodEnd::Weekly(from), PeriodEnd::Weekly(until)) => Ok(Self::Weekly { from, until }),
            (PeriodEnd::Dated(from), PeriodEnd::Dated(until)) if until <= from => {
                Err(RefusedEnds::NotAfter { from, until })
            }
            (PeriodEnd::Dated(from), PeriodEnd::Dated(until)) => Ok(Self::Dated { from, until }),
            (from, until) => Err(RefusedEnds::Mixed { from, until }),
        }
    }

    pub fn from(&self) -> PeriodEnd {
        match *self {
            Self::Weekly { from, .. } => PeriodEnd::Weekly(from),
            Self::Dated { from, .. } => PeriodEnd::Dated(from),
        }
    }

    pub fn until(&self) -> PeriodEnd {
        match *self {
            Self::Weekly { until, .. } => PeriodEnd::Weekly(until),
            Self::Dated { until, .. } => PeriodEnd::Dated(until),
        }
    }
}

impl fmt::Display for PeriodEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} until {}", self.from(), self.until())
    }
}

/// One end of a period, as people write it: `FRI 17:00` or `2026-12-20 17:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PeriodEnd {
    Weekly(WeeklyMoment),
    Dated(Moment),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableEnd {
    #[error(transparent)]
    Weekly(#[from] UnreadableWeeklyMoment),
    #[error(transparent)]
    Dated(#[from] UnreadableMoment),
}

impl FromStr for PeriodEnd {
    type Err = UnreadableEnd;

    fn from_str(given: &str) -> Result<Self, UnreadableEnd> {
        Ok(if given.starts_with(|first: char| first.is_ascii_digit()) {
            Self::Dated(given.parse()?)
        } else {
            Self::Weekly(given.parse()?)
        })
    }
}

from_text!(PeriodEnd and back);

impl fmt::Display for PeriodEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekly(end) => end.fmt(f),
            Self::Dated(end) => end.fmt(f),
        }
    }
}

schema_of!(inline PeriodEnd as "End" => {
    "type": "string",
    "pattern": format!("^({}|{})$", super::weekly::pattern(), super::moment::pattern()),
});

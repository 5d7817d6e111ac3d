//! A minute on the wall clock of one day, as `2026-12-20 17:00`, and its instant in a zone.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use serde::{Deserialize, Serialize};

use super::time_of_day::{AsWritten, UnreadableTime, number, time_of_day};
use crate::zone::Zone;

/// A wall-clock minute without a zone, written `YYYY-MM-DD HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(DateTime);

/// Which instant a wall-clock time stands for if it comes twice, because clocks were put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    First,
    Second,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableMoment {
    #[error("`{given}` is not a date and a time\nwrite it as `2026-12-20 17:00`")]
    NotAMoment { given: String },
    #[error("there is no day `{given}`\nwrite the year, the month and the day, as `2026-12-20`")]
    NoSuchDay { given: String },
    #[error(transparent)]
    Time(#[from] UnreadableTime),
}

impl Moment {
    /// The instant at which clocks in `zone` show this, or the first instant after the gap in which they skip it. Times
    /// beyond the range of `Timestamp` become its nearest end.
    pub fn to_timestamp(self, zone: &Zone, occurrence: Occurrence) -> Timestamp {
        instant(self.0, zone.time_zone(), occurrence)
    }

    pub(super) fn clock(self) -> DateTime {
        self.0
    }
}

pub(super) fn instant(clock: DateTime, zone: &TimeZone, occurrence: Occurrence) -> Timestamp {
    match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } => saturating(clock, offset),
        AmbiguousOffset::Fold { before, after } => match occurrence {
            Occurrence::First => saturating(clock, before),
            Occurrence::Second => saturating(clock, after),
        },
        AmbiguousOffset::Gap { before, after } => {
            // The clocks change after the first of these, and no later than the second.
            let (too_early, late_enough) = (saturating(clock, after), saturating(clock, before));
            zone.following(too_early)
                .take_while(|change| change.timestamp() <= late_enough)
                .find(|change| change.offset() == after)
                .map_or(late_enough, |change| change.timestamp())
        }
    }
}

fn saturating(clock: DateTime, offset: Offset) -> Timestamp {
    let nearest_end = if clock.year() > 0 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    };
    offset.to_timestamp(clock).unwrap_or(nearest_end)
}

/// Seconds are dropped.
impl From<DateTime> for Moment {
    fn from(clock: DateTime) -> Self {
        Self(clock.date().at(clock.hour(), clock.minute(), 0, 0))
    }
}

impl FromStr for Moment {
    type Err = UnreadableMoment;

    fn from_str(given: &str) -> Result<Self, UnreadableMoment> {
        let not_a_moment = || UnreadableMoment::NotAMoment {
            given: given.to_owned(),
        };
        let (written_date, written_time) = given.split_once(' ').ok_or_else(not_a_moment)?;
        let mut parts = written_date.split('-');
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(not_a_moment());
        };
        let date = civil_date(year, month, day).ok_or_else(|| UnreadableMoment::NoSuchDay {
            given: written_date.to_owned(),
        })?;
        Ok(Self(date.to_datetime(time_of_day(written_time)?)))
    }
}

fn civil_date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok()
}

from_text!(Moment and back);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.date(), AsWritten(self.0.time()))
    }
}

#[cfg(feature = "schema")]
pub(super) fn pattern() -> String {
    let time = super::time_of_day::PATTERN;
    format!("[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) {time}")
}

schema_of!(inline Moment as "Moment" => {
    "type": "string",
    "pattern": format!("^{}$", pattern()),
});

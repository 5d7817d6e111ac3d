//! Calendars: when changes are not wanted. Closed time is what `closed` holds and `open` does not.

mod change;
mod ends;
mod moment;
mod period;
mod state;
mod stretch;
mod time_of_day;
mod weekly;

use serde::{Deserialize, Deserializer, Serialize};

pub use ends::{PeriodEnd, PeriodEnds, RefusedEnds, UnreadableEnd};
pub use moment::{Moment, Occurrence, UnreadableMoment};
pub use period::{Exception, Period, RefusedPeriod};
pub use state::{Span, StateAt};
pub use time_of_day::UnreadableTime;
pub use weekly::{UnreadableWeeklyMoment, WeeklyMoment};

use crate::zone::Zone;

/// When changes are not wanted: closed time is what `closed` holds and `open` does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calendar {
    /// What the calendar is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The IANA time zone of all times in this calendar, as `Europe/Berlin`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "UTC")))]
    pub zone: Zone,
    /// The periods in which the calendar is closed, at least one. Periods that overlap or touch are one closed time.
    #[serde(deserialize_with = "at_least_one")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = "MOST_PERIODS")))]
    pub closed: Vec<Period>,
    /// Exceptions: the periods in which it is open all the same.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "not_too_many"
    )]
    #[cfg_attr(feature = "schema", schemars(length(max = "MOST_PERIODS")))]
    pub open: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedCalendar {
    #[error(
        "the calendar is never closed\nadd a period, as `{{ from: FRI 17:00, until: MON 07:00 }}`"
    )]
    NeverClosed,
    #[error(
        "a list of {0} periods is longer than any calendar of people\nuse at most {MOST_PERIODS}"
    )]
    TooManyPeriods(usize),
}

/// Enough for decades of holidays. The search for the next change takes quadratic time.
const MOST_PERIODS: usize = 500;

fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Period>, D::Error> {
    let closed = not_too_many(deserializer)?;
    if closed.is_empty() {
        return Err(serde::de::Error::custom(RefusedCalendar::NeverClosed));
    }
    Ok(closed)
}

fn not_too_many<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let periods = Vec::deserialize(deserializer)?;
    if periods.len() > MOST_PERIODS {
        let refused = RefusedCalendar::TooManyPeriods(periods.len());
        return Err(serde::de::Error::custom(refused));
    }
    Ok(periods)
}

#[cfg(test)]
mod tests;

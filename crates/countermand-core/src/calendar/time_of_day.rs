//! A minute of the day, as `07:00`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableTime {
    #[error("`{given}` is not a time of day\nwrite it as `HH:MM`, from `00:00` to `23:59`")]
    NotATime { given: String },
    #[error("`24:00` is not a time of day\nwrite `00:00` of the next day")]
    EndOfDay,
}

#[cfg(feature = "schema")]
pub(super) const PATTERN: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";

pub(super) fn time_of_day(given: &str) -> Result<Time, UnreadableTime> {
    if given == "24:00" {
        return Err(UnreadableTime::EndOfDay);
    }
    hour_and_minute(given).ok_or_else(|| UnreadableTime::NotATime {
        given: given.to_owned(),
    })
}

fn hour_and_minute(given: &str) -> Option<Time> {
    let (hour, minute) = given.split_once(':')?;
    Time::new(number(hour, 2)?, number(minute, 2)?, 0, 0).ok()
}

/// A number of exactly so many digits: `parse` alone would accept `+7`, and `7` for `07`.
pub(super) fn number<N: FromStr>(given: &str, digits: usize) -> Option<N> {
    let as_written = given.len() == digits && given.bytes().all(|it| it.is_ascii_digit());
    given.parse().ok().filter(|_| as_written)
}

pub(super) struct AsWritten(pub(super) Time);

impl fmt::Display for AsWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

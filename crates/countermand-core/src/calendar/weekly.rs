//! A minute on the wall clock of every week, as `FRI 17:00`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Time, Weekday};

use super::time_of_day::{AsWritten, UnreadableTime, time_of_day};
use crate::nearest::nearest;

/// A day of the week and a time, written `FRI 17:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WeeklyMoment {
    pub weekday: Weekday,
    pub time: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableWeeklyMoment {
    #[error("`{given}` is not a day and a time\nwrite it as `FRI 17:00` or `2026-12-20 17:00`")]
    NotAMoment { given: String },
    #[error("`{given}` is not a day of the week\n{}", help(.nearest.as_deref()))]
    UnknownDay {
        given: String,
        nearest: Option<String>,
    },
    #[error(transparent)]
    Time(#[from] UnreadableTime),
}

fn help(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "write it as `MON`, `TUE`, `WED`, `THU`, `FRI`, `SAT` or `SUN`".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    )
}

const DAYS: [(&str, Weekday); 7] = [
    ("MON", Weekday::Monday),
    ("TUE", Weekday::Tuesday),
    ("WED", Weekday::Wednesday),
    ("THU", Weekday::Thursday),
    ("FRI", Weekday::Friday),
    ("SAT", Weekday::Saturday),
    ("SUN", Weekday::Sunday),
];

#[cfg(feature = "schema")]
pub(super) fn pattern() -> String {
    let days = DAYS.map(|(name, _)| name).join("|");
    format!("({days}) {}", super::time_of_day::PATTERN)
}

impl FromStr for WeeklyMoment {
    type Err = UnreadableWeeklyMoment;

    fn from_str(given: &str) -> Result<Self, UnreadableWeeklyMoment> {
        let (day, time) =
            given
                .split_once(' ')
                .ok_or_else(|| UnreadableWeeklyMoment::NotAMoment {
                    given: given.to_owned(),
                })?;
        let known = DAYS.iter().find(|(name, _)| *name == day);
        let (_, weekday) = known.ok_or_else(|| UnreadableWeeklyMoment::UnknownDay {
            given: day.to_owned(),
            nearest: nearest(day, DAYS.map(|(name, _)| name)).map(str::to_owned),
        })?;
        Ok(Self {
            weekday: *weekday,
            time: time_of_day(time)?,
        })
    }
}

impl fmt::Display for WeeklyMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = DAYS.iter().find(|(_, weekday)| *weekday == self.weekday);
        let name = name.map_or("", |(name, _)| *name);
        write!(f, "{name} {}", AsWritten(self.time))
    }
}

//! On which days a `cron` expression runs: by the day of the month or by the day of the week.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::Refused;
use super::field::{DAY_OF_MONTH, DAY_OF_WEEK};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Days {
    OfMonth(BTreeSet<i16>),
    /// `L`
    LastOfMonth,
    /// `LW`
    LastWorkday,
    /// `15W`: the nearest of Monday to Friday in the same month. A month without the 15th has none.
    WorkdayNearest(i16),
    /// 1 is Sunday.
    OfWeek(BTreeSet<i16>),
    /// `6L`
    LastOfItsName(i16),
    /// `3#2`
    NthOfItsName(i16, i16),
}

impl Days {
    pub(super) fn read(of_month: &str, of_week: &str) -> Result<Self, Refused> {
        match (of_month, of_week) {
            ("?", "?") => Err(Refused::NoDays),
            ("?", of_week) => read_of_week(of_week),
            (of_month, "?") => read_of_month(of_month),
            // A mistake within one of the fields is reported before their combination.
            (of_month, of_week) => {
                read_of_month(of_month)?;
                read_of_week(of_week)?;
                Err(Refused::BothDays {
                    of_month: of_month.to_owned(),
                    of_week: of_week.to_owned(),
                })
            }
        }
    }

    pub(super) fn contain(&self, date: Date) -> bool {
        let day = i16::from(date.day());
        let last = i16::from(date.days_in_month());
        let weekday = i16::from(date.weekday().to_sunday_one_offset());
        match self {
            Self::OfMonth(days) => days.contains(&day),
            Self::LastOfMonth => day == last,
            Self::LastWorkday => is_workday_nearest(date, last),
            Self::WorkdayNearest(wanted) => *wanted <= last && is_workday_nearest(date, *wanted),
            Self::OfWeek(days) => days.contains(&weekday),
            Self::LastOfItsName(wanted) => weekday == *wanted && day + 7 > last,
            Self::NthOfItsName(wanted, nth) => weekday == *wanted && (day - 1) / 7 + 1 == *nth,
        }
    }

    pub(super) fn are_all(&self) -> bool {
        match self {
            Self::OfMonth(days) => days.len() == 31,
            Self::OfWeek(days) => days.len() == 7,
            _ => false,
        }
    }
}

fn read_of_month(given: &str) -> Result<Days, Refused> {
    let alone = !given.contains([',', '-', '/']);
    match given.strip_suffix('W') {
        _ if given == "L" => Ok(Days::LastOfMonth),
        Some("L") => Ok(Days::LastWorkday),
        Some("") => Err(Refused::Incomplete {
            field: DAY_OF_MONTH.name,
            given: given.to_owned(),
        }),
        Some(day) if alone => Ok(Days::WorkdayNearest(DAY_OF_MONTH.value(day)?)),
        _ => Ok(Days::OfMonth(DAY_OF_MONTH.values(given)?)),
    }
}

fn read_of_week(given: &str) -> Result<Days, Refused> {
    if given == "L" {
        // The last day of the week: Saturday.
        return Ok(Days::OfWeek(BTreeSet::from([7])));
    }
    let alone = !given.contains([',', '-', '/']);
    if let Some(day) = given.strip_suffix('L').filter(|_| alone) {
        return Ok(Days::LastOfItsName(DAY_OF_WEEK.value(day)?));
    }
    match given.split_once('#').filter(|_| alone) {
        Some((day, nth)) if !day.is_empty() && !nth.is_empty() => {
            let day = DAY_OF_WEEK.value(day)?;
            let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth));
            let nth = nth.ok_or_else(|| Refused::Nth {
                given: given.to_owned(),
            })?;
            Ok(Days::NthOfItsName(day, nth))
        }
        _ => Ok(Days::OfWeek(DAY_OF_WEEK.values(given)?)),
    }
}

/// Whether `date` is the weekday (Monday to Friday) nearest to that day of its month.
fn is_workday_nearest(date: Date, wanted: i16) -> bool {
    let day = i16::from(date.day());
    let last = i16::from(date.days_in_month());
    match date.weekday() {
        Weekday::Saturday | Weekday::Sunday => false,
        // A Saturday is nearest to the Friday before it, a Sunday to the Monday after it.
        Weekday::Friday => {
            wanted == day || wanted == day + 1 || (wanted == day + 2 && wanted == last)
        }
        Weekday::Monday => wanted == day || wanted + 1 == day || (wanted + 2 == day && wanted == 1),
        _ => wanted == day,
    }
}

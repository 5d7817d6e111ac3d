//! `cron(minutes hours day-of-month month day-of-week year)`: at certain times on certain days.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::AmbiguousOffset;

use super::days::Days;
use super::field::{HOURS, MINUTES, MONTH, YEAR};
use super::{Refused, words};
use crate::zone::Zone;

/// `cron(0 3 * * ? *)`, on the clocks of the schedule's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    /// The fields as they were written.
    text: String,
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    days: Days,
    months: BTreeSet<i16>,
    years: BTreeSet<i16>,
}

impl Cron {
    /// A time that the clocks skip does not run, and a time that they repeat runs only the first time.
    pub(super) fn runs_after<'a>(
        &'a self,
        after: Timestamp,
        zone: &'a Zone,
    ) -> impl Iterator<Item = Timestamp> + 'a {
        let zone = zone.time_zone();
        let now = zone.to_datetime(after);
        self.dates_from(now.date())
            .flat_map(|date| self.times_on(date))
            // Avoids a look-up in the zone for times that are past on any clock.
            .filter(move |local| *local > now)
            .filter_map(|local| {
                let local = zone.to_ambiguous_timestamp(local);
                let skipped = matches!(local.offset(), AmbiguousOffset::Gap { .. });
                local.earlier().ok().filter(|_| !skipped)
            })
            // In the second of two equal hours, the run of the first is past.
            .filter(move |run| *run > after)
    }

    fn dates_from(&self, first: Date) -> impl Iterator<Item = Date> {
        let months = || (1..=12).filter(|month| self.months.contains(&i16::from(*month)));
        self.years
            .range(first.year()..)
            .flat_map(move |year| months().map(|month| (*year, month)))
            .flat_map(|(year, month)| {
                (1..=31).filter_map(move |day| Date::new(year, month, day).ok())
            })
            .filter(move |date| *date >= first && self.days.contain(*date))
    }

    fn times_on(&self, date: Date) -> impl Iterator<Item = DateTime> {
        let hours = (0..24).filter(|hour| self.hours.contains(&i16::from(*hour)));
        let minutes = || (0..60).filter(|minute| self.minutes.contains(&i16::from(*minute)));
        hours.flat_map(move |hour| minutes().map(move |minute| date.at(hour, minute, 0, 0)))
    }

    pub(super) fn read(within: &str) -> Result<Self, Refused> {
        let words = words(within)?;
        let [minutes, hours, day_of_month, month, day_of_week, year] = words.as_slice() else {
            return Err(Refused::FieldCount {
                given: within.to_owned(),
                fields: words.len(),
                instead: with_six_fields(&words),
            });
        };
        Ok(Self {
            text: within.to_owned(),
            minutes: MINUTES.values(minutes)?,
            hours: HOURS.values(hours)?,
            months: MONTH.values(month)?,
            years: YEAR.values(year)?,
            // Last: if a `?` was put into another field, that field should report it, not these two.
            days: Days::read(day_of_month, day_of_week)?,
        })
    }

    pub(super) fn describe(&self) -> Option<String> {
        let single = |values: &BTreeSet<i16>| values.first().filter(|_| values.len() == 1).copied();
        let (hour, minute) = (single(&self.hours)?, single(&self.minutes)?);
        let always = self.days.are_all() && self.months.len() == 12 && self.years.len() == 230;
        always.then(|| format!("every day at {hour:02}:{minute:02}"))
    }
}

/// The six fields that five fields of Unix's cron probably stand for. AWS's user guide calls the year optional, its API
/// reference does not, so it is required. Unix counts days of the week from 0: these are not translated.
fn with_six_fields(words: &[&str]) -> Option<String> {
    let [minutes, hours, day_of_month, month, day_of_week] = *words else {
        return None;
    };
    let names_days = !day_of_week.contains(|c: char| c.is_ascii_digit());
    let (day_of_month, day_of_week) = match (day_of_month, day_of_week) {
        ("?", _) | (_, "?") => (day_of_month, day_of_week),
        (_, "*") => (day_of_month, "?"),
        ("*", _) if names_days => ("?", day_of_week),
        _ => return None,
    };
    let fields = [minutes, hours, day_of_month, month, day_of_week, "*"].join(" ");
    Some(Cron::read(&fields).ok()?.to_string())
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cron({})", self.text)
    }
}

//! Minutes of days as the fewest `cron` expressions that cover them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::starts::{MinuteOfDay, MinutesOfDay, WeekdayNumber};

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// On days of every week.
pub(super) fn weekly(runs: &BTreeMap<WeekdayNumber, MinutesOfDay>) -> Vec<String> {
    let of_days = together(runs.iter().map(|(day, minutes)| (*day, minutes)));
    let crons = of_days.iter().flat_map(|(minutes, days)| {
        let days = days_of_week(days);
        times(minutes).into_iter().map(move |time| match &days {
            Some(days) => format!("cron({time} ? * {days} *)"),
            None => format!("cron({time} * * ? *)"),
        })
    });
    crons.collect()
}

/// On a day of the week, in one month of the year.
pub(super) fn in_month(month: i8, day: WeekdayNumber, (hour, minute): MinuteOfDay) -> String {
    let day = days_of_week(&[day].into()).unwrap_or_default();
    format!("cron({minute} {hour} ? {month} {day} *)")
}

/// On dates.
pub(super) fn dated(runs: &BTreeMap<Date, MinutesOfDay>) -> Vec<String> {
    let mut of_months: BTreeMap<(i16, i8), BTreeMap<i8, &MinutesOfDay>> = BTreeMap::new();
    for (date, minutes) in runs {
        let month = of_months.entry((date.year(), date.month())).or_default();
        month.insert(date.day(), minutes);
    }
    let crons = of_months.into_iter().flat_map(|((year, month), days)| {
        let of_days = together(days);
        let crons = of_days.into_iter().flat_map(move |(minutes, days)| {
            let days = list(&days);
            let times = times(minutes).into_iter();
            times.map(move |time| format!("cron({time} {days} {month} ? {year})"))
        });
        crons.collect::<Vec<_>>()
    });
    crons.collect()
}

/// Groups the days, or the hours, that have the same minutes.
fn together<M: PartialEq>(runs: impl IntoIterator<Item = (i8, M)>) -> Vec<(M, BTreeSet<i8>)> {
    let mut found: Vec<(M, BTreeSet<i8>)> = Vec::new();
    for (time, minutes) in runs {
        match found.iter_mut().find(|(it, _)| *it == minutes) {
            Some((_, times)) => {
                times.insert(time);
            }
            None => found.push((minutes, [time].into())),
        }
    }
    found
}

/// The first two fields of `cron`, once for all hours that have the same minutes.
fn times(minutes: &MinutesOfDay) -> Vec<String> {
    let mut of_hours: BTreeMap<i8, BTreeSet<i8>> = BTreeMap::new();
    for (hour, minute) in minutes {
        of_hours.entry(*hour).or_default().insert(*minute);
    }
    let times = together(of_hours).into_iter().map(|(minutes, hours)| {
        let hours = match hours.len() {
            24 => "*".to_owned(),
            _ => list(&hours),
        };
        format!("{} {hours}", every_or_list(&minutes))
    });
    times.collect()
}

/// `0/15` for a regular step from zero, else a list.
fn every_or_list(minutes: &BTreeSet<i8>) -> String {
    let mut two = minutes.iter();
    if let (Some(0), Some(step)) = (two.next(), two.next())
        && minutes
            .iter()
            .copied()
            .eq((0..60).step_by(usize::from(step.unsigned_abs())))
    {
        return format!("0/{step}");
    }
    list(minutes)
}

/// `None` for all seven.
fn days_of_week(days: &BTreeSet<i8>) -> Option<String> {
    let names = days.iter().filter_map(|day| {
        let at = usize::try_from(*day - 1).ok()?;
        DAYS.get(at).copied()
    });
    (days.len() < 7).then(|| names.collect::<Vec<_>>().join(","))
}

/// `1,3-5`.
fn list(numbers: &BTreeSet<i8>) -> String {
    let numbers: Vec<_> = numbers.iter().copied().collect();
    let runs = numbers.chunk_by(|before, next| before + 1 == *next);
    let runs = runs.filter_map(|run| match run {
        [] => None,
        [one] => Some(one.to_string()),
        [one, two] => Some(format!("{one},{two}")),
        [first, .., last] => Some(format!("{first}-{last}")),
    });
    runs.collect::<Vec<_>>().join(",")
}

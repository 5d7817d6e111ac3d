//! When a freeze has to be checked: at the start of closed time, and repeatedly while it lasts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp, ToSpan};

use countermand_core::calendar::{Calendar, Occurrence, PeriodEnd, PeriodEnds, WeeklyMoment};
use countermand_core::policy::{Bound, Duration};
use countermand_core::zone::Zone;

/// The minutes at which a freeze is checked, as `cron` and `at` can express them.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// On days of every week.
    pub(super) weekly: BTreeMap<WeekdayNumber, MinutesOfDay>,
    /// In one month of the year, the minute to which the clocks go forward, in place of a start that they skip.
    pub(super) instead_of_skipped: BTreeSet<(i8, WeekdayNumber, MinuteOfDay)>,
    pub(super) dated: BTreeMap<Date, MinutesOfDay>,
    pub(super) once: BTreeSet<Timestamp>,
}

pub(super) type MinutesOfDay = BTreeSet<MinuteOfDay>;

/// The hour and the minute.
pub(super) type MinuteOfDay = (i8, i8);

/// As AWS counts them: 1 is Sunday.
pub(super) type WeekdayNumber = i8;

const MINUTES_A_DAY: i32 = 24 * 60;
const MINUTES_A_WEEK: i32 = 7 * MINUTES_A_DAY;
/// How far clock changes are looked for: the rules of a zone may change sooner.
const YEARS_OF_ZONES: i64 = 10;
/// With more days, each day of the week is checked all year round instead: the function itself knows when it is closed.
const MOST_DATED_DAYS: usize = 120;

impl Runs {
    pub(super) fn of(calendar: &Calendar, again: Bound<Duration>, now: Timestamp) -> Self {
        let mut runs = Self {
            weekly: weekly_sweeps(calendar, again),
            once: dated_starts(calendar, now),
            ..Self::default()
        };
        for start in weekly_starts(calendar) {
            let minute = minute(start.time);
            runs.weekly
                .entry(day(start.weekday))
                .or_default()
                .insert(minute);
        }
        runs.instead_of_skipped = instead_of_skipped(calendar, now)
            .filter(|(_, day, minute)| !runs.has_weekly(*day, *minute))
            .collect();
        runs.add_dated_sweeps(calendar, again, now);
        let is_extra = |at: &Timestamp| {
            let local = calendar.zone.time_zone().to_datetime(*at);
            let again = calendar.zone.time_zone().to_ambiguous_timestamp(local);
            // In an hour that comes twice `cron` runs only the first time.
            again.is_ambiguous() || !runs.has_weekly(day(local.weekday()), minute(local.time()))
        };
        let once = runs.once.iter().copied().filter(is_extra).collect();
        runs.once = once;
        runs
    }

    fn has_weekly(&self, day: WeekdayNumber, minute: MinuteOfDay) -> bool {
        self.weekly.get(&day).is_some_and(|it| it.contains(&minute))
    }

    fn add_dated_sweeps(&mut self, calendar: &Calendar, again: Bound<Duration>, now: Timestamp) {
        let Some(again) = again.at() else {
            return;
        };
        let days = dated_days(calendar, now);
        if days.len() > MOST_DATED_DAYS {
            for day in 1..=7 {
                self.weekly.entry(day).or_default().extend(grid(again));
            }
            return;
        }
        for date in days {
            let minutes = closed_on(date, calendar, again).filter(|(at, minute)| {
                *at > now
                    && !self.once.contains(at)
                    && !self.has_weekly(day(date.weekday()), *minute)
            });
            let minutes: MinutesOfDay = minutes.map(|(_, minute)| minute).collect();
            if !minutes.is_empty() {
                self.dated.insert(date, minutes);
            }
        }
    }
}

pub(super) fn day(weekday: Weekday) -> WeekdayNumber {
    weekday.to_sunday_one_offset()
}

fn minute(time: Time) -> MinuteOfDay {
    (time.hour(), time.minute())
}

/// Closed time starts where a closed period begins, and where an open one ends.
fn starts(calendar: &Calendar) -> impl Iterator<Item = PeriodEnd> {
    let closed = calendar.closed.iter().map(|it| it.ends.from());
    closed.chain(calendar.open.iter().map(|it| it.ends.until()))
}

fn weekly_starts(calendar: &Calendar) -> impl Iterator<Item = WeeklyMoment> {
    starts(calendar).filter_map(|it| match it {
        PeriodEnd::Weekly(start) => Some(start),
        PeriodEnd::Dated(_) => None,
    })
}

/// Of periods with dates: only actual starts, in the future.
fn dated_starts(calendar: &Calendar, now: Timestamp) -> BTreeSet<Timestamp> {
    let instants = starts(calendar).filter_map(|it| match it {
        PeriodEnd::Weekly(_) => None,
        PeriodEnd::Dated(start) => Some(start.to_timestamp(&calendar.zone, Occurrence::First)),
    });
    let is_start = |at: &Timestamp| {
        let closed = calendar.closed_at(*at);
        closed.is_some_and(|it| it.from == Some(*at))
    };
    instants.filter(|at| *at > now).filter(is_start).collect()
}

/// `cron` does not run at a time that the clocks skip. Closed time then starts when they have gone forward.
fn instead_of_skipped(
    calendar: &Calendar,
    now: Timestamp,
) -> impl Iterator<Item = (i8, WeekdayNumber, MinuteOfDay)> {
    let gaps = gaps(&calendar.zone, now);
    weekly_starts(calendar).flat_map(move |start| {
        let skipped = gaps.iter().filter(move |(begin, end)| {
            let on_the_day = begin
                .date()
                .at(start.time.hour(), start.time.minute(), 0, 0);
            // A gap may reach over midnight.
            let on_the_next = end.date().at(start.time.hour(), start.time.minute(), 0, 0);
            [on_the_day, on_the_next]
                .iter()
                .any(|at| at.weekday() == start.weekday && begin <= at && at < end)
        });
        let ends: Vec<_> = skipped.map(|(_, end)| *end).collect();
        ends.into_iter()
            .map(|end| (end.month(), day(end.weekday()), minute(end.time())))
    })
}

/// The local times that the clocks will skip.
fn gaps(zone: &Zone, now: Timestamp) -> Vec<(jiff::civil::DateTime, jiff::civil::DateTime)> {
    let zone = zone.time_zone();
    let far = now
        .checked_add(SignedDuration::from_hours(YEARS_OF_ZONES * 366 * 24))
        .unwrap_or(Timestamp::MAX);
    let changes = zone.following(now).take_while(|it| it.timestamp() < far);
    let gaps = changes.filter_map(|change| {
        let at = change.timestamp();
        let just_before = at.checked_sub(SignedDuration::from_secs(1)).ok()?;
        let before = zone.to_offset(just_before).to_datetime(at);
        let after = change.offset().to_datetime(at);
        (before < after).then_some((before, after))
    });
    gaps.collect()
}

/// The minutes of a day in this interval, counted from the full hour or from midnight.
fn grid(again: Duration) -> impl Iterator<Item = MinuteOfDay> {
    let every = (again.get().as_secs() / 60).max(1);
    let hours = (0..24).filter(move |hour| i64::from(*hour) % (every / 60).max(1) == 0);
    hours.flat_map(move |hour| {
        let minutes = (0..60).filter(move |minute| i64::from(*minute) % every.min(60) == 0);
        minutes.map(move |minute| (hour, minute))
    })
}

/// The minutes of the grid at which weekly periods are closed.
fn weekly_sweeps(
    calendar: &Calendar,
    again: Bound<Duration>,
) -> BTreeMap<WeekdayNumber, MinutesOfDay> {
    let Some(again) = again.at() else {
        return BTreeMap::new();
    };
    let is_closed = |at: i32| {
        let closed = calendar.closed.iter().any(|it| holds(&it.ends, at));
        closed && !calendar.open.iter().any(|it| holds(&it.ends, at))
    };
    let days = (1..=7).map(|day| {
        let closed = grid(again).filter(|(hour, minute)| {
            let of_day = i32::from(*hour) * 60 + i32::from(*minute);
            is_closed(i32::from(day - 1) * MINUTES_A_DAY + of_day)
        });
        (day, closed.collect::<MinutesOfDay>())
    });
    days.filter(|(_, minutes)| !minutes.is_empty()).collect()
}

/// Whether the period of every week holds a minute of it.
fn holds(ends: &PeriodEnds, at: i32) -> bool {
    let PeriodEnds::Weekly { from, until } = ends else {
        return false;
    };
    let (from, until) = (minute_of_week(*from), minute_of_week(*until));
    let since = (at - from).rem_euclid(MINUTES_A_WEEK);
    since < (until - from).rem_euclid(MINUTES_A_WEEK)
}

fn minute_of_week(moment: WeeklyMoment) -> i32 {
    let day = i32::from(day(moment.weekday)) - 1;
    let (hour, minute) = minute(moment.time);
    day * MINUTES_A_DAY + i32::from(hour) * 60 + i32::from(minute)
}

/// The days of periods with dates that are not past, at most one more than the limit.
fn dated_days(calendar: &Calendar, now: Timestamp) -> BTreeSet<Date> {
    let zone = calendar.zone.time_zone();
    let today = zone.to_datetime(now).date();
    let mut days = BTreeSet::new();
    for period in &calendar.closed {
        let PeriodEnds::Dated { from, until } = period.ends else {
            continue;
        };
        let local = |moment: countermand_core::calendar::Moment| {
            zone.to_datetime(moment.to_timestamp(&calendar.zone, Occurrence::First))
                .date()
        };
        let (first, last) = (local(from).max(today), local(until));
        let following = std::iter::successors(Some(first), |day| day.checked_add(1.day()).ok());
        let new = following.take_while(|day| *day <= last);
        days.extend(new.take(MOST_DATED_DAYS + 1));
    }
    days
}

/// The minutes of the grid at which the day is closed, each with its instant.
fn closed_on(
    date: Date,
    calendar: &Calendar,
    again: Duration,
) -> impl Iterator<Item = (Timestamp, MinuteOfDay)> {
    let zone = calendar.zone.time_zone();
    let instant = |(hour, minute): MinuteOfDay| {
        let local = zone.to_ambiguous_timestamp(date.at(hour, minute, 0, 0));
        let is_skipped = matches!(local.offset(), AmbiguousOffset::Gap { .. });
        local.earlier().ok().filter(|_| !is_skipped)
    };
    let minutes: Vec<_> = grid(again)
        .filter_map(|minute| Some((instant(minute)?, minute)))
        .collect();
    let first = minutes.first().map_or(Timestamp::MIN, |(at, _)| *at);
    let last = minutes.last().map_or(Timestamp::MIN, |(at, _)| *at);
    let behind = last
        .checked_add(SignedDuration::from_secs(1))
        .unwrap_or(Timestamp::MAX);
    let closed = calendar.closed_within_times(first, behind);
    minutes.into_iter().filter(move |(at, _)| {
        let mut closed = closed.iter();
        closed.any(|(from, until)| from <= at && at < until)
    })
}

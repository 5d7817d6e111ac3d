//! Random calendars against a slow, obvious model: walk minute by minute, read the wall clock, and mark the minutes
//! between the first time it shows `from` and the last time it shows `until`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

use crate::calendar::{Calendar, Exception, Period, PeriodEnd, PeriodEnds};
use crate::zone::Zone;

/// Days on which clocks change: by an hour and by half an hour, at and past midnight, once for good, over a day.
const CHANGES: [(&str, &str); 11] = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/St_Johns", "2010-11-07"),
    ("Asia/Kathmandu", "1986-01-01"),
    ("Pacific/Apia", "2011-12-30"),
];

/// How many days before and after the change are walked, and how many of them are compared: near its ends, the walk
/// misses periods that cross them.
const WALKED: i64 = 34;
const COMPARED: i64 = 17;

fn compared() -> Range<usize> {
    let minutes = |days: i64| usize::try_from(days * 24 * 60).unwrap();
    minutes(WALKED - COMPARED)..minutes(WALKED + COMPARED)
}

struct Walk {
    zone: Zone,
    change: Date,
    begin: Timestamp,
    clock: Vec<DateTime>,
    /// The first and the last minute at which the clock shows a time.
    shows: BTreeMap<DateTime, (usize, usize)>,
}

fn walk(which: usize) -> &'static Walk {
    static WALKS: [OnceLock<Walk>; CHANGES.len()] = [const { OnceLock::new() }; CHANGES.len()];
    WALKS[which].get_or_init(|| {
        let (zone, change) = CHANGES[which];
        let (zone, change): (Zone, Date) = (zone.parse().unwrap(), change.parse().unwrap());
        let noon = change.at(12, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
        let begin = noon - SignedDuration::from_hours(24 * WALKED);
        let clock: Vec<_> = (0..2 * WALKED * 24 * 60)
            .map(|minute| begin + SignedDuration::from_mins(minute))
            .map(|instant| zone.time_zone().to_datetime(instant))
            .collect();
        let mut shows = BTreeMap::new();
        for (minute, shown) in clock.iter().enumerate() {
            shows.entry(*shown).or_insert((minute, minute)).1 = minute;
        }
        Walk {
            zone,
            change,
            begin,
            clock,
            shows,
        }
    })
}

impl fmt::Debug for Walk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "around {} in {}", self.change, self.zone)
    }
}

impl Walk {
    fn instant(&self, minute: usize) -> Timestamp {
        self.begin + SignedDuration::from_mins(minute.try_into().unwrap())
    }

    fn minute(&self, instant: Timestamp) -> usize {
        instant
            .duration_since(self.begin)
            .as_mins()
            .try_into()
            .unwrap()
    }

    /// The first and the last minute at which the clock shows this, or else the first at which it shows a later time.
    fn shows(&self, time: DateTime) -> (usize, usize) {
        self.shows.get(&time).copied().unwrap_or_else(|| {
            let past = self.clock.iter().position(|shown| *shown > time);
            let past = past.unwrap_or(self.clock.len());
            (past, past)
        })
    }

    fn mark(&self, marks: &mut [bool], ends: &PeriodEnds, longer: bool) {
        for (from, until) in self.readings(ends) {
            let (from, until) = (self.shows(from), self.shows(until));
            let minutes = if longer {
                from.0..until.1
            } else {
                from.1..until.0
            };
            if minutes.start < minutes.end {
                marks[minutes].fill(true);
            }
        }
    }

    fn readings(&self, ends: &PeriodEnds) -> Vec<(DateTime, DateTime)> {
        let (from, until) = match ends {
            PeriodEnds::Dated { from, until } => return vec![(from.clock(), until.clock())],
            PeriodEnds::Weekly { from, until } => (from, until),
        };
        let days: Vec<_> = (-WALKED..WALKED)
            .map(|day| self.change + day.days())
            .collect();
        let on = |weekday, time| {
            let such = days.iter().filter(move |day| day.weekday() == weekday);
            such.map(move |day| day.to_datetime(time))
        };
        let next_until = |after| on(until.weekday, until.time).find(|until| *until > after);
        on(from.weekday, from.time)
            .filter_map(|from| Some((from, next_until(from)?)))
            .collect()
    }

    fn closed_minutes(&self, calendar: &Calendar) -> Vec<bool> {
        let mut closed = vec![false; self.clock.len()];
        let mut open = closed.clone();
        for period in &calendar.closed {
            self.mark(&mut closed, &period.ends, true);
        }
        for exception in &calendar.open {
            self.mark(&mut open, &exception.ends, false);
        }
        closed
            .iter()
            .zip(open)
            .map(|(closed, open)| *closed && !open)
            .collect()
    }
}

/// Mostly at night, when clocks change.
fn time() -> impl Strategy<Value = String> {
    let hour = prop_oneof![4 => 0..4_u8, 1 => 22..24_u8, 1 => 0..24_u8];
    (hour, 0..4_u8).prop_map(|(hour, quarter)| format!("{hour:02}:{:02}", quarter * 15))
}

fn weekly_end() -> impl Strategy<Value = String> {
    let day = prop::sample::select(vec!["SAT", "SUN", "SUN", "MON", "WED", "THU", "FRI"]);
    (day, time()).prop_map(|(day, time)| format!("{day} {time}"))
}

fn dated_end(change: Date) -> impl Strategy<Value = String> {
    let day = prop_oneof![3 => -1..2_i64, 1 => -9..10_i64];
    (day, time())
        .prop_map(move |(day, time): (i64, String)| format!("{} {time}", change + day.days()))
}

fn ends(change: Date) -> impl Strategy<Value = PeriodEnds> {
    let weekly = (weekly_end(), weekly_end()).boxed();
    let dated = (dated_end(change), dated_end(change)).boxed();
    prop_oneof![weekly, dated].prop_filter_map("no time in it", |(one, other)| {
        let (one, other): (PeriodEnd, PeriodEnd) = (one.parse().unwrap(), other.parse().unwrap());
        PeriodEnds::new(one, other)
            .or_else(|_| PeriodEnds::new(other, one))
            .ok()
    })
}

fn calendar() -> impl Strategy<Value = (&'static Walk, Calendar)> {
    (0..CHANGES.len()).prop_flat_map(|which| {
        let walk = walk(which);
        let closed = prop::collection::vec(ends(walk.change), 1..4);
        let open = prop::collection::vec(ends(walk.change), 0..3);
        (closed, open).prop_map(move |(closed, open)| {
            let closed = closed.into_iter().map(|ends| Period { ends, why: None });
            let open = open.into_iter().map(|ends| Exception {
                ends,
                why: "a patch".to_owned(),
            });
            let calendar = Calendar {
                description: None,
                zone: walk.zone.clone(),
                closed: closed.collect(),
                open: open.collect(),
            };
            (walk, calendar)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_instant_is_what_the_clock_on_the_wall_says(
        (walk, calendar) in calendar(),
        anywhere in prop::collection::vec(compared(), 20),
    ) {
        let closed = walk.closed_minutes(&calendar);
        let changes: Vec<_> = compared().skip(1).filter(|it| closed[*it] != closed[*it - 1]).collect();
        let around_changes = changes.iter().flat_map(|it| [*it - 1, *it]);
        for minute in anywhere.into_iter().chain(around_changes) {
            let now = walk.instant(minute);
            let last_of_minute = now + SignedDuration::new(59, 999_999_999);
            prop_assert_eq!(calendar.is_closed(now), closed[minute], "{}", now);
            prop_assert_eq!(calendar.is_closed(last_of_minute), closed[minute], "{}", last_of_minute);

            let next = calendar.next_change_after(now).filter(|it| *it < walk.instant(compared().end));
            let expected = changes.iter().find(|it| **it > minute).map(|it| walk.instant(*it));
            prop_assert_eq!(next, expected, "after {}", now);

            let last = calendar.last_change_until(now).filter(|it| *it > walk.instant(compared().start));
            let expected = changes.iter().rfind(|it| **it <= minute).map(|it| walk.instant(*it));
            prop_assert_eq!(last, expected, "until {}", now);
        }
    }

    #[test]
    fn closed_times_are_the_minutes_that_the_clock_on_the_wall_says((walk, calendar) in calendar()) {
        let closed = walk.closed_minutes(&calendar);
        let (begin, end) = (walk.instant(compared().start), walk.instant(compared().end));
        let mut told = vec![false; closed.len()];
        for span in calendar.closed_between(begin, end) {
            prop_assert!(!span.because.is_empty());
            let from = walk.minute(span.from.map_or(begin, |it| it.max(begin)));
            let until = walk.minute(span.until.map_or(end, |it| it.min(end)));
            prop_assert!(from < until);
            prop_assert!(from == compared().start || !told[from - 1], "two that touch: {}", walk.instant(from));
            prop_assert!(!told[from..until].contains(&true), "told twice: {:?}", span);
            told[from..until].fill(true);
        }
        prop_assert!(told[compared()] == closed[compared()]);
    }
}

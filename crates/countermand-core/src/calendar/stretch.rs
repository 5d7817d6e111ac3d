//! Stretches of real time: the instants of a period in a zone, and the arithmetic of stretches.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::ends::PeriodEnds;
use super::moment::{Occurrence, instant};
use super::weekly::WeeklyMoment;
use crate::zone::Zone;

/// [from, until), or including `until` if that is the last of all instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// Which reading to take of an end that clocks show twice, because they were put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClockReading {
    Longer,
    Shorter,
}

impl Stretch {
    pub(super) fn new(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until }
    }

    fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && (at < self.until || self.until == Timestamp::MAX)
    }

    pub(super) fn overlap(&self, other: Self) -> Option<Self> {
        let both = Self::new(self.from.max(other.from), self.until.min(other.until));
        (both.from < both.until).then_some(both)
    }

    fn read(from: DateTime, until: DateTime, zone: &TimeZone, reading: ClockReading) -> Self {
        let (first, last) = match reading {
            ClockReading::Longer => (Occurrence::First, Occurrence::Second),
            ClockReading::Shorter => (Occurrence::Second, Occurrence::First),
        };
        Self::new(instant(from, zone, first), instant(until, zone, last))
    }
}

impl PeriodEnds {
    pub(super) fn hold(&self, at: Timestamp, zone: &Zone, reading: ClockReading) -> bool {
        let mut near = self.near(Stretch::new(at, at), zone.time_zone(), reading);
        near.any(|it| it.holds(at))
    }

    pub(super) fn within(
        &self,
        window: Stretch,
        zone: &Zone,
        reading: ClockReading,
    ) -> impl Iterator<Item = Stretch> {
        self.near(window, zone.time_zone(), reading)
            .filter_map(move |it| it.overlap(window))
    }

    /// All stretches that may overlap `window`, and some that do not. One may be empty or reversed: the shorter reading
    /// of a quarter of an hour that comes twice.
    fn near(
        &self,
        window: Stretch,
        zone: &TimeZone,
        reading: ClockReading,
    ) -> impl Iterator<Item = Stretch> {
        let weekly = match *self {
            Self::Weekly { from, until } => Some(weekly_near(window, zone, from, until)),
            Self::Dated { .. } => None,
        };
        let weekly = weekly
            .into_iter()
            .flatten()
            .map(move |(from, until)| Stretch::read(from, until, zone, reading));
        self.dated(zone, reading).into_iter().chain(weekly)
    }

    pub(super) fn dated(&self, zone: &TimeZone, reading: ClockReading) -> Option<Stretch> {
        match self {
            Self::Weekly { .. } => None,
            Self::Dated { from, until } => {
                Some(Stretch::read(from.clock(), until.clock(), zone, reading))
            }
        }
    }
}

/// The ends of each week near `window`, with enough margin for a period of a week, and two more days on either side:
/// time that clocks repeat can include midnight, and was a whole day once.
fn weekly_near(
    window: Stretch,
    zone: &TimeZone,
    from: WeeklyMoment,
    until: WeeklyMoment,
) -> impl Iterator<Item = (DateTime, DateTime)> {
    let first = zone
        .to_datetime(window.from)
        .date()
        .saturating_sub(9.days());
    let last = zone
        .to_datetime(window.until)
        .date()
        .saturating_add(2.days());
    let days_long = match from.weekday.until(until.weekday) {
        0 if until.time <= from.time => 7,
        days => days,
    };
    let first_day = first.checked_add(first.weekday().until(from.weekday).days());
    std::iter::successors(first_day.ok(), |day| day.checked_add(7.days()).ok())
        .take_while(move |day| *day <= last)
        .map(move |day| {
            let last_day = day.saturating_add(days_long.days());
            (day.to_datetime(from.time), last_day.to_datetime(until.time))
        })
}

/// The union: sorted, disjoint, and none of them empty.
pub(super) fn sum(stretches: impl Iterator<Item = Stretch>) -> Vec<Stretch> {
    let mut stretches: Vec<_> = stretches.collect();
    stretches.retain(|it| it.from < it.until);
    stretches.sort_unstable();
    stretches.dedup_by(|next, kept| {
        let touches = next.from <= kept.until;
        if touches {
            kept.until = kept.until.max(next.until);
        }
        touches
    });
    stretches
}

/// Both have to be sorted and disjoint, as `sum` returns them.
pub(super) fn difference(from: &[Stretch], take: &[Stretch]) -> Vec<Stretch> {
    let mut left = Vec::new();
    for whole in from {
        let mut rest = *whole;
        let first = take.partition_point(|it| it.until <= whole.from);
        let holes = take.iter().skip(first);
        for hole in holes.map_while(|it| it.overlap(*whole)) {
            if rest.from < hole.from {
                left.push(Stretch::new(rest.from, hole.from));
            }
            rest.from = hole.until;
        }
        if rest.from < rest.until {
            left.push(rest);
        }
    }
    left
}

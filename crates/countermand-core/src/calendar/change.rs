//! When a calendar changes from open to closed or back: found by searching further and further, up to a limit.

use jiff::{SignedDuration, Timestamp};

use super::Calendar;
use super::stretch::{ClockReading, Stretch, difference, sum};

/// How far to search where only weekly periods apply: a calendar that has not changed for so long never does. More than
/// a year, since a period in an hour that clocks skip or repeat may matter once a year.
const HORIZON: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

const FIRST_LOOK: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Calendar {
    /// The first change from open to closed or back after `at`; `None` if there is none.
    pub fn next_change_after(&self, at: Timestamp) -> Option<Timestamp> {
        let closed = self.is_closed(at);
        let mut ends = self.dated_ends();
        ends.retain(|end| *end > at);
        ends.push(Timestamp::MAX);
        let begins = std::iter::once(at).chain(ends.iter().copied());
        begins.zip(&ends).find_map(|(begin, end)| {
            looks()
                .map(|(near, far)| Stretch::new(later(begin, near), later(begin, far).min(*end)))
                .take_while(|look| look.from < look.until)
                .find_map(|look| self.first_change(closed, look))
        })
    }

    /// When the state that the calendar has at `at` began; `None` if it always was so.
    pub fn last_change_until(&self, at: Timestamp) -> Option<Timestamp> {
        let closed = self.is_closed(at);
        let mut ends = self.dated_ends();
        ends.retain(|end| *end < at);
        ends.insert(0, Timestamp::MIN);
        let begins = std::iter::once(at).chain(ends.iter().rev().copied());
        begins.zip(ends.iter().rev()).find_map(|(begin, end)| {
            looks()
                .map(|(near, far)| {
                    Stretch::new(earlier(begin, far).max(*end), earlier(begin, near))
                })
                .take_while(|look| look.from < look.until)
                .find_map(|look| self.last_change(closed, look))
        })
    }

    /// The closed time within `window`: sorted, disjoint and not empty.
    pub(super) fn closed_within(&self, window: Stretch) -> Vec<Stretch> {
        difference(
            &self.periods_within(window),
            &self.exceptions_within(window),
        )
    }

    /// The time of all periods, whether or not an exception opens it.
    pub(super) fn periods_within(&self, window: Stretch) -> Vec<Stretch> {
        let closed = self.closed.iter();
        sum(closed.flat_map(|it| it.ends.within(window, &self.zone, ClockReading::Longer)))
    }

    pub(super) fn exceptions_within(&self, window: Stretch) -> Vec<Stretch> {
        let open = self.open.iter();
        sum(open.flat_map(|it| it.ends.within(window, &self.zone, ClockReading::Shorter)))
    }

    fn first_change(&self, was_closed: bool, window: Stretch) -> Option<Timestamp> {
        let closed = self.closed_within(window);
        let first = closed.first();
        if !was_closed {
            return first.map(|it| it.from);
        }
        match first {
            Some(first) if first.from == window.from => {
                (first.until < window.until).then_some(first.until)
            }
            _ => Some(window.from),
        }
    }

    fn last_change(&self, was_closed: bool, window: Stretch) -> Option<Timestamp> {
        let closed = self.closed_within(window);
        let last = closed.last();
        if !was_closed {
            return last.map(|it| it.until);
        }
        match last {
            Some(last) if last.until == window.until => {
                (last.from > window.from).then_some(last.from)
            }
            _ => Some(window.until),
        }
    }

    /// The ends of dated periods and exceptions. Between two of these, only weekly periods change anything.
    fn dated_ends(&self) -> Vec<Timestamp> {
        let zone = self.zone.time_zone();
        let (closed, open) = (self.closed.iter(), self.open.iter());
        let closed = closed.filter_map(|it| it.ends.dated(zone, ClockReading::Longer));
        let open = open.filter_map(|it| it.ends.dated(zone, ClockReading::Shorter));
        let ends = closed.chain(open).flat_map(|it| [it.from, it.until]);
        let mut ends: Vec<_> = ends.collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

/// The distances to search, from and to, each twice as far as the last: most calendars change within days.
fn looks() -> impl Iterator<Item = (SignedDuration, SignedDuration)> {
    let nears = std::iter::successors(Some(SignedDuration::ZERO), |near| {
        Some((*near * 2).max(FIRST_LOOK))
    });
    nears
        .take_while(|near| *near < HORIZON)
        .map(|near| (near, (near * 2).max(FIRST_LOOK)))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

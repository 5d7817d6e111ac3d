//! The state of a calendar at an instant and over a stretch of time.

use jiff::Timestamp;

use super::stretch::{ClockReading, Stretch, difference};
use super::{Calendar, Exception, Period};

/// The state at an instant. No `since` means that it always was so, no `until` that it stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateAt<'a> {
    Closed {
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        /// The periods that contain the instant: at least one.
        because: Vec<&'a Period>,
    },
    Open {
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        /// The exception that opens it during a period.
        exception: Option<&'a Exception>,
    },
}

/// One whole closed time: the calendar is open before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    /// `None` if it has no beginning.
    pub from: Option<Timestamp>,
    /// `None` if it has no end.
    pub until: Option<Timestamp>,
    /// The periods that make it up, within the time that was asked about.
    pub because: Vec<&'a Period>,
}

impl Calendar {
    pub fn is_closed(&self, at: Timestamp) -> bool {
        self.closed_by(at).next().is_some() && self.exception_at(at).is_none()
    }

    pub fn state_at(&self, at: Timestamp) -> StateAt<'_> {
        let since = self.last_change_until(at);
        let until = self.next_change_after(at);
        let because: Vec<_> = self.closed_by(at).collect();
        let exception = self.opened_by(at);
        if because.is_empty() || exception.is_some() {
            StateAt::Open {
                since,
                until,
                exception,
            }
        } else {
            StateAt::Closed {
                since,
                until,
                because,
            }
        }
    }

    /// The exception that opens it at a time within a period.
    pub fn opened_by(&self, at: Timestamp) -> Option<&Exception> {
        let exception = self.exception_at(at)?;
        self.closed_by(at).next().map(|_| exception)
    }

    /// The closed time that contains `at`.
    pub fn closed_at(&self, at: Timestamp) -> Option<Span<'_>> {
        match self.state_at(at) {
            StateAt::Open { .. } => None,
            StateAt::Closed {
                since,
                until,
                because,
            } => Some(Span {
                from: since,
                until,
                because,
            }),
        }
    }

    /// Every closed time that overlaps [from, until), in order; each is whole, including what is outside of these.
    pub fn closed_between(&self, from: Timestamp, until: Timestamp) -> Vec<Span<'_>> {
        let window = Stretch::new(from, until);
        let closed = self.closed_within(window);
        let because = self.closed_in(&closed, window);
        let closed = closed.into_iter().zip(because);
        closed
            .map(|(closed, because)| Span {
                from: if closed.from > from {
                    Some(closed.from)
                } else {
                    self.last_change_until(from)
                },
                until: if closed.until < until {
                    Some(closed.until)
                } else {
                    self.next_change_after(closed.from)
                },
                because,
            })
            .collect()
    }

    /// The exceptions that open a part of a period in [from, until).
    pub fn opened_between(&self, from: Timestamp, until: Timestamp) -> Vec<&Exception> {
        let window = Stretch::new(from, until);
        let periods = self.periods_within(window);
        let opens = |it: &&Exception| {
            let mut open = it.ends.within(window, &self.zone, ClockReading::Shorter);
            open.any(|open| periods.iter().any(|closed| closed.overlap(open).is_some()))
        };
        self.open.iter().filter(opens).collect()
    }

    /// The closed time within [from, until), cut off at these, as half-open intervals.
    pub fn closed_within_times(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        times(&self.closed_within(Stretch::new(from, until)))
    }

    /// The time within [from, until) that an exception opens during a period.
    pub fn opened_within_times(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        let window = Stretch::new(from, until);
        let periods = self.periods_within(window);
        let closed = difference(&periods, &self.exceptions_within(window));
        times(&difference(&periods, &closed))
    }

    /// Whether there is closed time now or later.
    pub fn has_future(&self, now: Timestamp) -> bool {
        self.is_closed(now) || self.next_change_after(now).is_some()
    }

    fn closed_by(&self, at: Timestamp) -> impl Iterator<Item = &Period> {
        let holds = move |period: &&Period| period.ends.hold(at, &self.zone, ClockReading::Longer);
        self.closed.iter().filter(holds)
    }

    fn exception_at(&self, at: Timestamp) -> Option<&Exception> {
        let holds = |it: &&Exception| it.ends.hold(at, &self.zone, ClockReading::Shorter);
        self.open.iter().find(holds)
    }

    /// For each of these closed times, which are sorted, the periods that make it up.
    fn closed_in(&self, closed: &[Stretch], window: Stretch) -> Vec<Vec<&Period>> {
        let mut because: Vec<Vec<&Period>> = vec![Vec::new(); closed.len()];
        for period in &self.closed {
            for stretch in period.ends.within(window, &self.zone, ClockReading::Longer) {
                let first = closed.partition_point(|it| it.until <= stretch.from);
                let from_there = closed.iter().zip(&mut because).skip(first);
                let held = from_there.take_while(|(it, _)| it.from < stretch.until);
                for (_, because) in held {
                    if because.last().is_none_or(|it| !std::ptr::eq(*it, period)) {
                        because.push(period);
                    }
                }
            }
        }
        because
    }
}

fn times(stretches: &[Stretch]) -> Vec<(Timestamp, Timestamp)> {
    stretches.iter().map(|it| (it.from, it.until)).collect()
}

//! What a calendar says of an instant and of a stretch of time.

use jiff::Timestamp;

use super::stretch::{ClockReading, Stretch, difference};
use super::{Calendar, Exception, Period};

/// What a calendar says of an instant. `None` for `since` is ever since, `None` for `until` is for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateAt<'a> {
    Closed {
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        /// The periods that hold the instant: at least one.
        because: Vec<&'a Period>,
    },
    Open {
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        /// What opens it, where a period says closed.
        exception: Option<&'a Exception>,
    },
}

/// One closed time, as long as it goes on: the calendar is open before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    /// `None`: ever since.
    pub from: Option<Timestamp>,
    /// `None`: for ever.
    pub until: Option<Timestamp>,
    /// The periods that it is made of, as far as it was asked for.
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

    /// What opens it at a time at which a period says closed.
    pub fn opened_by(&self, at: Timestamp) -> Option<&Exception> {
        let exception = self.exception_at(at)?;
        self.closed_by(at).next().map(|_| exception)
    }

    /// The closed time that holds `at`.
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

    /// Every closed time that overlaps [from, until), in order; each whole, also where it goes on outside of these.
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

    /// The exceptions that open it in any of [from, until), where a period says closed.
    pub fn opened_between(&self, from: Timestamp, until: Timestamp) -> Vec<&Exception> {
        let window = Stretch::new(from, until);
        let periods = self.periods_within(window);
        let opens = |it: &&Exception| {
            let mut open = it.ends.within(window, &self.zone, ClockReading::Shorter);
            open.any(|open| periods.iter().any(|closed| closed.overlap(open).is_some()))
        };
        self.open.iter().filter(opens).collect()
    }

    /// The closed time within [from, until), cut off at these: the first and the next instant of each.
    pub fn closed_within_times(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        times(&self.closed_within(Stretch::new(from, until)))
    }

    /// The time within [from, until) that an exception opens and a period would close.
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

    /// Is there closed time now or later?
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

    /// For each of these, which are in order, the periods that it is made of.
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

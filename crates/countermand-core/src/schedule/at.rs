//! `at(yyyy-mm-ddThh:mm:ss)`: once.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;

use super::Refused;
use crate::zone::Zone;

/// `at(2026-12-24T18:00:00)`, on the clocks of the schedule's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    local: DateTime,
}

impl At {
    /// The one run: the first of two where clocks repeat the hour, and the first instant after the gap where
    /// they skip it (AWS says only of `cron` that it is skipped).
    pub fn instant(&self, zone: &Zone) -> Option<Timestamp> {
        let zone = zone.time_zone();
        let local = zone.to_ambiguous_timestamp(self.local);
        match local.offset() {
            AmbiguousOffset::Gap { after, .. } => {
                // With the later offset, a time in the gap is before the change of clocks.
                let before_the_change = after.to_timestamp(self.local).ok()?;
                let change = zone.following(before_the_change).next()?;
                Some(change.timestamp())
            }
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
                local.earlier().ok()
            }
        }
    }

    pub(super) fn read(within: &str) -> Result<Self, Refused> {
        let shape = || Refused::AtShape {
            given: within.to_owned(),
        };
        let (date, time) = within.split_once('T').ok_or_else(shape)?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2]).ok_or_else(shape)?;
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2]).ok_or_else(shape)?;
        let small = |number: i16| i8::try_from(number).unwrap_or(i8::MAX);
        let local = DateTime::new(
            year,
            small(month),
            small(day),
            small(hour),
            small(minute),
            small(second),
            0,
        );
        local
            .map(|local| Self { local })
            .map_err(|_| Refused::NoSuchTime {
                given: within.to_owned(),
            })
    }

    pub(super) fn describe(&self) -> String {
        format!("once, at {} {}", self.local.date(), self.local.time())
    }
}

/// Three numbers of exactly so many digits each.
fn numbers(given: &str, between: char, digits: [usize; 3]) -> Option<[i16; 3]> {
    let mut parts = given.split(between);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at({})", self.local)
    }
}

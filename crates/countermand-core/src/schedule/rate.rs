//! `rate(value unit)`: at regular intervals from its deployment on.

use std::fmt;
use std::num::NonZeroU32;

use jiff::SignedDuration;

use super::{Refused, words};
use crate::nearest::nearest;

const SINGULAR: [(&str, u32); 3] = [("minute", 60), ("hour", 60 * 60), ("day", 24 * 60 * 60)];
/// The user guide lists only these, and has `rate(1 days)` as an example. EventBridge *rules* would refuse that.
const PLURAL: [(&str, u32); 3] = [("minutes", 60), ("hours", 60 * 60), ("days", 24 * 60 * 60)];

/// `rate(5 minutes)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    value: NonZeroU32,
    /// As it was written.
    unit: &'static str,
    unit_seconds: u32,
}

impl Rate {
    /// A day is 24 hours here, also when the clocks change.
    pub fn every(&self) -> SignedDuration {
        // Both are below 2^32: their product is below 2^63.
        SignedDuration::from_secs(i64::from(self.value.get()) * i64::from(self.unit_seconds))
    }

    pub(super) fn read(within: &str) -> Result<Self, Refused> {
        let words = words(within)?;
        let [value, unit] = words.as_slice() else {
            return Err(Refused::RateShape {
                given: within.to_owned(),
            });
        };
        let value = read_value(value)?;
        let (singular, plural) = (find(&SINGULAR, unit), find(&PLURAL, unit));
        if singular.is_some() && value.get() > 1 {
            return Err(Refused::RateSingular {
                value,
                unit: (*unit).to_owned(),
            });
        }
        let Some((unit, unit_seconds)) = singular.or(plural) else {
            return Err(Refused::RateUnit {
                given: (*unit).to_owned(),
                nearest: nearest(unit, PLURAL.iter().map(|(name, _)| *name)),
            });
        };
        Ok(Self {
            value,
            unit,
            unit_seconds,
        })
    }

    pub(super) fn describe(&self) -> String {
        if self.value.get() == 1 {
            format!("every {}", self.unit.trim_end_matches('s'))
        } else {
            format!("every {} {}", self.value, self.unit)
        }
    }
}

fn read_value(given: &str) -> Result<NonZeroU32, Refused> {
    let digits = given.bytes().all(|byte| byte.is_ascii_digit());
    Some(given)
        .filter(|given| digits && !given.starts_with('0'))
        .and_then(|given| given.parse().ok())
        .ok_or_else(|| Refused::RateValue {
            given: given.to_owned(),
        })
}

fn find(units: &[(&'static str, u32)], name: &str) -> Option<(&'static str, u32)> {
    units.iter().find(|(known, _)| *known == name).copied()
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rate({} {})", self.value, self.unit)
    }
}

//! How long: `90s`, `10m`, `1h30m`, `7d`.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A length of time, of days, hours, minutes and seconds in that order. A day is 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(SignedDuration);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDuration {
    #[error(
        "`{0}` is not a length of time\nwrite days, hours, minutes and seconds in that order, as `90s`, `10m`, `1h30m` or `7d`"
    )]
    Unreadable(String),
    #[error("`{0}` is longer than ten years\nto lift a limit, write `none` where it is possible")]
    TooLong(String),
}

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
const LONGEST: i64 = 3_653 * 86_400;

impl Duration {
    /// The default of `began-within` for an alarm.
    pub const ALARM_BEGAN_WITHIN: Self = Self::minutes(2 * 60);

    pub const fn minutes(minutes: i64) -> Self {
        Self(SignedDuration::from_secs(minutes * 60))
    }

    pub fn get(self) -> SignedDuration {
        self.0
    }
}

impl FromStr for Duration {
    type Err = BadDuration;

    fn from_str(text: &str) -> Result<Self, BadDuration> {
        let unreadable = || BadDuration::Unreadable(text.to_owned());
        let mut rest = text;
        let mut seconds: i64 = 0;
        for (unit, length) in UNITS {
            if let Some((number, after)) = rest.split_once(unit) {
                let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
                if !is_number {
                    return Err(unreadable());
                }
                // More digits than an `i64` has are certainly above the limit.
                let number = number.parse().unwrap_or(i64::MAX);
                seconds = seconds.saturating_add(length.saturating_mul(number));
                rest = after;
            }
        }
        match (rest, text, seconds) {
            (_, "", _) => Err(unreadable()),
            ("", _, LONGEST..) => Err(BadDuration::TooLong(text.to_owned())),
            ("", _, _) => Ok(Self(SignedDuration::from_secs(seconds))),
            _ => Err(unreadable()),
        }
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Duration;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time, as `10m` or `7d`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// As policies write it, to the second.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_secs().max(0);
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, length) in UNITS {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl From<SignedDuration> for Duration {
    fn from(duration: SignedDuration) -> Self {
        Self(duration)
    }
}

schema_of!(named Duration as "Duration" => {
    "type": "string",
    "description": "A length of time: days, hours, minutes and seconds in that order, as `90s`, `10m`, `1h30m` or `7d`.",
    "minLength": 2,
    "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_length_of_time_is_read_unit_by_unit() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("90s", Some(90)),
            ("10m", Some(600)),
            ("1h30m", Some(5_400)),
            ("7d", Some(604_800)),
            ("1d1h1m1s", Some(90_061)),
            ("", None),
            ("10", None),
            ("m", None),
            ("10 m", None),
            ("-10m", None),
            ("1.5h", None),
            ("30m1h", None),
            ("10M", None),
            ("10m5", None),
            ("1m1m", None),
        ] {
            let found = text.parse::<Duration>().ok().map(|it| it.get().as_secs());
            assert_eq!(found, seconds, "`{text}`");
        }
        for long in ["3653d", "99999999999999999999s", "999999999999999999d"] {
            assert_eq!(
                long.parse::<Duration>(),
                Err(BadDuration::TooLong(long.into()))
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(seconds in 0..LONGEST) {
            let duration = Duration(SignedDuration::from_secs(seconds));
            prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9dhms ]{0,30}") {
            let _ = (text.parse::<Duration>(), near.parse::<Duration>());
        }
    }
}

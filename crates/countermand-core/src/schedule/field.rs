//! One field of a `cron` expression: numbers, names, lists, ranges and steps.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::Refused;
use crate::nearest::nearest;

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// What the field accepts, for the help line.
    pub(super) takes: &'static str,
    wildcards: &'static str,
    least: i16,
    most: i16,
    most_step: i16,
    /// The names of `least` and the numbers after it.
    names: &'static [&'static str],
}

pub(super) static MINUTES: Field = Field {
    name: "minutes",
    takes: "0-59 and `, - * /`",
    wildcards: ",-*/",
    least: 0,
    most: 59,
    most_step: 59,
    names: &[],
};
pub(super) static HOURS: Field = Field {
    name: "hours",
    takes: "0-23 and `, - * /`",
    wildcards: ",-*/",
    least: 0,
    most: 23,
    most_step: 23,
    names: &[],
};
pub(super) static DAY_OF_MONTH: Field = Field {
    name: "day-of-month",
    takes: "1-31 and `, - * ? / L W`",
    wildcards: ",-*?/LW",
    least: 1,
    most: 31,
    most_step: 31,
    names: &[],
};
pub(super) static MONTH: Field = Field {
    name: "month",
    takes: "1-12 or JAN-DEC and `, - * /`",
    wildcards: ",-*/",
    least: 1,
    most: 12,
    most_step: 12,
    names: &[
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ],
};
pub(super) static DAY_OF_WEEK: Field = Field {
    name: "day-of-week",
    takes: "1-7 (1 is Sunday) or SUN-SAT and `, - * ? L #`",
    wildcards: ",-*?L#",
    least: 1,
    most: 7,
    most_step: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
pub(super) static YEAR: Field = Field {
    name: "year",
    takes: "1970-2199 and `, - * /`",
    wildcards: ",-*/",
    least: 1970,
    most: 2199,
    most_step: 2199 - 1970,
    names: &[],
};

impl Field {
    /// All values of `given`: one, `*`, or a list of values, ranges and steps.
    pub(super) fn values(&self, given: &str) -> Result<BTreeSet<i16>, Refused> {
        if given == "*" {
            return Ok((self.least..=self.most).collect());
        }
        if given.split([',', '-', '/', '#']).any(str::is_empty) {
            return Err(Refused::Incomplete {
                field: self.name,
                given: given.to_owned(),
            });
        }
        let mut values = BTreeSet::new();
        for item in given.split(',') {
            let (span, step) = match item.split_once('/') {
                Some((span, step)) => (self.stepped_span(item, span)?, self.step(step)?),
                None => (self.span(item)?, 1),
            };
            values.extend(span.step_by(step));
        }
        Ok(values)
    }

    /// One value, by its number or its name.
    pub(super) fn value(&self, given: &str) -> Result<i16, Refused> {
        if is_number(given) {
            return given
                .parse()
                .ok()
                .filter(|value| (self.least..=self.most).contains(value))
                .ok_or_else(|| Refused::OutOfRange {
                    field: self.name,
                    takes: self.takes,
                    given: given.to_owned(),
                });
        }
        (self.least..)
            .zip(self.names)
            .find(|(_, name)| name.eq_ignore_ascii_case(given))
            .map(|(value, _)| value)
            .ok_or_else(|| self.not_a_value(given))
    }

    /// A value or a range.
    fn span(&self, given: &str) -> Result<RangeInclusive<i16>, Refused> {
        match given.split_once('-') {
            Some((from, until)) => self.range(from, until),
            None => self.value(given).map(|value| value..=value),
        }
    }

    fn range(&self, from: &str, until: &str) -> Result<RangeInclusive<i16>, Refused> {
        let (first, last) = (self.value(from)?, self.value(until)?);
        if is_number(from) != is_number(until) {
            return Err(Refused::NumberAndName {
                field: self.name,
                from: from.to_owned(),
                until: until.to_owned(),
            });
        }
        if first > last {
            return Err(Refused::Backwards {
                field: self.name,
                from: from.to_owned(),
                until: until.to_owned(),
                instead: self.unwrapped(from, until),
            });
        }
        Ok(first..=last)
    }

    /// A range that wraps around, as two that do not. Years do not wrap around.
    fn unwrapped(&self, from: &str, until: &str) -> String {
        let numbers = (self.least.to_string(), self.most.to_string());
        let (least, most) = match (self.names.first(), self.names.last()) {
            (Some(least), Some(most)) if !is_number(from) => (*least, *most),
            _ => (numbers.0.as_str(), numbers.1.as_str()),
        };
        if self.name == YEAR.name {
            format!("{until}-{from}")
        } else {
            let range = |from: &str, until: &str| {
                if from.eq_ignore_ascii_case(until) {
                    from.to_owned()
                } else {
                    format!("{from}-{until}")
                }
            };
            format!("{},{}", range(from, most), range(least, until))
        }
    }

    /// The beginning and end of `*/n`, `from/n` and `from-until/n`.
    fn stepped_span(&self, item: &str, span: &str) -> Result<RangeInclusive<i16>, Refused> {
        if !self.wildcards.contains('/') {
            return Err(self.wildcard('/'));
        }
        if span == "*" {
            return Ok(self.least..=self.most);
        }
        let whole = self.span(span)?;
        // Quartz, whose dialect this is, ignores a step after a name. AWS does not document what it does.
        if span.contains(|c: char| c.is_ascii_alphabetic()) {
            return Err(Refused::StepFromName {
                field: self.name,
                given: item.to_owned(),
            });
        }
        let ends = span.contains('-');
        Ok(if ends {
            whole
        } else {
            *whole.start()..=self.most
        })
    }

    fn step(&self, given: &str) -> Result<usize, Refused> {
        Some(given)
            .filter(|given| is_number(given))
            .and_then(|given| given.parse::<i16>().ok())
            .filter(|step| (1..=self.most_step).contains(step))
            .and_then(|step| usize::try_from(step).ok())
            .ok_or_else(|| Refused::Step {
                field: self.name,
                given: given.to_owned(),
                most: self.most_step,
            })
    }

    fn not_a_value(&self, given: &str) -> Refused {
        let sign = given.chars().find(|c| "*?#/".contains(*c));
        let letter = given.chars().find(|c| "LW".contains(*c)).filter(|_| {
            given
                .chars()
                .all(|c| c.is_ascii_digit() || "LW".contains(c))
        });
        match sign.or(letter) {
            Some(wildcard) if !self.wildcards.contains(wildcard) => self.wildcard(wildcard),
            Some(_) => Refused::NotAlone {
                field: self.name,
                given: given.to_owned(),
            },
            None => Refused::NotAValue {
                field: self.name,
                takes: self.takes,
                given: given.to_owned(),
                nearest: nearest(given, self.names.iter().copied()),
            },
        }
    }

    fn wildcard(&self, wildcard: char) -> Refused {
        Refused::Wildcard {
            field: self.name,
            takes: self.takes,
            wildcard,
        }
    }
}

fn is_number(given: &str) -> bool {
    !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit())
}

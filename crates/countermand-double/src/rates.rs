//! Rates as data: how many calls of which operations a service takes. They are buckets of tokens, as ECS describes
//! its own, refilled by the world's clock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::services::APIS;

/// Operations that share a bucket: each call takes a token, and without one it is throttled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CallRate {
    /// The calls, as `ecs:DescribeServices`.
    pub calls: Vec<String>,
    /// How many tokens the bucket holds; it begins full.
    pub burst: f64,
    /// How many tokens come back.
    pub per_second: f64,
    /// What is left in it, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_at: Option<(f64, Timestamp)>,
}

impl CallRate {
    /// The rates that AWS publishes.
    pub fn published() -> Vec<Self> {
        let all = APIS.iter().flat_map(|service| {
            let rates = service.rates.iter();
            rates.map(|&(operations, burst, per_second)| Self {
                calls: service.calls(operations),
                burst,
                per_second,
                left_at: None,
            })
        });
        all.collect()
    }

    /// The same rate for a clock that runs so many times as fast.
    #[must_use]
    pub fn faster(self, times: f64) -> Self {
        Self {
            per_second: self.per_second * times,
            ..self
        }
    }

    /// Takes a token, where there is one.
    fn take(&mut self, now: Timestamp) -> bool {
        let (left, since) = self.left_at.unwrap_or((self.burst, now));
        let passed = now.duration_since(since).as_secs_f64().max(0.0);
        let left = (left + passed * self.per_second).min(self.burst);
        let is_there = left >= 1.0;
        self.left_at = Some((if is_there { left - 1.0 } else { left }, now));
        is_there
    }
}

/// Whether the call has to be throttled.
pub(crate) fn is_too_much(rates: &mut [CallRate], call: &str, now: Timestamp) -> bool {
    let rate = rates
        .iter_mut()
        .find(|it| it.calls.iter().any(|it| it == call));
    rate.is_some_and(|rate| !rate.take(now))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_is_emptied_at_once_and_filled_as_time_goes_by() {
        let mut rates = [CallRate {
            calls: vec!["a:A".to_owned(), "a:B".to_owned()],
            burst: 3.0,
            per_second: 2.0,
            left_at: None,
        }];
        let begin = Timestamp::UNIX_EPOCH;
        for (milliseconds, call, is_throttled) in [
            (0, "a:A", false),
            (0, "a:B", false),
            (0, "a:A", false),
            (0, "a:A", true),
            (0, "a:C", false),
            (400, "a:B", true),
            (500, "a:B", false),
            (500, "a:A", true),
            // The bucket never holds more than its burst.
            (60_000, "a:A", false),
            (60_000, "a:A", false),
            (60_000, "a:A", false),
            (60_000, "a:A", true),
        ] {
            let now = begin + Duration::from_millis(milliseconds);
            let found = is_too_much(&mut rates, call, now);
            assert_eq!(found, is_throttled, "{call} after {milliseconds} ms");
        }
    }

    #[test]
    fn every_published_rate_is_of_calls_that_the_double_has() {
        let known = crate::api::operation_names();
        for call in CallRate::published().iter().flat_map(|it| &it.calls) {
            assert!(known.contains(call), "{call}");
        }
    }
}

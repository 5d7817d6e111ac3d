//! Rates as data: how many calls of which operations a service takes. Buckets of tokens, as ECS describes them, refilled
//! by the world's clock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Operations that share a bucket: each call takes a token, and without one it is throttled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rate {
    /// The calls, as `ecs:DescribeServices`.
    pub calls: Vec<String>,
    /// As many tokens as the bucket holds; it begins full.
    pub burst: f64,
    /// As many tokens come back.
    pub per_second: f64,
    /// What is left in it, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_at: Option<(f64, Timestamp)>,
}

/// What AWS publishes: calls, burst, and how many a second in the long run. CloudWatch tells no burst.
const PUBLISHED: [(&[&str], f64, f64); 4] = [
    (&["ecs:DescribeServices", "ecs:ListServices"], 100.0, 20.0),
    (
        &[
            "ecs:DescribeServiceDeployments",
            "ecs:ListServiceDeployments",
        ],
        50.0,
        20.0,
    ),
    (&["ecs:ListClusters"], 50.0, 20.0),
    (&["cloudwatch:DescribeAlarms"], 9.0, 9.0),
];

impl Rate {
    pub fn new(calls: &[&str], burst: f64, per_second: f64) -> Self {
        Self {
            calls: calls.iter().map(|&call| call.to_owned()).collect(),
            burst,
            per_second,
            left_at: None,
        }
    }

    /// Those that AWS publishes.
    pub fn published() -> Vec<Self> {
        let published = PUBLISHED.iter();
        published
            .map(|(calls, burst, per_second)| Self::new(calls, *burst, *per_second))
            .collect()
    }

    /// The same in a time that goes so many times as fast.
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
pub(crate) fn is_too_much(rates: &mut [Rate], call: &str, now: Timestamp) -> bool {
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
        let mut rates = [Rate::new(&["a:A", "a:B"], 3.0, 2.0)];
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
            // It never holds more than its burst.
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
        let known = crate::operations();
        for call in Rate::published().iter().flat_map(|it| &it.calls) {
            assert!(known.contains(call), "{call}");
        }
    }
}

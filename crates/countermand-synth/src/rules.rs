//! What all rules share: the longest pattern, and their names.

use serde_json::Value;

use super::{EventRule, StackFunction, age_in_seconds};
use countermand_core::policy::{Duration, Policy};

/// The longest pattern that EventBridge takes by its default quota.
pub(super) const LONGEST_PATTERN: usize = 2_048;

pub(super) fn fits(pattern: &Value) -> bool {
    pattern.to_string().chars().count() <= LONGEST_PATTERN
}

/// A rule for some policies, before it is named.
pub(super) struct RuleDraft<'p> {
    pub(super) policies: Vec<&'p Policy>,
    pub(super) pattern: Value,
    pub(super) broader: Vec<String>,
}

/// The rules of one function, named in their order. `max_age` is the default for such events.
pub(super) fn named<'p>(
    function: StackFunction,
    max_age: Duration,
    rules: impl IntoIterator<Item = RuleDraft<'p>>,
) -> Vec<EventRule> {
    let rules = rules.into_iter().zip(1..);
    rules
        .map(|(rule, number)| EventRule {
            name: format!("{}-{number}", function.as_str()),
            function,
            max_age_seconds: {
                let ages = rule.policies.iter();
                ages.map(|it| age_in_seconds(it, max_age))
                    .max()
                    .unwrap_or(60)
            },
            policies: rule.policies.iter().map(|it| it.name.to_string()).collect(),
            pattern: rule.pattern,
            broader: rule.broader,
        })
        .collect()
}

//! What all rules share: the longest pattern, and their names.

use serde_json::Value;

use super::{EventRule, StackFunction};

/// The longest pattern that EventBridge takes by its default quota.
pub(super) const LONGEST_PATTERN: usize = 2_048;

pub(super) fn fits(pattern: &Value) -> bool {
    pattern.to_string().chars().count() <= LONGEST_PATTERN
}

/// The rules of one function, named in their order.
pub(super) fn named(
    function: StackFunction,
    rules: impl IntoIterator<Item = EventRule>,
) -> Vec<EventRule> {
    let rules = rules.into_iter().zip(1..);
    rules
        .map(|(rule, number)| EventRule {
            name: format!("{}-{number}", function.as_str()),
            function,
            ..rule
        })
        .collect()
}

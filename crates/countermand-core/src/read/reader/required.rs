//! The required keys of each type. Derived code reports only the first that is missing; a user wants all of them.

use crate::operations;

/// By the name under which serde knows the type. A test compares this with the types.
const REQUIRED: &[(&str, &[&str])] = &[
    ("Policy", &["name", "when", "do"]),
    ("Exception", &["why"]),
    ("WrittenPeriod", &["from", "until"]),
    ("WrittenException", &["from", "until", "why"]),
];

pub(super) fn by(type_name: &str) -> &'static [&'static str] {
    let all = REQUIRED.iter().chain(operations::TARGETS_BY_TYPE);
    let found = all.into_iter().find(|(name, _)| *name == type_name);
    found.map_or(&[], |(_, keys)| keys)
}

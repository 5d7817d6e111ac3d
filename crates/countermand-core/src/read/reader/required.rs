//! Keys that must be there. Derived code tells the first that is missing; a person wants to know all of them.

use crate::operations;

/// By the name of the type that serde is asked for. A test holds this to what the types say.
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

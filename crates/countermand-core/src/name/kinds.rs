//! What AWS allows in a name, for each kind of name.

use std::fmt;

/// A kind of name: it makes a pattern that no such name can match a mistake that is found early, and
/// keeps what an alarm's name yields from being taken for a name that it is not.
pub trait NameKind: Copy + Default + fmt::Debug + PartialEq + Eq + Send + Sync + 'static {
    /// With its article, as `an ECS cluster name`.
    const WHAT: &'static str;
    const LONGEST: usize;

    fn allows(character: char) -> bool;
}

/// Any name at all: an alarm's, a tag's value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnyName;

impl NameKind for AnyName {
    const WHAT: &'static str = "a name";
    const LONGEST: usize = super::LONGEST_PATTERN;

    fn allows(character: char) -> bool {
        !character.is_control()
    }
}

/// A name that was found, not written: it may stand for one thing of its kind.
pub(super) fn fits<K: NameKind>(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= K::LONGEST && name.chars().all(K::allows)
}

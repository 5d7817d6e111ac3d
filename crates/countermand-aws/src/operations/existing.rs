//! The resources that a policy could name, whether or not a change is in flight there.

use countermand_core::name::Glob;

use super::names;

/// A resource that could be the target of an operation: under each key, its names and ids. A cluster without services
/// has only the key `cluster`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    pub names: Vec<(&'static str, Vec<String>)>,
}

impl Existing {
    pub(super) fn of<const N: usize>(names: [(&'static str, Vec<String>); N]) -> Self {
        Self {
            names: names.into(),
        }
    }

    /// Whether one of its names under this key matches.
    pub fn is_called(&self, key: &str, globs: &[Glob]) -> bool {
        let called = self.names.iter().filter(|(it, _)| *it == key);
        let mut called = called.flat_map(|(_, names)| names);
        called.any(|name| names::any(globs, name))
    }
}

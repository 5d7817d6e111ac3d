//! What there is that a policy could mean: nothing need be in flight there.

use countermand_core::failure::CallFailure;
use countermand_core::name::Glob;
use countermand_core::operations::Action;
use countermand_core::verdict::Target;

use super::{existing_of, names};
use crate::services::ReadClients;

/// Something that an operation could be applied to: for each key all that it is called. A cluster without services
/// is called by its own key alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    pub names: Vec<(&'static str, Vec<String>)>,
}

/// All that there is to choose the target from, read from lists alone.
pub async fn existing(
    action: &Action,
    target: &Target,
    aws: &ReadClients,
) -> Result<Vec<Existing>, CallFailure> {
    existing_of(action, target, aws).await
}

impl Existing {
    pub(super) fn of<const N: usize>(names: [(&'static str, Vec<String>); N]) -> Self {
        Self {
            names: names.into(),
        }
    }

    /// Whether it is called so, by this key.
    pub fn is_called(&self, key: &str, globs: &[Glob]) -> bool {
        let called = self.names.iter().filter(|(it, _)| *it == key);
        let mut called = called.flat_map(|(_, names)| names);
        called.any(|name| names::any(globs, name))
    }
}

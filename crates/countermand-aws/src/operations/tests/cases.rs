//! The test cases that every operation supplies, and the list of them.

use countermand_core::operation::{Operation, OperationSpec, Outcome};
use countermand_core::operations;
use serde_json::Value;

pub(in crate::operations) const NOW: &str = "2026-11-20T12:00:00Z";

/// A world, the state of its change just after the stop and a minute later, and the outcome of that.
pub(in crate::operations) type End = (Value, &'static str, &'static str, Outcome);

/// The `cases` of an operation: a constant of that name in its acting file.
#[derive(Clone, Copy)]
pub(in crate::operations) struct Cases {
    /// An action of a policy whose target is the name of the one change in `world`.
    pub(in crate::operations) action: &'static str,
    /// A world in which that change is in flight, with these members in place of the usual ones.
    pub(in crate::operations) world: fn(&Value) -> Value,
    /// The JSON pointer to what carries the target's tags in such a world.
    pub(in crate::operations) tagged: &'static str,
    /// Lines of a call, the meaning of its errors, and the errors. `told` means that the record only mentions them: the
    /// change itself was stopped.
    pub(in crate::operations) errors: &'static str,
    /// For a call: a world, an action and further keys of a policy that lead to it.
    pub(in crate::operations) scene: fn(&str) -> (Value, &'static str, &'static str),
    /// Actions in an empty world, and how many calls they make.
    pub(in crate::operations) nothing: &'static [(&'static str, usize)],
    pub(in crate::operations) ends: fn() -> Vec<End>,
}

macro_rules! all {
    ($($module:ident::$name:ident,)+) => {
        /// The cases of every operation.
        pub(super) fn all() -> Vec<(&'static OperationSpec, Cases)> {
            vec![$((
                &<operations::$module::$name as Operation>::SPEC,
                crate::operations::$module::cases::CASES,
            ),)+]
        }
    };
}

countermand_core::for_each_operation!(all);

pub(in crate::operations) fn merge(into: &mut Value, more: &Value) {
    let (Some(into), Some(more)) = (into.as_object_mut(), more.as_object()) else {
        return;
    };
    into.extend(more.clone());
}

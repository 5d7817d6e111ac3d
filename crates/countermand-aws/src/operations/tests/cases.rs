//! What every operation brings along to be tried on, and the list of all.

use countermand_core::operation::{Operation, OperationSpec, Outcome};
use countermand_core::operations;
use serde_json::Value;

pub(in crate::operations) const NOW: &str = "2026-11-20T12:00:00Z";

/// A world, the state of its change just after the stop and a minute later, and what that comes to.
pub(in crate::operations) type End = (Value, &'static str, &'static str, Outcome);

/// The `cases` of an operation: a constant of that name in its acting file.
#[derive(Clone, Copy)]
pub(in crate::operations) struct Cases {
    /// An action of a policy that means one thing, by its name.
    pub(in crate::operations) action: &'static str,
    /// A world in which that thing is in flight, with these members in place of the usual ones.
    pub(in crate::operations) world: fn(&Value) -> Value,
    /// Where in such a world the tags of the target are.
    pub(in crate::operations) tagged: &'static str,
    /// Lines of a call, what is made of the errors, and the errors. What is `told` in words changes nothing: the stop
    /// was asked for.
    pub(in crate::operations) errors: &'static str,
    /// For a call: a world, an action and further keys of a policy for which it is made.
    pub(in crate::operations) scene: fn(&str) -> (Value, &'static str, &'static str),
    /// Actions in a world in which there is nothing, and how many calls they make.
    pub(in crate::operations) nothing: &'static [(&'static str, usize)],
    pub(in crate::operations) ends: fn() -> Vec<End>,
}

macro_rules! all {
    ($($module:ident::$name:ident,)+) => {
        /// Of every operation.
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

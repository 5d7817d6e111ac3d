//! What can be stopped: one file each.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::event::{Envelope, Refusal};

/// The one change that an event says has begun or is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The operation that would stop it, as `ecs.stop-service-deployment`.
    pub operation: &'static str,
    /// The names that the event gives of the target, as `cluster` and `service`.
    pub names: BTreeMap<&'static str, String>,
    /// The change itself, where the event names it.
    pub change: Option<String>,
    /// What AWS calls the state that the change is in.
    pub state: String,
    pub began_at: Option<Timestamp>,
    /// The change undoes another one, and says so itself.
    pub is_rollback: bool,
}

/// What an event announces, by the operation that would stop it. `None`: no operation knows this kind of event.
pub fn announced(_event: &Envelope<'_>) -> Option<Result<Announced, Refusal>> {
    None
}

//! The JSON of an event as it arrives: its envelope, typed reading of its parts, and what is wrong with it.

mod broken;
mod envelope;
pub(crate) mod json;
mod not_ours;
mod time;

pub use broken::{Broken, Defect, Wrapping};
pub use envelope::Envelope;
pub use json::Object;
pub use not_ours::{NotOurs, SCHEDULE_PREFIX};
pub use time::timestamp;

/// Lambda's limit for an event. Larger input is not parsed.
pub const LARGEST_EVENT: usize = 6 * 1024 * 1024;

/// Why an event gives no trigger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventRefusal {
    #[error(transparent)]
    NotOurs(#[from] NotOurs),
    #[error(transparent)]
    Broken(#[from] Broken),
}

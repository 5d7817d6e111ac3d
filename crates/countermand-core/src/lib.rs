//! What Countermand decides.

pub mod event;
pub mod nearest;
pub mod operations;
pub mod trigger;
pub mod zone;

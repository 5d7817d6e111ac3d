//! What Countermand decides.

pub mod name;
pub mod nearest;
pub mod operations;
pub mod schedule;
pub mod trigger;
pub mod zone;

//! What Countermand decides.

pub mod calendar;
pub mod nearest;
pub mod operations;
pub mod trigger;
pub mod zone;

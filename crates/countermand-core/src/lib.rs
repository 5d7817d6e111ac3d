//! What Countermand decides.

pub mod calendar;
pub mod name;
pub mod event;
pub mod nearest;
pub mod operations;
pub mod schedule;
pub mod trigger;
pub mod zone;

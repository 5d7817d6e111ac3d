//! Numbers that people write: lengths of time, counts, and limits that can be lifted.

mod bound;
mod duration;

pub use bound::{Bound, Count};
pub use duration::{BadDuration, Duration};

//! After the decision: what was to stop, or would have been, is looked at again until it has ended.
//!
//! AWS's "yes" to a stop is a promise. A [`Followed`] change travels in messages of a queue; each look at it leads
//! to one more look or to its [`Told`] outcome. All that this depends on is in the message and in what AWS says,
//! so a message that is delivered twice leads to the same outcome twice.

mod message;
#[cfg(test)]
mod tests;
mod told;

pub use message::{Aim, Followed, LONGEST_DELAY, Next, Unreadable};
pub use told::Told;

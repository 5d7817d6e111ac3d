//! After the decision: what was to stop, or would have been, is looked at again until it has ended.
//!
//! AWS's "yes" to a stop is a promise. A [`Followed`] change carries all that decides: what one look makes of it depends on
//! that and on what AWS says, so a message that is delivered twice leads to the same outcome twice. The function that
//! reads messages of a queue and the person who waits at a terminal go by the same rules, at another [`Pace`].

mod message;
mod pace;
#[cfg(test)]
mod tests;

pub use message::{Aim, Ending, Followed, LONGEST_DELAY, Next, Unreadable};
pub use pace::Pace;

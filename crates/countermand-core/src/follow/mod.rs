//! Follows a change that was stopped or previewed, until it has ended.
//!
//! AWS's "yes" to a stop is only a promise. The result of a look depends on the [`Followed`] change and on AWS's answer
//! alone, so a message that is delivered twice leads to the same outcome twice. The function that reads the queue and
//! the tool that waits at a terminal use the same rules, at another [`Pace`].

mod message;
mod pace;
#[cfg(test)]
mod tests;

pub use message::{Aim, Ending, Followed, LONGEST_DELAY, Next, Unreadable};
pub use pace::Pace;

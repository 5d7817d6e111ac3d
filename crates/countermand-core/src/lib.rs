//! What Countermand decides: from the JSON of an event to a verdict, as functions of plain values.
//!
//! The way of one event:
//!
//! 1. [`event`] reads it: a [`trigger::Trigger`], not ours, or broken;
//! 2. [`matching`] finds the [`policy::Policy`]s that it is about;
//! 3. [`verdict`] says whether the event is to be acted on at all, and which targets are meant;
//! 4. (the acting crate looks up the [`operations::Change`]s in flight there)
//! 5. [`verdict::judge`] decides on each change, and [`verdict::plan`] on all of them together;
//! 6. (the acting crate stops what is to be stopped)
//! 7. [`record::Record`] tells all of it.
//!
//! Beside that way: [`load`] reads policy files, with everything that is wrong in them; [`calendar`] and
//! [`schedule`] say when; [`operations`] is the list of what can be stopped.
//!
//! There is no AWS SDK here, no tokio and no clock: time comes in as an argument.

pub mod calendar;
pub mod event;
pub mod failure;
pub mod follow;
mod lint;
pub mod load;
pub mod matching;
pub mod name;
pub mod nearest;
#[macro_use]
pub mod operation;
pub mod operations;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod quantity;
mod quoted;
mod read;
pub mod reason;
pub mod record;
pub mod schedule;
pub mod trigger;
pub mod verdict;
mod wire;
pub mod zone;

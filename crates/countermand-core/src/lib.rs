//! Decides: from the JSON of an event to a plan, a record and an outcome, as functions of plain values.
//!
//! For each event:
//!
//! 1. [`event`] reads it: as a [`trigger::Trigger`], as not ours, or as broken;
//! 2. [`matching`] finds the policies that match it;
//! 3. [`verdict`] judges the event, and fills in the targets;
//! 4. (the acting crate looks up the changes in flight there)
//! 5. [`verdict::judge`] judges each change, and [`plan::plan`] decides what to do about all of them together;
//! 6. (the acting crate executes the plan)
//! 7. [`record::Record`] says all of it, to machines and to people;
//! 8. [`follow`] decides when a stopped change has ended, and how.
//!
//! Besides, [`load`] reads and checks policy files, [`calendar`] and [`schedule`] compute times, and [`operations`] is
//! the registry of what can be stopped.
//!
//! There is no AWS SDK here, no tokio and no clock: time is an argument.

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

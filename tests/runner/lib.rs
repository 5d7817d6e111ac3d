//! Scenarios as data. A folder, whose name says what happens, has policies, an event and a world, and what is
//! expected of the record, of the calls, and of the world afterwards.
//!
//! A scenario does not know how it is run. For each of its [`Scenario::deliveries`] a runner hands the event to
//! what it tests, and the record that comes back to [`Expected::check`].
#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of it is for tests alone"
)]

mod expected;
mod function;
mod models;
mod moved;
mod repeated;
mod requests;
mod runtime_api;
mod scenario;
mod set_up;
mod through;
mod unspeakable;

pub use expected::Expected;
pub use function::FunctionProcess;
pub use models::misfits;
pub use moved::times as moved_by;
pub use runtime_api::FunctionAnswer;
pub use scenario::{Scenario, is_nightly, takes_all_time};
pub use set_up::{BuiltFunction, PLENTY};
pub use through::every_scenario_ends_as_expected;
pub use unspeakable::unspeakable_words;

/// The key with which clients of the double sign. It may appear in no record.
pub const SECRET_KEY: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

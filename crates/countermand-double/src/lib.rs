//! An AWS that speaks the real wire protocols, with a *world* in place of real resources.
//!
//! The way of one request: `server` finds its operation among `services`; `answer` lets a fault spoil it or `iam`
//! refuse it, or else has the operation read and change the `world`; `wire` writes the answer, and `calls` remembers
//! it. The world moves only with its `clock`.

mod answer;
mod api;
mod arns;
mod calls;
mod clock;
mod course;
mod double;
mod faults;
mod iam;
mod page;
mod rates;
mod server;
pub mod services;
mod state;
mod wire;
mod world;

pub use calls::RecordedCall;
pub use course::StatusStep;
pub use double::Double;
pub use faults::{FaultKind, InjectedFault, UnknownFault};
pub use iam::{AccessEffect, AccessStatement, AccessTexts};
pub use rates::CallRate;
pub use world::{BadWorld, ResourceTags, World};

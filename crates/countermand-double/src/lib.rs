//! An AWS that speaks the real wire protocols, with a *world* in place of real resources.
//!
//! The way of one request: `server` finds the operation in a service's file (`ecs`, `ssm`, `opensearch`,
//! `proton`, `cloudwatch`, `sqs`, `events`), `faults` may spoil it, `iam` may refuse it, the operation reads and changes the `world`, `wire`
//! writes the answer, `calls` remembers it. The world moves only with its `clock`.

mod calls;
mod clock;
mod cloudwatch;
mod course;
mod double;
mod ecs;
mod events;
mod faults;
mod iam;
mod opensearch;
mod operation;
mod page;
mod proton;
mod rates;
mod resources;
mod server;
mod spoil;
mod sqs;
mod ssm;
mod wire;
pub mod world;

pub use calls::Call;
pub use course::Step;
pub use double::Double;
pub use faults::{Fault, Kind};
pub use operation::names as operations;
pub use rates::Rate;
pub use world::World;

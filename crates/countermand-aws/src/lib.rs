//! What Countermand does in AWS, as one straight line: a [`Context`] is given, a [`survey()`] reads what is there, the
//! core plans, the plan is carried out, and [`answer`] is the whole way.
//!
//! Each module imports only modules that stand before it here, and is given only what it needs: a survey gets clients
//! that only read. Nothing is decided in this crate.

mod aws;
mod bus;
mod caller;
mod context;
mod execute;
mod explain;
mod failure;
mod follow;
mod operations;
mod queue;
mod retries;
mod run;
mod services;
mod survey;
mod time_left;

pub use aws::{Aws, Executor};
pub use bus::EventBus;
pub use context::Context;
pub use explain::{ChangeView, PolicyView};
pub use failure::failure;
pub use follow::{look, verify};
pub use operations::{Existing, existing};
pub use queue::VerifyQueue;
pub use retries::{retries, timeouts};
pub use run::{answer, carry_out};
pub use services::{
    Access, Clients, ReadClients, ReadOnly, RefuseToChange, StopClients, Stopping, http_client,
    prewarm,
};
pub use survey::{Plan, Survey, change_calendar, survey, survey_asked};
pub use time_left::TimeLeft;

//! Reads and stops changes in AWS, as one straight line: in a [`Context`], [`survey()`] reads what is in flight, the
//! core plans, and [`carry_out`] executes the plan. [`answer`] is all of these together.
//!
//! Each module gets only what it needs: a survey gets clients that can only read. This crate decides nothing.

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
pub use context::{CallContext, Context};
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

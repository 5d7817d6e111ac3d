//! What Countermand does in AWS: for each operation find what is in flight, look closer, and stop it.
//!
//! The only crate with an AWS SDK. It decides nothing: what it found goes to `countermand-core`, and what that
//! says comes back as calls.

mod alarm;
mod calendar;
mod caller;
mod clients;
mod exists;
mod explain;
mod greet;
mod look;
pub mod operations;
mod publish;
mod retries;
mod run;
mod stop;
mod take;
mod time_left;
mod trouble;
mod verify;

pub use calendar::change_calendar;
pub use caller::account;
pub use clients::{Aws, http_client};
pub use exists::{Existing, existing};
pub use explain::{ChangeView, PolicyView};
pub use greet::greet;
pub use publish::publish;
pub use retries::{retries, timeouts};
pub use run::{Prepared, Setting, answer, prepare, prepare_asked};
pub use time_left::TimeLeft;
pub use trouble::Trouble;
pub use verify::verify;

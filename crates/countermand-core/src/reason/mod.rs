//! Why a change is held: stable codes for machines, and the guards' reasons in words.

mod code;
mod reasons;

pub use code::{HoldCode, Scope};
pub use reasons::{Checked, Reason, Reasons};

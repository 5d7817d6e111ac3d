//! Why a change is held: the codes that machines read, and the reasons that guards give.

mod code;
mod reasons;

pub use code::{HoldCode, Scope};
pub use reasons::{Checked, Reason, Reasons};

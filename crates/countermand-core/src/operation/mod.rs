//! What an operation is: one AWS call that stops something, and all that the other modules need to know about it.

mod announcement;
mod call;
mod change;
#[macro_use]
mod declare;
mod doubt;
mod outcome;
mod permission;
mod spec;

pub use announcement::{
    Announcement, ArnEnd, CALL_SUCCEEDED, DetailName, DetailTest, FieldTest, RECORDED_CALL,
    TargetIn, resource,
};
pub use call::{Call, CallValue};
pub use change::{Change, ChangeRef, Phase};
pub use declare::{Conditions, Names, Parameters};
pub use doubt::Doubt;
pub use outcome::{End, Latest, Outcome};
pub use permission::{Permission, PermissionNeed, Usage};
pub use spec::{Circumstances, Operation, OperationSpec};

//! What can be stopped: one file for each operation, and this registry of them.
//!
//! A row below makes an operation known to policies, the schema, the docs and the tool.

mod about;
mod announced;
mod call;
mod change;
#[macro_use]
mod declare;
mod doubt;
pub mod ecs_stop_service_deployment;
pub mod opensearch_cancel_service_software_update;
mod outcome;
pub mod proton_cancel_service_instance_deployment;
pub mod ssm_cancel_maintenance_window_execution;
#[cfg(test)]
mod tests;

pub use about::{About, Announcement, ArnEnd, ById, Operation, Permission, TargetIn, Use};
pub use announced::{Announced, announced};
pub use call::Call;
pub use change::{Change, Phase, Which};
pub use declare::{Conditions, Names, Parameters};
pub use doubt::Doubt;
pub use outcome::{End, Latest, Outcome};

/// An operation by its name, and how its changes come to their ends.
pub(crate) fn by_name(name: &str) -> Option<(&'static About, AskEnd)> {
    ENDS.iter().copied().find(|(about, _)| about.name == name)
}

operations! {
    ecs_stop_service_deployment::StopServiceDeployment,
    ssm_cancel_maintenance_window_execution::CancelMaintenanceWindowExecution,
    opensearch_cancel_service_software_update::CancelServiceSoftwareUpdate,
    proton_cancel_service_instance_deployment::CancelServiceInstanceDeployment,
}

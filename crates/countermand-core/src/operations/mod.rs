//! The operations: one file each, and their registry.
//!
//! A `mod` line and a row below make an operation known to policies, the schema, the docs and the tool. The acting
//! crate uses the same rows through [`for_each_operation`](crate::for_each_operation).

pub mod ecs_stop_service_deployment;
pub mod opensearch;
pub mod opensearch_cancel_domain_config_change;
pub mod opensearch_cancel_service_software_update;
pub mod proton_cancel_service_instance_deployment;
pub mod ssm_cancel_maintenance_window_execution;
pub mod ssm_stop_automation_execution;

mod registry;
#[cfg(test)]
mod tests;

/// Calls the macro `$then` with all rows, in the order of their services.
#[macro_export]
macro_rules! for_each_operation {
    ($then:ident) => {
        $then! {
            ecs_stop_service_deployment::EcsStopServiceDeployment,
            ssm_cancel_maintenance_window_execution::SsmCancelMaintenanceWindowExecution,
            ssm_stop_automation_execution::SsmStopAutomationExecution,
            opensearch_cancel_service_software_update::OpensearchCancelServiceSoftwareUpdate,
            opensearch_cancel_domain_config_change::OpensearchCancelDomainConfigChange,
            proton_cancel_service_instance_deployment::ProtonCancelServiceInstanceDeployment,
        }
    };
}

pub(crate) use registry::TARGETS_BY_TYPE;
pub use registry::{ALL, Action, announced, by_name};

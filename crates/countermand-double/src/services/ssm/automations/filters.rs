//! The filters of DescribeAutomationExecutions.

use jiff::Timestamp;
use serde::Deserialize;

use super::SsmAutomation;
use crate::api::{ApiError, invalid};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct AutomationFilter {
    key: String,
    values: Vec<String>,
}

const MOST_FILTERS: usize = 10;
const MOST_VALUES: usize = 10;
const LONGEST_VALUE: usize = 150;

const STATUSES: [&str; 19] = [
    "Pending",
    "InProgress",
    "Waiting",
    "Success",
    "TimedOut",
    "Cancelling",
    "Cancelled",
    "Failed",
    "PendingApproval",
    "Approved",
    "Rejected",
    "Scheduled",
    "RunbookInProgress",
    "PendingChangeCalendarOverride",
    "ChangeCalendarOverrideApproved",
    "ChangeCalendarOverrideRejected",
    "CompletedWithSuccess",
    "CompletedWithFailure",
    "Exited",
];

/// The error that AWS answers to filters that it does not take.
pub(super) fn check(filters: &[AutomationFilter]) -> Result<(), ApiError> {
    if filters.len() > MOST_FILTERS {
        return Err(invalid("Filters must have at most 10 members."));
    }
    for filter in filters {
        if !(1..=MOST_VALUES).contains(&filter.values.len()) {
            return Err(invalid("A filter must have between 1 and 10 values."));
        }
        for value in &filter.values {
            if !(1..=LONGEST_VALUE).contains(&value.len()) {
                return Err(invalid("A value must have between 1 and 150 characters."));
            }
            filter.check(value)?;
        }
    }
    Ok(())
}

impl AutomationFilter {
    fn check(&self, value: &str) -> Result<(), ApiError> {
        let is_valid = match self.key.as_str() {
            "ExecutionStatus" => STATUSES.contains(&value),
            "AutomationType" => ["CrossAccount", "Local"].contains(&value),
            "AutomationSubtype" => ["ChangeRequest", "AccessRequest"].contains(&value),
            "StartTimeBefore" | "StartTimeAfter" => value.parse::<Timestamp>().is_ok(),
            "DocumentNamePrefix"
            | "ExecutionId"
            | "ParentExecutionId"
            | "CurrentAction"
            | "TagKey"
            | "TargetResourceGroup"
            | "OpsItemId" => true,
            key => {
                let message = format!("The filter key {key} is not valid.");
                return Err(ApiError::new("InvalidFilterKey", message));
            }
        };
        if is_valid {
            Ok(())
        } else {
            let message = format!("The value {value} of the filter {} is not valid.", self.key);
            Err(ApiError::new("InvalidFilterValue", message))
        }
    }

    /// Whether the automation has one of the values.
    pub(super) fn fits(&self, automation: &SsmAutomation) -> bool {
        self.values.iter().any(|value| self.has(automation, value))
    }

    fn has(&self, automation: &SsmAutomation, value: &str) -> bool {
        let started = || Some((automation.started_at?, value.parse::<Timestamp>().ok()?));
        match self.key.as_str() {
            "DocumentNamePrefix" => automation.runbook.starts_with(value),
            "ExecutionStatus" => automation.status == value,
            "ExecutionId" => automation.id == value,
            "ParentExecutionId" => automation.parent.as_deref() == Some(value),
            "CurrentAction" => automation
                .running_step()
                .is_some_and(|it| it.action == value),
            "StartTimeBefore" => started().is_some_and(|(at, limit)| at <= limit),
            "StartTimeAfter" => started().is_some_and(|(at, limit)| at >= limit),
            "AutomationType" => automation.kind == value,
            "AutomationSubtype" => value == "ChangeRequest" && automation.change_request.is_some(),
            "TagKey" => automation.tags.contains_key(value),
            // No automation of the double belongs to a resource group or an OpsItem.
            _ => false,
        }
    }
}

//! Service software updates: cancelling one, and the actions that AWS has scheduled.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OpenSearchSoftwareUpdate, find, invalid};
use crate::api::{ApiError, ApiResult, present, read};
use crate::page::page;
use crate::wire::epoch;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Cancel {
    domain_name: String,
}

pub(super) fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: Cancel = read(input)?;
    let domain = find(world, &asked.domain_name)?;
    let update = &mut domain.update;
    if update.status != "PENDING_UPDATE" {
        return Err(invalid(&format!(
            "The service software update cannot be cancelled: its status is {}",
            update.status
        )));
    }
    if !update.cancellable {
        return Err(invalid("The service software update is not cancellable"));
    }
    update.then = update.when_cancelled.clone();
    update.since_at = Some(now);
    update.settle(now);
    if update.status != "PENDING_UPDATE" {
        update.automated_at = None;
        domain.scheduled_actions.retain(|action| {
            action.kind != "SERVICE_SOFTWARE_UPDATE" || action.status != "PENDING_UPDATE"
        });
    }
    Ok(json!({"ServiceSoftwareOptions": software(&domain.update)}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListScheduledActions {
    domain_name: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list_actions(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListScheduledActions = read(input)?;
    let domain = find(world, &asked.domain_name)?;
    let size = asked
        .max_results
        .map_or(Some(100), |size| usize::try_from(size).ok())
        .filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("MaxResults must be between 1 and 100"))?;
    let actions = domain.scheduled_actions.iter().map(|action| {
        json!({
            "Id": action.id, "Type": action.kind, "Severity": "MEDIUM", "ScheduledTime": action.scheduled_at.as_millisecond(),
            "Description": "", "ScheduledBy": "SYSTEM", "Status": action.status, "Mandatory": action.mandatory, "Cancellable": action.cancellable,
        })
    });
    let (actions, next) = page(actions.collect(), size, asked.next_token.as_deref(), input)
        .map_err(|_| {
            ApiError::new(
                "InvalidPaginationTokenException",
                "The pagination token is invalid",
            )
        })?;
    Ok(present(
        json!({"ScheduledActions": actions, "NextToken": next}),
    ))
}

/// `ServiceSoftwareOptions` of DescribeDomains.
pub(super) fn software(update: &OpenSearchSoftwareUpdate) -> Value {
    json!({
        "CurrentVersion": update.current, "NewVersion": update.new, "UpdateAvailable": update.available, "Cancellable": update.cancellable,
        "UpdateStatus": update.status, "Description": update.description, "OptionalDeployment": update.optional,
        "AutomatedUpdateDate": update.automated_at.map_or(json!(0), epoch),
    })
}

//! Service software updates: cancelling one, and the actions that AWS has scheduled.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OpenSearchSoftwareUpdate, find};
use crate::api::{ApiResult, invalid, read_texts};
use crate::page::PageRule;
use crate::wire::epoch;
use crate::world::World;

pub(super) fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let [name] = read_texts(input, ["DomainName"])?;
    let domain = find(world, &name)?;
    let update = &mut domain.update;
    let status = &update.status;
    if status != "PENDING_UPDATE" {
        let what = "The service software update cannot be cancelled: its status is";
        return Err(invalid(format!("{what} {status}")));
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
}

const PAGES: PageRule = PageRule {
    size: "MaxResults",
    default: 100,
    least: 1,
    most: 100,
    token: "NextToken",
    bad_size: (
        "ValidationException",
        "MaxResults must be between 1 and 100",
    ),
    bad_token: (
        "InvalidPaginationTokenException",
        "The pagination token is invalid",
    ),
};

pub(super) fn list_actions(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (ListScheduledActions, _) = PAGES.read(input)?;
    let domain = find(world, &asked.domain_name)?;
    let actions = domain.scheduled_actions.iter().map(|action| {
        json!({
            "Id": action.id, "Type": action.kind, "Severity": "MEDIUM", "ScheduledTime": action.scheduled_at.as_millisecond(),
            "Description": "", "ScheduledBy": "SYSTEM", "Status": action.status, "Mandatory": action.mandatory, "Cancellable": action.cancellable,
        })
    });
    page.answer("ScheduledActions", actions)
}

/// `ServiceSoftwareOptions` of DescribeDomains.
pub(super) fn software(update: &OpenSearchSoftwareUpdate) -> Value {
    json!({
        "CurrentVersion": update.current, "NewVersion": update.new, "UpdateAvailable": update.available, "Cancellable": update.cancellable,
        "UpdateStatus": update.status, "Description": update.description, "OptionalDeployment": update.optional,
        "AutomatedUpdateDate": update.automated_at.map_or(json!(0), epoch),
    })
}

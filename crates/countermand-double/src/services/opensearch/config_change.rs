//! The configuration change of a domain: describing it, and cancelling it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find, not_found};
use crate::api::{ApiResult, invalid, present, read};
use crate::course::{self, StatusStep};
use crate::wire::epoch;
use crate::world::World;

/// The newest configuration change of a domain. Its `id` is enough: then a customer began it when the world began,
/// and it can be cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearchConfigChange {
    /// A UUID.
    pub id: String,
    /// Its ConfigChangeStatus.
    #[serde(default = "pending")]
    pub status: String,
    /// `CUSTOMER` or `SERVICE`.
    #[serde(default = "customer")]
    pub initiated_by: String,
    #[serde(default)]
    pub message: String,
    /// When it started; until then, AWS does not show it. Without it, when the world began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// Without it, when it started, or when it took its status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    #[serde(default)]
    pub properties: Vec<OpenSearchProperty>,
    /// Can it be cancelled, and does a dry run list it? Without it, in every status but `ApplyingChanges`. What is over
    /// is never cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellable: Option<bool>,
    /// What becomes of it by itself.
    #[serde(default)]
    pub then: Vec<StatusStep>,
    /// When the first step of `then` begins to count; without it, when it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_at: Option<Timestamp>,
    /// What becomes of it after it is cancelled; a step `after` 0 seconds is taken before the call is answered.
    #[serde(default = "cancelled")]
    pub when_cancelled: Vec<StatusStep>,
}

/// A property that the change modifies, with its value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenSearchProperty {
    pub name: String,
    pub active: String,
    pub pending: String,
}

impl OpenSearchConfigChange {
    pub(super) fn settle(&mut self, now: Timestamp) {
        let started = *self.started_at.get_or_insert(now);
        while let Some((at, status)) =
            course::next(self.since_at.unwrap_or(started), &mut self.then, now)
        {
            self.status = status;
            self.since_at = Some(at);
            self.updated_at = Some(at);
        }
    }

    pub(super) fn has_begun(&self, now: Timestamp) -> bool {
        self.started_at.is_none_or(|at| at <= now)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "Completed" | "Cancelled")
    }

    fn is_cancellable(&self) -> bool {
        let by_status = || self.status != "ApplyingChanges";
        !self.is_over() && self.cancellable.unwrap_or_else(by_status)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct CancelConfigChange {
    domain_name: String,
    #[serde(default)]
    dry_run: bool,
}

/// Where nothing can be cancelled, the lists are empty.
pub(super) fn cancel(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: CancelConfigChange = read(input)?;
    let domain = find(world, &asked.domain_name)?;
    let change = domain.config_change.as_mut();
    let change = change.filter(|it| it.has_begun(now) && it.is_cancellable());
    let (mut ids, mut properties) = (Vec::new(), Vec::new());
    if let Some(change) = change {
        ids.push(change.id.clone());
        properties.extend(change.properties.iter().map(|it| {
            json!({"PropertyName": it.name, "CancelledValue": it.pending, "ActiveValue": it.active})
        }));
        if !asked.dry_run {
            change.then = change.when_cancelled.clone();
            change.since_at = Some(now);
            change.settle(now);
        }
    }
    Ok(json!({
        "CancelledChangeIds": ids, "CancelledChangeProperties": properties, "DryRun": asked.dry_run,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeProgress {
    domain_name: String,
    #[serde(rename = "Changeid")]
    change_id: Option<String>,
}

/// AWS shows only the newest change.
pub(super) fn describe_progress(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeProgress = read(input)?;
    let is_id = |id: &String| id.len() == 36;
    if !asked.change_id.as_ref().is_none_or(is_id) {
        return Err(invalid("Invalid change id"));
    }
    let change = find(world, &asked.domain_name)?.change(now);
    match (change, asked.change_id) {
        (Some(change), Some(id)) if change.id != id => Err(not_found(&id)),
        (None, Some(id)) => Err(not_found(&id)),
        (change, _) => Ok(present(
            json!({"ChangeProgressStatus": change.map(progress)}),
        )),
    }
}

/// `ChangeProgressDetails` of DescribeDomains.
pub(super) fn details(change: &OpenSearchConfigChange) -> Value {
    present(json!({
        "ChangeId": change.id, "Message": change.message, "ConfigChangeStatus": change.status,
        "InitiatedBy": change.initiated_by, "StartTime": change.started_at.map(epoch),
        "LastUpdatedTime": change.updated_at.or(change.started_at).map(epoch),
    }))
}

/// `ModifyingProperties` of DescribeDomains.
pub(super) fn modifying(change: &OpenSearchConfigChange) -> Vec<Value> {
    let properties = change.properties.iter();
    properties
        .map(|it| {
            json!({
                "Name": it.name, "ActiveValue": it.active, "PendingValue": it.pending, "ValueType": "PLAIN_TEXT",
            })
        })
        .collect()
}

fn progress(change: &OpenSearchConfigChange) -> Value {
    let names: Vec<_> = change.properties.iter().map(|it| &it.name).collect();
    let is_done = change.status == "Completed";
    present(json!({
        "ChangeId": change.id, "StartTime": change.started_at.map(epoch),
        "LastUpdatedTime": change.updated_at.or(change.started_at).map(epoch),
        "Status": older_status(&change.status), "ConfigChangeStatus": change.status, "InitiatedBy": change.initiated_by,
        "PendingProperties": if change.is_over() { &[] } else { names.as_slice() },
        "CompletedProperties": if is_done { names.as_slice() } else { &[] },
        "TotalNumberOfStages": 0, "ChangeProgressStages": [],
    }))
}

/// The older status beside ConfigChangeStatus. AWS does not document how the one follows from the other.
fn older_status(status: &str) -> &str {
    match status {
        "Pending" | "Initializing" | "PendingUserInput" => "PENDING",
        "Completed" => "COMPLETED",
        "ValidationFailed" | "Cancelled" => "FAILED",
        _ => "PROCESSING",
    }
}

fn pending() -> String {
    "Pending".to_owned()
}

fn customer() -> String {
    "CUSTOMER".to_owned()
}

fn cancelled() -> Vec<StatusStep> {
    vec![StatusStep::new(0, "Cancelled")]
}

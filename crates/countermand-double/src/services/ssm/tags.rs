//! Tags.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::windows;
use crate::api::{ApiError, ApiResult, read};
use crate::arns::text;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListTags {
    resource_type: String,
    resource_id: String,
}

pub(super) fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListTags = read(input)?;
    if asked.resource_type != "MaintenanceWindow" {
        return Err(ApiError::new(
            "InvalidResourceType",
            "The double has tags of maintenance windows only.",
        ));
    }
    let window = world
        .ssm
        .windows
        .iter()
        .find(|window| window.id == asked.resource_id);
    let window = window
        .ok_or_else(|| ApiError::new("InvalidResourceId", "The resource ID is not valid."))?;
    let tags: Vec<_> = window
        .tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(json!({"TagList": tags}))
}

pub(super) fn tagged_arns(world: &World, input: &Value) -> Vec<String> {
    let is_window = text(input, "ResourceType") == Some("MaintenanceWindow");
    windows::arns_of_window(world, text(input, "ResourceId").filter(|_| is_window))
}

//! Tags.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{automations, windows};
use crate::api::{ApiError, ApiResult, read};
use crate::arns::{or_everything, text};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListTags {
    resource_type: String,
    resource_id: String,
}

pub(super) fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: ListTags = read(input)?;
    let tags = match asked.resource_type.as_str() {
        "MaintenanceWindow" => {
            let mut windows = world.ssm.windows.iter();
            let window = windows.find(|it| it.id == asked.resource_id);
            window.map(|it| &it.tags)
        }
        "Automation" => {
            let mut automations = world.ssm.automations.iter();
            let automation = automations.find(|it| it.id == asked.resource_id);
            automation.map(|it| &it.tags)
        }
        _ => {
            return Err(ApiError::new(
                "InvalidResourceType",
                "The double has tags of maintenance windows and automations only.",
            ));
        }
    };
    let tags =
        tags.ok_or_else(|| ApiError::new("InvalidResourceId", "The resource ID is not valid."))?;
    let tags: Vec<_> = tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(json!({"TagList": tags}))
}

pub(super) fn tagged_arns(world: &World, input: &Value) -> Vec<String> {
    let id = text(input, "ResourceId");
    match text(input, "ResourceType") {
        Some("MaintenanceWindow") => windows::arns_of_window(world, id),
        Some("Automation") => automations::arns_of_automation(world, id),
        _ => or_everything(Vec::new()),
    }
}

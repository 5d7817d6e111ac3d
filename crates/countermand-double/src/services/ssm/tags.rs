//! Tags.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{automations, windows};
use crate::api::{ApiError, ApiResult, pairs, read_texts};
use crate::arns::{or_everything, text};
use crate::world::World;

pub(super) fn list(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let [kind, id] = read_texts(input, ["ResourceType", "ResourceId"])?;
    let tags = match kind.as_str() {
        "MaintenanceWindow" => {
            let mut windows = world.ssm.windows.iter();
            windows.find(|it| it.id == id).map(|it| &it.tags)
        }
        "Automation" => {
            let mut automations = world.ssm.automations.iter();
            automations.find(|it| it.id == id).map(|it| &it.tags)
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
    Ok(json!({"TagList": pairs(tags, ["Key", "Value"])}))
}

pub(super) fn tagged_arns(world: &World, input: &Value) -> Vec<String> {
    let id = text(input, "ResourceId");
    match text(input, "ResourceType") {
        Some("MaintenanceWindow") => windows::arns_of_window(world, id),
        Some("Automation") => automations::arns_of_automation(world, id),
        _ => or_everything(Vec::new()),
    }
}

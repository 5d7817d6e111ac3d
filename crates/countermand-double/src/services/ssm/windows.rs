//! Maintenance windows.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Filter, PAGES, SsmWindow, does_not_exist, known_filters, malformed};
use crate::api::{ApiError, ApiResult, merged, read_texts};
use crate::arns::{arns, text};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeWindows {
    #[serde(default)]
    filters: Vec<Filter>,
}

pub(super) fn describe(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (DescribeWindows, _) = PAGES.read(input)?;
    known_filters(&asked.filters, &["Name", "Enabled"])?;
    let fits = |window: &&SsmWindow| {
        asked.filters.iter().all(|filter| {
            filter.values.iter().any(|value| {
                if filter.key == "Name" {
                    *value == window.name
                } else {
                    value.eq_ignore_ascii_case(&window.enabled.to_string())
                }
            })
        })
    };
    let found = world.ssm.windows.iter().filter(fits).map(describe_one);
    page.answer("WindowIdentities", found)
}

pub(super) fn get(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let [id] = read_texts(input, ["WindowId"])?;
    check_window_id(&id)?;
    let mut windows = world.ssm.windows.iter();
    let window = windows.find(|window| window.id == id);
    let window = window.ok_or_else(|| does_not_exist(&format!("Maintenance window {id}")))?;
    let more = json!({"AllowUnassociatedTargets": false});
    Ok(merged(describe_one(window), more))
}

pub(super) fn arns_of(world: &World, input: &Value) -> Vec<String> {
    arns_of_window(world, text(input, "WindowId"))
}

pub(super) fn arns_of_window(world: &World, id: Option<&str>) -> Vec<String> {
    arns(world, "ssm", id, |id| format!("maintenancewindow/{id}"))
}

pub(super) fn window_arn(world: &World, window: &SsmWindow) -> String {
    world.arn("ssm", &format!("maintenancewindow/{}", window.id))
}

pub(super) fn check_window_id(id: &str) -> Result<(), ApiError> {
    let is_id = id.strip_prefix("mw-").is_some_and(|digits| {
        digits.len() == 17
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    });
    if is_id {
        Ok(())
    } else {
        Err(malformed(id, "windowId", "^mw-[0-9a-f]{17}$"))
    }
}

fn describe_one(window: &SsmWindow) -> Value {
    json!({
        "WindowId": window.id, "Name": window.name, "Enabled": window.enabled, "Duration": 4, "Cutoff": 1,
        "Schedule": "cron(0 2 ? * SUN *)", "NextExecutionTime": "2099-01-04T02:00Z",
    })
}

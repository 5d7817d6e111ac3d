//! Change calendars: open or closed, at a time.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::{Answered, present, read};
use crate::wire::Refusal;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetState {
    calendar_names: Vec<String>,
    at_time: Option<String>,
}

/// Of several calendars: closed as long as one of them is.
pub(super) fn state(world: &mut World, now: Timestamp, input: &Value) -> Answered {
    let asked: GetState = read(input)?;
    let at = asked.at_time.map_or(Ok(now), |it| it.parse());
    let at = at.map_err(|_| Refusal::new("ValidationException", "AtTime is not a time."))?;
    let mut calendars = Vec::new();
    for name in &asked.calendar_names {
        let mut all = world.ssm.calendars.iter();
        let found = all.find(|it| {
            let account = it.account.as_ref().unwrap_or(&world.account);
            let arn = format!(
                "arn:aws:ssm:{}:{account}:document/{}",
                world.region, it.name
            );
            *name == arn || (it.account.is_none() && *name == it.name)
        });
        calendars.push(found.ok_or_else(|| {
            Refusal::new(
                "InvalidDocument",
                format!("Document {name} does not exist."),
            )
        })?);
    }
    let is_closed = |at| calendars.iter().any(|it| it.is_closed(at));
    let changes = |after| {
        calendars
            .iter()
            .filter_map(|it| it.next_change(after))
            .min()
    };
    let mut next = changes(at);
    while let Some(time) = next.filter(|it| is_closed(*it) == is_closed(at)) {
        next = changes(time);
    }
    Ok(present(json!({
        "State": if is_closed(at) { "CLOSED" } else { "OPEN" },
        "AtTime": written(at), "NextTransitionTime": next.map(written),
    })))
}

fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

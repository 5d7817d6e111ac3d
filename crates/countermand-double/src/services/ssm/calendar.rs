//! Change calendars, and whether they are open or closed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::{ApiError, ApiResult, present, read};
use crate::arns::{arns, texts};
use crate::world::World;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmCalendar {
    pub name: String,
    /// The account that shares it: a shared calendar is known only by its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// In order, without overlaps.
    #[serde(default)]
    pub closed: Vec<SsmClosedTime>,
}

/// A time in which the calendar is closed. Without `from-at` it has always been closed, without `until-at` it stays
/// closed for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SsmClosedTime {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_at: Option<Timestamp>,
}

impl SsmCalendar {
    pub(crate) fn is_closed(&self, at: Timestamp) -> bool {
        let holds = |it: &SsmClosedTime| {
            it.from_at.is_none_or(|from| from <= at) && it.until_at.is_none_or(|until| at < until)
        };
        self.closed.iter().any(holds)
    }

    pub(crate) fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        let ends = self.closed.iter().flat_map(|it| [it.from_at, it.until_at]);
        ends.flatten().filter(|it| *it > after).min()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetState {
    calendar_names: Vec<String>,
    at_time: Option<String>,
}

/// The state of several calendars together: closed as long as one of them is.
pub(super) fn state(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: GetState = read(input)?;
    let at = asked.at_time.map_or(Ok(now), |it| it.parse());
    let at = at.map_err(|_| ApiError::new("ValidationException", "AtTime is not a time."))?;
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
            ApiError::new(
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

pub(super) fn document_arns(world: &World, input: &Value) -> Vec<String> {
    arns(world, "ssm", texts(input, "CalendarNames"), |name| {
        format!("document/{name}")
    })
}

fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

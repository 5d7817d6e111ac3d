//! The one change that an event says has begun or is planned.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::About;
use crate::event::{Broken, Envelope, NotOurs, Refusal, What};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The operation that would stop it.
    pub operation: &'static str,
    /// The names that the event gives of the target, as `cluster` and `service`.
    pub names: BTreeMap<&'static str, String>,
    /// The change itself, where the event names it.
    pub change: Option<String>,
    /// What AWS calls the state that the change is in.
    pub state: String,
    pub began_at: Option<Timestamp>,
    /// The change undoes another one, and says so itself.
    pub is_rollback: bool,
}

/// What an event announces, by the operation that would stop it; `None` where no operation knows such events.
pub fn announced(event: &Envelope<'_>) -> Option<Result<Announced, Refusal>> {
    let (_, read) = super::ANNOUNCED.iter().find(|(about, _)| {
        let announcement = about.announced_by.as_ref();
        announcement.is_some_and(|it| it.is_of(event))
    })?;
    Some(read(event))
}

/// The detail of an event that says that such a change has begun, and not something else about it.
pub(super) fn detail<'a, D: Deserialize<'a>>(
    about: &About,
    event: &Envelope<'a>,
) -> Result<D, Refusal> {
    let announcement = about.announced_by.as_ref();
    let (field, values) = announcement.map_or(("", &[][..]), |it| (it.field, it.values));
    let fields: BTreeMap<String, &RawValue> = event.detail()?;
    let value: Option<String> = fields
        .get(field)
        .and_then(|raw| serde_json::from_str(raw.get()).ok());
    let state = value.ok_or_else(|| Broken::new(format!("detail.{field}"), What::Missing))?;
    if !values.contains(&state.as_str()) {
        let detail_type = event.detail_type.to_string();
        return Err(NotOurs::NothingBegins { detail_type, state }.into());
    }
    Ok(event.detail()?)
}

/// What follows `marker` in the ARN of the event's target.
pub(super) fn resource<'a>(event: &'a Envelope<'_>, marker: &str) -> Result<&'a str, Broken> {
    let found = event
        .resources
        .iter()
        .find_map(|arn| Some(arn.split_once(marker)?.1));
    found
        .filter(|it| !it.is_empty())
        .ok_or_else(|| Broken::new("resources", What::Missing))
}

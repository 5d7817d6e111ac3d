//! An SSM Change Calendar closed.

use serde::Deserialize;

use super::broken::{Broken, What};
use super::envelope::Envelope;
use super::json::{self, Text};
use super::{NotOurs, Refusal};
use crate::trigger::{CalendarClosed, Kind, Trigger};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    #[serde(borrow)]
    state: Text<'a>,
    /// Whatever it is: that the calendar closed is told all the same.
    #[serde(default)]
    next_transition_time: serde_json::Value,
}

pub(super) fn from_event(event: &Envelope<'_>) -> Result<Trigger, Refusal> {
    let detail: Detail<'_> = event.detail()?;
    let calendar = json::required(event.resources.first(), "resources")?.to_string();
    match &*detail.state.0 {
        "CLOSED" => {
            let next_change = detail.next_transition_time;
            let closed = CalendarClosed {
                calendar,
                next_change: next_change.as_str().and_then(|it| it.parse().ok()),
            };
            Ok(event.trigger(Kind::CalendarClosed(closed))?)
        }
        "OPEN" => Err(NotOurs::CalendarOpened { calendar }.into()),
        unknown => {
            let unknown = What::UnknownCalendarState(unknown.to_owned());
            Err(Broken::new("detail.state", unknown).into())
        }
    }
}

//! An SSM Change Calendar closed.

use jiff::Timestamp;
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
    /// Whatever these are: that the calendar closed is told all the same.
    #[serde(default)]
    at_time: serde_json::Value,
    #[serde(default)]
    next_transition_time: serde_json::Value,
}

pub(super) fn from_event(event: &Envelope<'_>) -> Result<Trigger, Refusal> {
    let detail: Detail<'_> = event.detail()?;
    let calendar = json::required(event.resources.first(), "resources")?.to_string();
    match &*detail.state.0 {
        "CLOSED" => {
            let time = |it: &serde_json::Value| it.as_str()?.parse::<Timestamp>().ok();
            let sent_at = event.at()?;
            let closed = CalendarClosed {
                calendar,
                since: time(&detail.at_time).map_or(sent_at, |at| at.min(sent_at)),
                next_change: time(&detail.next_transition_time),
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

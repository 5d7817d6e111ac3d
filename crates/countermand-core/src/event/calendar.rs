//! An SSM Change Calendar closed.

use jiff::Timestamp;
use serde::Deserialize;

use crate::trigger::{CalendarClosed, Trigger, TriggerKind};
use crate::wire::Envelope;
use crate::wire::json::{self, Text};
use crate::wire::{Broken, Defect};
use crate::wire::{EventRefusal, NotOurs};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    #[serde(borrow)]
    state: Text<'a>,
    /// Whatever these are, the event still says that the calendar closed.
    #[serde(default)]
    at_time: serde_json::Value,
    #[serde(default)]
    next_transition_time: serde_json::Value,
}

pub(super) fn from_event(event: &Envelope<'_>) -> Result<Trigger, EventRefusal> {
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
            Ok(event.trigger(TriggerKind::CalendarClosed(closed))?)
        }
        "OPEN" => Err(NotOurs::CalendarOpened { calendar }.into()),
        unknown => {
            let unknown = Defect::UnknownCalendarState(unknown.to_owned());
            Err(Broken::new("detail.state", unknown).into())
        }
    }
}

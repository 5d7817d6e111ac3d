//! From the JSON of an event to a [`Trigger`], in three answers: ours, not ours, broken.
//!
//! What decides (an alarm's name, its state, a time) is read strictly. What only describes is read as far as it can
//! be, since AWS adds fields and shapes to its events without notice.

mod alarm;
mod calendar;
mod schedule;
mod unwrap;

pub use crate::wire::{
    Broken, Defect, Envelope, EventRefusal, LARGEST_EVENT, NotOurs, Object, SCHEDULE_PREFIX,
    Wrapping, timestamp,
};
pub use unwrap::{UnwrappedEvent, unwrap};

use crate::operations;
use crate::trigger::{Trigger, TriggerKind};
use crate::wire::json::Outer;

/// What an event is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one reading for each event, and it is nearly always a trigger"
)]
pub enum Reading {
    Ours(Trigger),
    /// Well-formed, and nothing for us to do: the function succeeds.
    NotOurs(NotOurs),
    /// It cannot be read, or reaches us in a way that we do not read: the function fails.
    Broken(Broken),
}

/// Reads one event, whatever its shape. A key that we read may stand only once; of other keys anything goes.
pub fn read(json: &[u8]) -> Reading {
    match trigger(json) {
        Ok(trigger) => Reading::Ours(trigger),
        Err(EventRefusal::NotOurs(why)) => Reading::NotOurs(why),
        Err(EventRefusal::Broken(why)) => Reading::Broken(why),
    }
}

fn trigger(json: &[u8]) -> Result<Trigger, EventRefusal> {
    let outer = Outer::parse(json)?;
    if let Some(envelope) = Envelope::of(&outer)? {
        return from_eventbridge(&envelope);
    }
    if outer.alarm_data.is_some() || outer.alarm_arn.is_some() {
        return Ok(alarm::from_action(&outer)?);
    }
    if outer.policy.is_some() || outer.schedule_arn.is_some() {
        return schedule::from_input(&outer);
    }
    match outer.wrapping() {
        Some((place, wrapping)) => Err(Broken::new(place, Defect::Wrapped(wrapping)).into()),
        None => Err(NotOurs::UnknownShape.into()),
    }
}

fn from_eventbridge(event: &Envelope<'_>) -> Result<Trigger, EventRefusal> {
    match (&*event.source, &*event.detail_type) {
        // One page of AWS lists alarm events under `aws.monitoring`. Nobody but AWS can send an `aws.` source.
        (
            "aws.cloudwatch" | "aws.monitoring",
            "CloudWatch Alarm State Change" | "CloudWatch Alarm Contributor State Change",
        ) => Ok(alarm::from_event(event)?),
        ("aws.events" | "aws.scheduler", "Scheduled Event") => schedule::from_event(event),
        ("aws.ssm", "Calendar State Change") => calendar::from_event(event),
        _ => match operations::announced(event) {
            Some(announced) => Ok(event.trigger(TriggerKind::ChangeBegan(announced?))?),
            None => Err(NotOurs::OtherEvent {
                from: event.source.to_string(),
                detail_type: event.detail_type.to_string(),
            }
            .into()),
        },
    }
}

//! From the JSON of an event to a [`Trigger`], in three answers: ours, not ours, broken.
//!
//! Fields that decide (an alarm's name, its state, a time) are read strictly. Fields that only describe are read
//! leniently, since AWS adds fields and shapes to its events without notice.

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

/// The result of reading an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one reading for each event, and it is nearly always a trigger"
)]
pub enum Reading {
    Ours(Trigger),
    /// Well-formed, but there is nothing to do: the function succeeds.
    NotOurs(NotOurs),
    /// It cannot be read, or is wrapped in a way that is not supported: the function fails.
    Broken(Broken),
}

/// Reads one event of any shape. Keys that are read must not repeat; other keys are ignored.
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
        // One page of AWS's documentation has alarm events under `aws.monitoring`. Only AWS can send an `aws.` source.
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

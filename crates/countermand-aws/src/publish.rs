//! Decisions and outcomes, put on a bus.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use countermand_core::tell::{Event, SOURCE, batches};
use futures_util::FutureExt;

use crate::{Aws, TimeLeft, Trouble};

const PUT: &str = "events:PutEvents";
/// As often an event is put that the bus, within a call that succeeds, says it could not take.
const ATTEMPTS: usize = 3;

/// Puts them on the bus, where there is one.
pub async fn publish(events: Vec<Event>, aws: &Aws, time_left: TimeLeft) -> Result<(), Trouble> {
    let Some(bus) = aws.event_bus() else {
        return Ok(());
    };
    for batch in batches(events) {
        let put = put_all(&batch, bus, aws).boxed_local();
        time_left.answer(put).await?;
    }
    Ok(())
}

async fn put_all(batch: &[Event], bus: &str, aws: &Aws) -> Result<(), Trouble> {
    let mut entries: Vec<_> = batch.iter().map(|it| entry(it, bus)).collect();
    let mut why = String::new();
    for _ in 0..ATTEMPTS {
        let put = aws.eventbridge().put_events();
        let put = put.set_entries(Some(entries.clone())).send().await;
        let answer = put.map_err(|error| Trouble::of(PUT, &error))?;
        let answers = entries.into_iter().zip(answer.entries());
        let failed: Vec<_> = answers
            .filter_map(|(entry, answer)| Some((entry, answer.error_code()?.to_owned())))
            .collect();
        let Some((_, code)) = failed.first() else {
            return Ok(());
        };
        why.clone_from(code);
        entries = failed.into_iter().map(|(entry, _)| entry).collect();
    }
    Err(Trouble::NoAnswer { call: PUT, why })
}

fn entry(event: &Event, bus: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(SOURCE)
        .detail_type(event.detail_type)
        .set_resources(Some(event.resources.clone()))
        .detail(&event.detail)
        .build()
}

//! The event bus for decisions and outcomes.

use aws_config::SdkConfig;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use countermand_core::failure::CallFailure;
use countermand_core::record::{BusEvent, SOURCE, batches};
use futures_util::FutureExt;

use crate::TimeLeft;
use crate::failure::failure;
use crate::services::sdk_config;

const PUT: &str = "events:PutEvents";
/// How often an event is tried: PutEvents reports failed entries in a call that succeeds, so the SDK does not retry it.
const ATTEMPTS: usize = 3;

#[derive(Debug)]
pub struct EventBus {
    eventbridge: aws_sdk_eventbridge::Client,
    /// A name or an ARN.
    name: String,
}

impl EventBus {
    pub(crate) fn new(config: &SdkConfig, name: String) -> Self {
        Self {
            eventbridge: aws_sdk_eventbridge::Client::from_conf(
                sdk_config!(aws_sdk_eventbridge, config).build(),
            ),
            name,
        }
    }

    /// Puts the events on the bus, in as few calls as possible.
    pub async fn put(&self, events: Vec<BusEvent>, time_left: TimeLeft) -> Result<(), CallFailure> {
        for batch in batches(events) {
            let put = self.put_all(&batch).boxed_local();
            time_left.answer(put).await?;
        }
        Ok(())
    }

    async fn put_all(&self, batch: &[BusEvent]) -> Result<(), CallFailure> {
        let mut entries: Vec<_> = batch.iter().map(|it| self.entry(it)).collect();
        let mut why = String::new();
        for _ in 0..ATTEMPTS {
            let put = self.eventbridge.put_events();
            let put = put.set_entries(Some(entries.clone())).send().await;
            let answer = put.map_err(failure(PUT))?;
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
        Err(CallFailure::NoAnswer { call: PUT, why })
    }

    fn entry(&self, event: &BusEvent) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(event.detail_type)
            .set_resources(Some(event.resources.clone()))
            .detail(&event.detail)
            .build()
    }
}

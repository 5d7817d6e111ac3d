//! The AWS clients of one function, or of one run of the tool.

use aws_config::SdkConfig;

use countermand_core::failure::CallFailure;
use countermand_core::record::BusEvent;

use crate::TimeLeft;
use crate::bus::EventBus;
use crate::queue::VerifyQueue;
use crate::services::{CountCalls, ReadClients, StopClients};

/// What the execution of a plan needs.
#[derive(Debug, Clone, Copy)]
pub struct Executor<'a> {
    pub aws: &'a StopClients,
    /// Where changes are queued for verification; without it, none is verified.
    pub queue: Option<&'a VerifyQueue>,
}

/// All clients. Each stage is given only those that it needs.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    pub read: ReadClients,
    pub stop: StopClients,
    pub queue: Option<VerifyQueue>,
    /// Publishes decisions and outcomes.
    pub bus: Option<EventBus>,
}

impl Aws {
    pub fn new(config: SdkConfig) -> Self {
        let calls = CountCalls::default();
        Self {
            read: ReadClients::new(config.clone(), calls.clone()),
            stop: StopClients::new(config.clone(), calls),
            queue: None,
            bus: None,
            config,
        }
    }

    /// Queues stopped changes at this URL, from which `functions/verify` reads.
    #[must_use]
    pub fn with_verify_queue(mut self, url: Option<String>) -> Self {
        self.queue = url.map(|url| VerifyQueue::new(&self.config, url));
        self
    }

    /// Publishes decisions and outcomes on this bus, given by name or ARN.
    #[must_use]
    pub fn with_event_bus(mut self, bus: Option<String>) -> Self {
        self.bus = bus.map(|bus| EventBus::new(&self.config, bus));
        self
    }

    pub fn executor(&self) -> Executor<'_> {
        Executor {
            aws: &self.stop,
            queue: self.queue.as_ref(),
        }
    }

    /// Puts events on the bus, if there is one.
    pub async fn publish(
        &self,
        events: Vec<BusEvent>,
        time_left: TimeLeft,
    ) -> Result<(), CallFailure> {
        match &self.bus {
            Some(bus) => bus.put(events, time_left).await,
            None => Ok(()),
        }
    }

    /// The account of the credentials.
    pub async fn account(&self) -> Result<String, CallFailure> {
        crate::caller::account(&self.config).await
    }
}

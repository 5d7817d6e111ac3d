//! AWS, as one function or one run of the tool reaches it.

use aws_config::SdkConfig;

use countermand_core::failure::CallFailure;
use countermand_core::record::BusEvent;

use crate::TimeLeft;
use crate::bus::EventBus;
use crate::queue::VerifyQueue;
use crate::services::{CountCalls, ReadClients, StopClients};

/// What it takes to carry out a plan.
#[derive(Debug, Clone, Copy)]
pub struct Executor<'a> {
    pub aws: &'a StopClients,
    /// Where changes are looked at again; without it nobody does.
    pub queue: Option<&'a VerifyQueue>,
}

/// All ways to AWS. Each part of the work is given only the one that it needs.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    /// Reads what is there.
    pub read: ReadClients,
    /// Stops changes.
    pub stop: StopClients,
    /// Has changes looked at again.
    pub queue: Option<VerifyQueue>,
    /// Tells others what was decided, and what became of it.
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

    /// What is stopped goes into the queue of this URL, which feeds whoever looks at it again.
    #[must_use]
    pub fn with_verify_queue(mut self, url: Option<String>) -> Self {
        self.queue = url.map(|url| VerifyQueue::new(&self.config, url));
        self
    }

    /// Decisions and outcomes are put on this bus, by its name or ARN.
    #[must_use]
    pub fn with_event_bus(mut self, bus: Option<String>) -> Self {
        self.bus = bus.map(|bus| EventBus::new(&self.config, bus));
        self
    }

    /// What it takes to carry out a plan.
    pub fn executor(&self) -> Executor<'_> {
        Executor {
            aws: &self.stop,
            queue: self.queue.as_ref(),
        }
    }

    /// Puts events on the bus, where there is one.
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

    /// The account that calls are made in.
    pub async fn account(&self) -> Result<String, CallFailure> {
        crate::caller::account(&self.config).await
    }
}

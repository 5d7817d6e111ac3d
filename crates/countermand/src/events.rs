//! Reads the events that a command is given.

use std::path::PathBuf;

use countermand_core::event::{UnwrappedEvent, unwrap};

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::input;

/// Enough for all the messages that somebody takes from a queue.
const LARGEST: u64 = 64 * 1024 * 1024;

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct EventArgs {
    /// a file with the event as JSON, or `-` for what is piped in; as EventBridge sends it, a list of
    /// such, or wrapped by SQS, SNS, a failed invocation or a dead-letter queue
    #[arg(value_name = "EVENT")]
    event: PathBuf,
}

impl EventArgs {
    /// All events in the input: at least one.
    pub(crate) fn read(&self) -> Result<Vec<UnwrappedEvent>, Complaint> {
        let help = "name a file with an event, or `-` for what is piped in";
        let name = self.name();
        let bytes = input::read(&self.event, LARGEST + 1)
            .map_err(|error| Complaint::unreadable(&name, &error, help))?;
        let wrong = |said: &str| Complaint::of(&format!("`{name}`{said}"), Exit::Wrong);
        if bytes.len() as u64 > LARGEST {
            return Err(wrong(" is too large to be an event"));
        }
        let events = unwrap(&bytes).map_err(|broken| wrong(&format!(": {broken}")))?;
        if events.is_empty() {
            return Err(wrong(" is an empty list: there is no event in it"));
        }
        Ok(events)
    }

    pub(crate) fn name(&self) -> String {
        if input::is_stdin(&self.event) {
            return "standard input".to_owned();
        }
        self.event.display().to_string()
    }
}

//! Reads the events that a command is given.

use std::io;
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
        let bytes =
            input::read(&self.event, LARGEST + 1).map_err(|error| self.unreadable(&error))?;
        let complaint = |said: String| Complaint::of(&said, Exit::Wrong);
        if bytes.len() as u64 > LARGEST {
            return Err(complaint(format!(
                "`{}` is too large to be an event",
                self.name()
            )));
        }
        let events =
            unwrap(&bytes).map_err(|broken| complaint(format!("`{}`: {broken}", self.name())))?;
        if events.is_empty() {
            return Err(complaint(format!(
                "`{}` is an empty list: there is no event in it",
                self.name()
            )));
        }
        Ok(events)
    }

    pub(crate) fn name(&self) -> String {
        if input::is_stdin(&self.event) {
            return "standard input".to_owned();
        }
        self.event.display().to_string()
    }

    fn unreadable(&self, error: &io::Error) -> Complaint {
        let help = "name a file with an event, or `-` for what is piped in";
        Complaint::unreadable(&self.name(), error, help)
    }
}

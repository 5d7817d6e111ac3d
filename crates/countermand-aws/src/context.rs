//! What an answer depends on besides the event.

use countermand_core::policy::Mode;
use countermand_core::policy::Policies;
use countermand_core::verdict::{Age, Home};
use jiff::Timestamp;

use crate::TimeLeft;
use crate::services::ReadClients;

/// Where and when an event is answered, and what may be read for it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub policies: &'a Policies,
    pub home: &'a Home,
    /// The highest mode: a policy with a higher one is lowered to it.
    pub ceiling: Mode,
    /// Whether old events are held.
    pub age: Age,
    pub calls: CallContext<'a>,
}

/// What a call to AWS depends on besides its input.
#[derive(Debug, Clone, Copy)]
pub struct CallContext<'a> {
    pub aws: &'a ReadClients,
    pub now: Timestamp,
    pub time_left: TimeLeft,
}

impl CallContext<'_> {
    /// Reserves time for the stops, even if a look-up is never answered.
    pub(crate) fn for_survey(self) -> Self {
        Self {
            time_left: self.time_left.reserving_for_next(),
            ..self
        }
    }
}

//! In what an event is answered.

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
    pub aws: &'a ReadClients,
    pub home: &'a Home,
    /// No policy does more than this.
    pub ceiling: Mode,
    /// Whether old events are held.
    pub age: Age,
    pub now: Timestamp,
    pub time_left: TimeLeft,
}

impl Context<'_> {
    /// A look-up that is never answered leaves time to stop what others have found.
    pub(crate) fn for_survey(self) -> Self {
        Self {
            time_left: self.time_left.but_for_what_follows(),
            ..self
        }
    }
}

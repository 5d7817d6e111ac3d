//! Why a well-formed event needs no answer.

/// The names of our schedules and rules: this prefix, and the policy's name.
pub const SCHEDULE_PREFIX: &str = "countermand-";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    #[error("an event of `{from}` `{detail_type}` is not one that we act on")]
    OtherEvent { from: String, detail_type: String },
    /// The right kind of event, in a state that is no beginning.
    #[error("`{detail_type}` with `{state}` begins no change")]
    NothingBegins { detail_type: String, state: String },
    #[error("the calendar `{calendar}` opened, and only a calendar that closes is acted on")]
    CalendarOpened { calendar: String },
    #[error(
        "the schedule `{name}` is not named after a policy\nname it `{SCHEDULE_PREFIX}<policy>`, or give it the input `{{\"policy\": \"...\", \"scheduledTime\": \"<aws.scheduler.scheduled-time>\"}}`"
    )]
    OtherSchedule { name: String },
    #[error(
        "the payload has no `detail-type`, no `alarmData` and no `policy`: it is none of the events that we read"
    )]
    UnknownShape,
}

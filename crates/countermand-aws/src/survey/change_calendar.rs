//! Look-ups of change calendars in Systems Manager.

use aws_sdk_ssm::types::CalendarState;
use countermand_core::event::timestamp;
use countermand_core::failure::CallFailure;
use countermand_core::verdict::{CalendarAnswer, CalendarQuestion};

use crate::failure::failure;
use crate::services::ReadClients;

const CALL: &str = "ssm:GetCalendarState";

/// The state of a change calendar, given by name or ARN.
pub async fn change_calendar(
    calendar: &str,
    ask: CalendarQuestion,
    aws: &ReadClients,
) -> Result<CalendarAnswer, CallFailure> {
    let get = aws.ssm().get_calendar_state().calendar_names(calendar);
    let at = ask
        .time()
        .map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let answer = get.set_at_time(at).send().await.map_err(failure(CALL))?;
    let unreadable = || CallFailure::NoAnswer {
        call: CALL,
        why: "the answer could not be read".to_owned(),
    };
    let next = answer.next_transition_time();
    let next = next.map(|it| timestamp(it, "NextTransitionTime").map_err(|_| unreadable()));
    Ok(CalendarAnswer {
        is_closed: match answer.state() {
            Some(CalendarState::Closed) => true,
            Some(CalendarState::Open) => false,
            _ => return Err(unreadable()),
        },
        next_change: next.transpose()?,
    })
}

//! Follows a change until it has ended: through messages of a queue, or while a person waits.

use countermand_core::failure::CallFailure;
use countermand_core::follow::{Followed, Next, Pace};
use countermand_core::record::OutcomeRecord;
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::TimeLeft;
use crate::operations::look_again;
use crate::queue::VerifyQueue;
use crate::services::ReadClients;

/// Looks at a change once. Too little time for the call is the only error: `Followed::look` judges all other failures.
pub async fn look(
    followed: &Followed,
    aws: &ReadClients,
    now: Timestamp,
    pace: Pace,
    time_left: TimeLeft,
) -> Result<Next, CallFailure> {
    let latest = look_again(&followed.operation, &followed.which, aws).boxed_local();
    match time_left.answer(latest).await {
        Err(CallFailure::NoTime) => Err(CallFailure::NoTime),
        latest => {
            let seen = latest.map_err(|failure| failure.to_string());
            Ok(followed.look(seen, now, pace))
        }
    }
}

/// Looks at the change of a message. Returns the outcome if the change has ended; otherwise queues the message again,
/// with a delay.
pub async fn verify(
    followed: &Followed,
    aws: &ReadClients,
    queue: Option<&VerifyQueue>,
    now: Timestamp,
    time_left: TimeLeft,
) -> Result<Option<OutcomeRecord>, CallFailure> {
    let later = if followed.is_due(now) {
        match look(followed, aws, now, Pace::QUEUE, time_left).await? {
            Next::Over(ending) => return Ok(Some(OutcomeRecord::new(followed, &ending, now))),
            Next::Later { again, .. } => again,
        }
    } else {
        followed.clone()
    };
    let queue = queue.ok_or_else(|| CallFailure::Refused {
        call: "sqs:SendMessage",
        code: "not sent".to_owned(),
        message: "no queue is set".to_owned(),
    })?;
    queue.send(&later, now, time_left).await?;
    Ok(None)
}

//! What was to stop is looked at again until it has ended: one look for each message of a queue.

use countermand_core::follow::{Aim, Followed, Next, Told};
use countermand_core::operations::Latest;
use countermand_core::record::Verification;
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::look::Looked;
use crate::operations::{InFlight, look_again};
use crate::run::{Prepared, Setting};
use crate::take::why;
use crate::{Aws, TimeLeft, Trouble};

/// Looks at a change once. The outcome, where there is one; else the message is in the queue again, to come later.
pub async fn verify(
    followed: &Followed,
    aws: &Aws,
    now: Timestamp,
    time_left: TimeLeft,
) -> Result<Option<Told>, Trouble> {
    if !followed.is_due(now) {
        time_left.answer(send(followed, aws, now)).await?;
        return Ok(None);
    }
    let look = look_again(&followed.operation, &followed.which, aws).boxed_local();
    let trouble = match time_left.answer(look).await {
        Ok(latest) => return next(followed, Ok(&latest), aws, now, time_left).await,
        Err(Trouble::NoTime) => return Err(Trouble::NoTime),
        Err(trouble) => trouble.to_string(),
    };
    next(followed, Err(&trouble), aws, now, time_left).await
}

async fn next(
    followed: &Followed,
    seen: Result<&Latest, &str>,
    aws: &Aws,
    now: Timestamp,
    time_left: TimeLeft,
) -> Result<Option<Told>, Trouble> {
    match followed.look(seen, now) {
        Next::Over(told) => Ok(Some(told)),
        Next::Later(later) => {
            time_left.answer(send(&later, aws, now)).await?;
            Ok(None)
        }
    }
}

/// Has a change looked at again, where there is a queue for that.
pub(crate) async fn follow(
    change: &dyn InFlight,
    aim: Aim,
    looked: &Looked<'_>,
    prepared: &Prepared<'_>,
) -> Option<Verification> {
    let Setting {
        aws,
        now,
        time_left,
        ..
    } = prepared.setting;
    aws.verify_queue()?;
    if !time_left.is_enough_for_a_call() {
        return None;
    }
    let trigger = prepared.trigger;
    let followed = Followed {
        schema: Followed::SCHEMA,
        operation: change.about().name.to_owned(),
        which: change.which(),
        target: change.target(),
        policy: looked.policy.to_owned(),
        event_id: trigger.event_id.clone(),
        aim,
        why: why(change, looked, prepared),
        began_at: change.began_at(),
        since: Followed::since(trigger.at, now),
        look_at: Followed::first_look(now),
    };
    let sent = time_left.answer(send(&followed, aws, now)).await;
    Some(match sent {
        Ok(()) => Verification::Queued,
        Err(_) => Verification::NotQueued,
    })
}

async fn send(followed: &Followed, aws: &Aws, now: Timestamp) -> Result<(), Trouble> {
    let refused = |code: &str, message: String| Trouble::Refused {
        call: SEND,
        code: code.to_owned(),
        message,
    };
    let Some(queue) = aws.verify_queue() else {
        return Err(refused("not sent", "no queue is set".to_owned()));
    };
    let body = serde_json::to_string(followed);
    let body = body.map_err(|error| refused("not sent", error.to_string()))?;
    // Rounded up: what comes too soon has to wait once more.
    let delay = followed.delay(now).as_millis();
    let delay = i32::try_from((delay + 999) / 1000).unwrap_or(i32::MAX);
    let send = aws.sqs().send_message().queue_url(queue);
    // In a box: it is large, and most futures here have it within.
    let send = send.message_body(body).delay_seconds(delay).send();
    match send.boxed_local().await {
        Ok(_) => Ok(()),
        Err(error) => Err(Trouble::of(SEND, &error)),
    }
}

const SEND: &str = "sqs:SendMessage";

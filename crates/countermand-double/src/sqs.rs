//! SQS over JSON 1.0: sending a message. Nobody receives here: that is for whoever plays Lambda.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::{Answered, Operation, Service, read};
use crate::page::hash;
use crate::resources;
use crate::wire::Refusal;
use crate::world::{Message, World};

pub(crate) const SERVICE: Service = Service {
    name: "sqs",
    target: Some("AmazonSQS"),
    operations: &[Operation {
        name: "SendMessage",
        about: resources::sqs_queue,
        answer: send,
    }],
    throttled: ("RequestThrottled", 403),
    broken: "InternalFailure",
    denied: 403,
};

/// A message, with its attributes, is at most one MiB.
const LONGEST_MESSAGE: usize = 1 << 20;
const LONGEST_DELAY: i64 = 900;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Send {
    queue_url: String,
    message_body: String,
    #[serde(default)]
    delay_seconds: i64,
    #[serde(default)]
    message_attributes: BTreeMap<String, Value>,
}

fn send(world: &mut World, now: Timestamp, input: &Value) -> Answered {
    let asked: Send = read(input)?;
    let size = asked.message_body.len();
    if size == 0 {
        return Err(Refusal::new(
            "MissingParameter",
            "The request must contain the parameter MessageBody.",
        ));
    }
    if size > LONGEST_MESSAGE || !asked.message_attributes.is_empty() {
        return Err(invalid(&format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {LONGEST_MESSAGE} bytes, and the double takes no attributes."
        )));
    }
    if !(0..=LONGEST_DELAY).contains(&asked.delay_seconds) {
        return Err(invalid(&format!(
            "Value {} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= {LONGEST_DELAY}.",
            asked.delay_seconds
        )));
    }
    let name = asked.queue_url.rsplit_once('/').map(|(_, name)| name);
    let mut queues = world.sqs.queues.iter_mut();
    let queue = queues.find(|queue| Some(queue.name.as_str()) == name);
    let queue = queue
        .ok_or_else(|| Refusal::new("QueueDoesNotExist", "The specified queue does not exist."))?;
    let nth = queue.messages.len();
    let print = hash(&asked.message_body) >> 32;
    let id = format!("{print:08x}-0000-4000-8000-{nth:012}");
    let delay = SignedDuration::from_secs(asked.delay_seconds);
    queue.messages.push(Message {
        id: id.clone(),
        body: asked.message_body,
        sent_at: now,
        visible_at: now.saturating_add(delay).unwrap_or(now),
    });
    // AWS adds an MD5 of the body, which no client asks for.
    Ok(json!({ "MessageId": id }))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterValue", message)
}

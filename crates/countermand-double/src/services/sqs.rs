//! SQS over JSON 1.0: queues, and sending a message to one. The double has no ReceiveMessage: a test that plays Lambda
//! reads the messages from the world.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::{ApiError, ApiResult, ApiRouting, ServiceApi, operations, read};
use crate::arns::{arns, text};
use crate::page::hash;
use crate::world::{ServiceWorld, World};

pub(crate) const API: ServiceApi = ServiceApi {
    name: "sqs",
    iam_name: "sqs",
    routing: ApiRouting::Target("AmazonSQS"),
    operations: operations! {
        "SendMessage" on queue_arn => send,
    },
    throttled: "RequestThrottled",
    broken: "InternalFailure",
    statuses: &[("RequestThrottled", 403), ("AccessDeniedException", 403)],
    query_codes: Some(&[(
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
    )]),
    rates: &[],
};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SqsWorld {
    #[serde(default)]
    pub queues: Vec<SqsQueue>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SqsQueue {
    pub name: String,
    /// All that were sent, in this order.
    #[serde(default)]
    pub messages: Vec<SqsMessage>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SqsMessage {
    pub id: String,
    pub body: String,
    pub sent_at: Timestamp,
    /// When its delay ends.
    pub visible_at: Timestamp,
}

impl ServiceWorld for SqsWorld {}

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

fn send(world: &mut World, now: Timestamp, input: &Value) -> ApiResult {
    let asked: Send = read(input)?;
    let size = asked.message_body.len();
    if size == 0 {
        return Err(ApiError::new(
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
        .ok_or_else(|| ApiError::new("QueueDoesNotExist", "The specified queue does not exist."))?;
    let nth = queue.messages.len();
    let print = hash(&asked.message_body) >> 32;
    let id = format!("{print:08x}-0000-4000-8000-{nth:012}");
    let delay = SignedDuration::from_secs(asked.delay_seconds);
    queue.messages.push(SqsMessage {
        id: id.clone(),
        body: asked.message_body,
        sent_at: now,
        visible_at: now.saturating_add(delay).unwrap_or(now),
    });
    // AWS adds an MD5 of the body, which no client asks for.
    Ok(json!({ "MessageId": id }))
}

fn queue_arn(world: &World, input: &Value) -> Vec<String> {
    let name = text(input, "QueueUrl").and_then(|url| Some(url.rsplit_once('/')?.1));
    arns(world, "sqs", name, str::to_owned)
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

//! Handles the queue of follow-ups: checks each change once, and publishes the outcome of those that have ended.

use countermand_core::record::of_outcome;
use std::convert::Infallible;

use countermand_aws::{Aws, TimeLeft, verify};
use countermand_core::follow::Followed;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use serde::{Deserialize, Serialize};

use crate::log::Log;
use crate::time;

/// The queue delivers at most as many messages in one batch.
const CONCURRENCY: usize = 10;

pub(crate) struct Verifier {
    pub(crate) aws: Aws,
    pub(crate) log: Log,
}

/// The event that Lambda makes of messages from SQS.
#[derive(Debug, Deserialize)]
pub(crate) struct SqsBatch {
    #[serde(rename = "Records")]
    messages: Vec<SqsMessage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsMessage {
    message_id: String,
    body: String,
}

/// Lambda's partial batch response: the queue delivers these messages again, and deletes all others.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchResponse {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

impl Verifier {
    pub(crate) async fn handle(
        &self,
        event: LambdaEvent<SqsBatch>,
    ) -> Result<BatchResponse, Infallible> {
        let time_left = time::left(&event.context);
        let context = &event.context;
        let checks = event.payload.messages.into_iter();
        let checks = checks.map(async |message| {
            let why = self.check(&message.body, time_left, context).await.err()?;
            let id = message.message_id;
            let again = format!("the message `{id}` is to be delivered again: {why}");
            self.log.error(&again);
            Some(BatchItemFailure {
                item_identifier: id,
            })
        });
        let failed: Vec<_> = stream::iter(checks).buffered(CONCURRENCY).collect().await;
        Ok(BatchResponse {
            batch_item_failures: failed.into_iter().flatten().collect(),
        })
    }

    async fn check(
        &self,
        body: &str,
        time_left: TimeLeft,
        context: &Context,
    ) -> Result<(), String> {
        let followed = Followed::read(body).map_err(|error| error.to_string())?;
        let (aws, now) = (&self.aws, Timestamp::now());
        let queue = aws.queue.as_ref();
        let outcome = verify(&followed, &aws.read, queue, now, time_left).await;
        if let Some(outcome) = outcome.map_err(|trouble| trouble.to_string())? {
            let published = aws.publish(vec![of_outcome(&outcome)], time_left).await;
            published.map_err(|trouble| trouble.to_string())?;
            self.log.outcome(&outcome, context);
        }
        Ok(())
    }
}

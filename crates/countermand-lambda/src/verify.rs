//! The messages of a queue: each is looked at once, and what has ended is told.

use std::convert::Infallible;

use countermand_aws::{Aws, TimeLeft, publish, verify};
use countermand_core::follow::Followed;
use countermand_core::tell::of_outcome;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use serde::{Deserialize, Serialize};

use crate::log::Log;
use crate::time;

/// As many changes are looked at at once.
const LOOKS_AT_ONCE: usize = 10;

pub(crate) struct Verifier {
    pub(crate) aws: Aws,
    pub(crate) log: Log,
}

/// As Lambda takes messages from a queue.
#[derive(Debug, Deserialize)]
pub(crate) struct Batch {
    #[serde(rename = "Records")]
    messages: Vec<Message>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

/// The messages that the queue is to deliver again; it forgets all others.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unfinished {
    batch_item_failures: Vec<Failed>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    item_identifier: String,
}

impl Verifier {
    pub(crate) async fn handle(&self, event: LambdaEvent<Batch>) -> Result<Unfinished, Infallible> {
        let time_left = time::left(&event.context);
        let context = &event.context;
        let looks = event.payload.messages.into_iter();
        let looks = looks.map(async |message| {
            let why = self.look(&message.body, time_left, context).await.err()?;
            let id = message.message_id;
            let again = format!("the message `{id}` is to be delivered again: {why}");
            self.log.error(&again);
            Some(Failed {
                item_identifier: id,
            })
        });
        let failed: Vec<_> = stream::iter(looks).buffered(LOOKS_AT_ONCE).collect().await;
        Ok(Unfinished {
            batch_item_failures: failed.into_iter().flatten().collect(),
        })
    }

    async fn look(&self, body: &str, time_left: TimeLeft, context: &Context) -> Result<(), String> {
        let followed = Followed::read(body).map_err(|error| error.to_string())?;
        let told = verify(&followed, &self.aws, Timestamp::now(), time_left).await;
        if let Some(told) = told.map_err(|trouble| trouble.to_string())? {
            let put = publish(vec![of_outcome(&told)], &self.aws, time_left).await;
            put.map_err(|trouble| trouble.to_string())?;
            self.log.outcome(&told, context);
        }
        Ok(())
    }
}

//! The queue of changes to verify.

use aws_config::SdkConfig;
use countermand_core::failure::CallFailure;
use countermand_core::follow::Followed;
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::TimeLeft;
use crate::failure::failure;
use crate::services::sdk_config;

const SEND: &str = "sqs:SendMessage";

#[derive(Debug)]
pub struct VerifyQueue {
    sqs: aws_sdk_sqs::Client,
    url: String,
}

impl VerifyQueue {
    pub(crate) fn new(config: &SdkConfig, url: String) -> Self {
        Self {
            sqs: aws_sdk_sqs::Client::from_conf(sdk_config!(aws_sdk_sqs, config).build()),
            url,
        }
    }

    /// Queues a change, to be delivered when its next look is due.
    pub(crate) async fn send(
        &self,
        followed: &Followed,
        now: Timestamp,
        time_left: TimeLeft,
    ) -> Result<(), CallFailure> {
        let body = serde_json::to_string(followed);
        let body = body.map_err(|error| CallFailure::Refused {
            call: SEND,
            code: "not sent".to_owned(),
            message: error.to_string(),
        })?;
        // Rounded up: a message that came too soon would have to be queued once more.
        let delay = followed.delay(now).as_millis();
        let delay = i32::try_from((delay + 999) / 1000).unwrap_or(i32::MAX);
        let send = self.sqs.send_message().queue_url(&self.url);
        let send = send.message_body(body).delay_seconds(delay).send();
        // Boxed, since it is large and most futures here contain it.
        let answer = send.map(|it| it.map_err(failure(SEND)));
        time_left.answer(answer.boxed_local()).await?;
        Ok(())
    }
}

//! Answers one event: from Lambda's payload to the record.

use countermand_aws::{Aws, CallContext, answer};
use countermand_core::event::Reading;
use countermand_core::policy::{Mode, Policies};
use countermand_core::record::of_record;
use countermand_core::record::{Record, text};
use countermand_core::trigger::{Trigger, TriggerKind};
use countermand_core::verdict::{Age, Home};
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};

use crate::failure::Failure;
use crate::log::Log;
use crate::payload::Payload;
use crate::{home, time};

pub(crate) struct EventHandler {
    /// Whether a trigger is for this function.
    pub(crate) accepts: fn(&TriggerKind) -> bool,
    pub(crate) policies: Policies,
    pub(crate) aws: Aws,
    pub(crate) ceiling: Mode,
    /// Where we run, if Lambda does not say it.
    pub(crate) fallback_home: Home,
    pub(crate) log: Log,
}

impl EventHandler {
    /// Logs the record in any case. A failure makes Lambda deliver the event again.
    pub(crate) async fn handle(&self, event: LambdaEvent<Payload>) -> Result<Record, Failure> {
        let now = Timestamp::now();
        let context = &event.context;
        let (record, failure) = match event.payload.read() {
            Reading::Ours(trigger) if (self.accepts)(&trigger.kind) => {
                let record = self.answer(&trigger, context, now).await;
                let failure = Failure::of(&record);
                (record, failure)
            }
            Reading::Ours(trigger) => {
                let note = text::FOR_ANOTHER_FUNCTION.to_owned();
                (Record::noted(now, Some(&trigger), note), None)
            }
            Reading::NotOurs(why) => (Record::noted(now, None, why.to_string()), None),
            Reading::Broken(why) => {
                let failure = Failure::Unreadable(why);
                (Record::noted(now, None, failure.to_string()), Some(failure))
            }
        };
        let published = self
            .aws
            .publish(of_record(&record), time::left(context))
            .await;
        let failure = failure.or(published.err().map(Failure::Unpublished));
        self.log.record(&record, failure.is_some(), context);
        failure.map_or(Ok(record), Err)
    }

    async fn answer(&self, trigger: &Trigger, context: &Context, now: Timestamp) -> Record {
        let context = countermand_aws::Context {
            policies: &self.policies,
            home: &home::of_function(&context.invoked_function_arn, &self.fallback_home),
            ceiling: self.ceiling,
            age: Age::Guarded,
            calls: CallContext {
                aws: &self.aws.read,
                now,
                // Leave time to publish the decisions on the bus.
                time_left: time::left(context).reserving_for_next(),
            },
        };
        answer(trigger, context, self.aws.executor()).await
    }
}

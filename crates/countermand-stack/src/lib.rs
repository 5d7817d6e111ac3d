//! A deployed stack: reads its state from AWS, and switches its functions off and on.
//!
//! It judges nothing: [`countermand_core::doctor`] does, from what it reads.

mod snapshot;
mod switch;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput as Configuration;
use aws_smithy_types::timeout::TimeoutConfig;
use countermand_aws::Trouble;
use countermand_core::synth::Function;

pub use snapshot::{StackSnapshot, UnknownPart};
pub use switch::{SwitchError, Switched};

/// A stack, by its name, and the clients to read and switch it.
#[derive(Debug)]
pub struct Stack {
    name: String,
    cloudformation: aws_sdk_cloudformation::Client,
    eventbridge: aws_sdk_eventbridge::Client,
    lambda: aws_sdk_lambda::Client,
    scheduler: aws_sdk_scheduler::Client,
    sqs: aws_sdk_sqs::Client,
}

impl Stack {
    pub fn new(config: &SdkConfig, name: &str) -> Self {
        // A person waits for the answer: retry a call that hangs early.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(Duration::from_secs(3))
            .build();
        let config = config.to_builder().timeout_config(timeouts).build();
        Self {
            name: name.to_owned(),
            cloudformation: aws_sdk_cloudformation::Client::new(&config),
            eventbridge: aws_sdk_eventbridge::Client::new(&config),
            lambda: aws_sdk_lambda::Client::new(&config),
            scheduler: aws_sdk_scheduler::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
        }
    }

    /// The function's name, as the template gives it, in a nested stack too: switching off needs no look-up.
    pub fn function(&self, function: Function) -> String {
        function.in_stack(&self.name)
    }

    /// `None`: Lambda does not know the function.
    async fn configuration(&self, name: &str) -> Result<Option<Configuration>, Trouble> {
        let get = self.lambda.get_function_configuration().function_name(name);
        match get.send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) => match error.as_service_error() {
                Some(it) if it.is_resource_not_found_exception() => Ok(None),
                _ => Err(Trouble::of("lambda:GetFunctionConfiguration", &error)),
            },
        }
    }
}

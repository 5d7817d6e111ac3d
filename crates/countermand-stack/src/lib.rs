//! A deployed stack: what AWS tells of it, and its switch.
//!
//! It decides nothing: what it reads goes to [`countermand_synth::doctor`].

mod look;
mod switch;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput as Configuration;
use aws_smithy_types::timeout::TimeoutConfig;
use countermand_aws::Trouble;
use countermand_synth::StackFunction;

pub use look::{Look, Unknown};
pub use switch::{NotSwitched, Switched};

/// One stack, by its name.
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
        // Somebody waits: a call that hangs is tried again soon.
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

    /// As the template names it, in a nested stack too: to switch it off nothing has to be looked up.
    pub fn function(&self, function: StackFunction) -> String {
        function.in_stack(&self.name)
    }

    /// `None`: Lambda does not know it.
    async fn configuration(&self, name: &str) -> Result<Option<Configuration>, Trouble> {
        let get = self.lambda.get_function_configuration().function_name(name);
        match get.send().await {
            Ok(told) => Ok(Some(told)),
            Err(error) => match error.as_service_error() {
                Some(it) if it.is_resource_not_found_exception() => Ok(None),
                _ => Err(Trouble::of("lambda:GetFunctionConfiguration", &error)),
            },
        }
    }
}

//! A deployed stack: reads its state from AWS, and switches its functions off and on.
//!
//! It judges nothing: [`countermand_synth::doctor`] does, from what it reads.

mod snapshot;
mod switch;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput as Configuration;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_types::timeout::TimeoutConfig;
use countermand_aws::{RefuseToChange, failure};
use countermand_core::failure::CallFailure;
use countermand_synth::StackFunction;

pub use snapshot::StackSnapshot;
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
    /// To be read and switched.
    pub fn new(config: &SdkConfig, name: &str) -> Self {
        Self::with_interceptors(config, name, &[])
    }

    /// To be read: calls that would change something are refused before they are sent.
    pub fn read_only(config: &SdkConfig, name: &str) -> Self {
        let guard = SharedInterceptor::new(RefuseToChange);
        Self::with_interceptors(config, name, &[guard])
    }

    fn with_interceptors(
        config: &SdkConfig,
        name: &str,
        interceptors: &[SharedInterceptor],
    ) -> Self {
        // A person waits for the answer: retry a call that hangs early.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(Duration::from_secs(3))
            .build();
        let config = config.to_builder().timeout_config(timeouts).build();
        macro_rules! client {
            ($sdk:ident) => {{
                let mut config = $sdk::config::Builder::from(&config);
                for interceptor in interceptors {
                    config = config.interceptor(interceptor.clone());
                }
                $sdk::Client::from_conf(config.build())
            }};
        }
        Self {
            name: name.to_owned(),
            cloudformation: client!(aws_sdk_cloudformation),
            eventbridge: client!(aws_sdk_eventbridge),
            lambda: client!(aws_sdk_lambda),
            scheduler: client!(aws_sdk_scheduler),
            sqs: client!(aws_sdk_sqs),
        }
    }

    /// The function's name, as the template gives it, in a nested stack too: switching off needs no look-up.
    pub fn function(&self, function: StackFunction) -> String {
        function.in_stack(&self.name)
    }

    /// `None`: Lambda does not know the function.
    async fn configuration(&self, name: &str) -> Result<Option<Configuration>, CallFailure> {
        let get = self.lambda.get_function_configuration().function_name(name);
        match get.send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) => match error.as_service_error() {
                Some(it) if it.is_resource_not_found_exception() => Ok(None),
                _ => Err(failure("lambda:GetFunctionConfiguration")(error)),
            },
        }
    }
}

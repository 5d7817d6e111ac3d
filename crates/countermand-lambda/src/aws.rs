//! AWS as Lambda gives it: region, credentials and endpoints from the environment, and from nowhere else.

use aws_config::BehaviorVersion;
use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use countermand_aws::{Aws, http_client, retries, timeouts};

use crate::environment::Environment;

pub(crate) async fn connect(environment: &Environment) -> Aws {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(EnvironmentVariableRegionProvider::new())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .http_client(http_client())
        .retry_config(retries())
        .timeout_config(timeouts());
    let queue = environment.verify_queue.clone();
    Aws::new(config.load().await)
        .with_verify_queue(queue)
        .with_event_bus(environment.event_bus.clone())
}

//! The AWS configuration in Lambda: region, credentials and endpoints from environment variables.
//!
//! Does not use `aws_config::defaults`: that adds profiles, roles and metadata services to the binary.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use countermand_aws::{Aws, retries, timeouts};

use crate::environment::Environment;

pub(crate) fn connect(environment: &Environment, http: SharedHttpClient) -> Aws {
    let queue = environment.verify_queue.clone();
    Aws::new(config(crate::variable, http))
        .with_verify_queue(queue)
        .with_event_bus(environment.event_bus.clone())
}

fn config(variable: fn(&str) -> Option<String>, http: SharedHttpClient) -> SdkConfig {
    let is_on = |name| variable(name).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .service_config(Endpoints { variable })
        .http_client(http)
        .retry_config(retries())
        .timeout_config(timeouts())
        .use_fips(is_on("AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(is_on("AWS_USE_DUALSTACK_ENDPOINT"));
    config.set_region(region.map(Region::new));
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
    config.build()
}

/// `AWS_ENDPOINT_URL_ECS` and the like.
#[derive(Debug)]
struct Endpoints {
    variable: fn(&str) -> Option<String>,
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().replace(' ', "_").to_uppercase();
        (self.variable)(&format!("{}_{service}", key.env()))
    }
}

#[cfg(test)]
mod tests {
    use countermand_aws::http_client;

    use super::*;

    fn variable(name: &str) -> Option<String> {
        let value = match name {
            "AWS_REGION" => "eu-central-1",
            "AWS_ENDPOINT_URL" => "http://127.0.0.1:1",
            "AWS_ENDPOINT_URL_ECS" => "http://127.0.0.1:2",
            "AWS_ENDPOINT_URL_SOME_SERVICE" => "http://127.0.0.1:3",
            "AWS_USE_FIPS_ENDPOINT" => "True",
            "AWS_USE_DUALSTACK_ENDPOINT" => "false",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn what_the_environment_says_of_region_and_endpoints_counts() {
        let config = config(variable, http_client());
        assert_eq!(config.region().map(Region::as_ref), Some("eu-central-1"));
        assert_eq!(config.endpoint_url(), Some("http://127.0.0.1:1"));
        assert_eq!(config.use_fips(), Some(true));
        assert_eq!(config.use_dual_stack(), Some(false));
    }

    #[test]
    fn a_service_may_have_an_endpoint_of_its_own() {
        let endpoints = Endpoints { variable };
        for (service, port) in [
            ("ECS", Some("2")),
            ("Some Service", Some("3")),
            ("SSM", None),
        ] {
            let key = ServiceConfigKey::builder()
                .service_id(service)
                .env("AWS_ENDPOINT_URL")
                .profile("endpoint_url")
                .build()
                .unwrap();
            let url = port.map(|port| format!("http://127.0.0.1:{port}"));
            assert_eq!(endpoints.load_config(key), url, "{service}");
        }
    }
}

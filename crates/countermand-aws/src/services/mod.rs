//! One row for each AWS service: its SDK client, and the call that warms its connection.

mod access;
mod connector;
mod prewarm;
#[cfg(test)]
mod tests;

pub(crate) use access::CountCalls;
pub use access::{Access, ReadOnly, RefuseToChange, Stopping};
pub use connector::http_client;
pub use prewarm::prewarm;

use std::marker::PhantomData;
use std::sync::OnceLock;

use aws_config::SdkConfig;

/// Clients that read. A call that would change something is refused before it is sent.
pub type ReadClients = Clients<ReadOnly>;
/// Clients that also stop changes.
pub type StopClients = Clients<Stopping>;

/// The configuration of a client of `$sdk`, which retries as long as there is time.
macro_rules! sdk_config {
    ($sdk:ident, $config:expr) => {
        $sdk::config::Builder::from($config)
            .interceptor(crate::retries::RetryUntilDeadline)
            .retry_classifier(crate::retries::ClassifyAnswers)
            .retry_partition(crate::retries::without_quota())
    };
}
pub(crate) use sdk_config;

macro_rules! services {
    ($($service:ident: $sdk:ident, warmed by $call:ident;)+) => {
        /// The services by name, as names of operations begin.
        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($service)),+];

        /// One client for each service, created when it is first used.
        #[derive(Debug)]
        pub struct Clients<A> {
            config: SdkConfig,
            calls: CountCalls,
            access: PhantomData<A>,
            $($service: OnceLock<$sdk::Client>,)+
        }

        impl<A: Access> Clients<A> {
            pub(crate) fn new(config: SdkConfig, calls: CountCalls) -> Self {
                Self {
                    config,
                    calls,
                    access: PhantomData,
                    $($service: OnceLock::new(),)+
                }
            }

            $(pub(crate) fn $service(&self) -> &$sdk::Client {
                self.$service.get_or_init(|| {
                    let mut config = sdk_config!($sdk, &self.config).interceptor(self.calls.clone());
                    if let Some(guard) = A::guard() {
                        config = config.interceptor(guard);
                    }
                    $sdk::Client::from_conf(config.build())
                })
            })+
        }

        impl ReadClients {
            /// Opens a connection to the service with which names of operations begin, such as `ecs`.
            #[expect(deprecated, reason = "AWS takes no new customers of Proton, and keeps the old ones")]
            async fn warm(&self, service: &str) {
                match service {
                    $(stringify!($service) => {
                        let once = $sdk::config::Builder::new()
                            .retry_config(aws_config::retry::RetryConfig::disabled());
                        let call = self.$service().$call().customize().config_override(once);
                        // Only the connection matters.
                        let _ = futures_util::FutureExt::boxed_local(call.interceptor(prewarm::Ping).send()).await;
                    })+
                    _ => {}
                }
            }
        }
    };
}

// Any call without required parameters will do: `Ping` replaces all of the request but its host.
services! {
    cloudwatch: aws_sdk_cloudwatch, warmed by describe_alarms;
    ecs: aws_sdk_ecs, warmed by list_clusters;
    opensearch: aws_sdk_opensearch, warmed by list_versions;
    proton: aws_sdk_proton, warmed by get_account_settings;
    ssm: aws_sdk_ssm, warmed by describe_maintenance_windows;
}

impl<A> Clients<A> {
    /// The number of calls so far. Retries do not count.
    pub fn calls(&self) -> u32 {
        self.calls.so_far()
    }
}

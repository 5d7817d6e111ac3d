//! One client for each service, made when it is first needed.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_config::SdkConfig;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::config_bag::ConfigBag;

use crate::retries::{Answers, AsLongAsThereIsTime, CONNECT, without_quota};

/// The connection has to notice that it is free, and then whoever waits for it.
const TURNS: usize = 2;

/// TLS by ring: it is ready at once. One connector serves all clients: each would read all that is trusted for itself.
pub fn http_client() -> SharedHttpClient {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT);
    let connector = Connector::builder()
        .connector_settings(settings.build())
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build();
    let connector = SharedHttpConnector::new(Patient(SharedHttpConnector::new(connector)));
    http_client_fn(move |_, _| connector.clone())
}

/// Lets a connection that has just answered come back to the others before one is asked for: else a call that follows
/// from another's answer opens a connection of its own.
#[derive(Debug)]
struct Patient(SharedHttpConnector);

impl HttpConnector for Patient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.0.clone();
        HttpConnectorFuture::new(async move {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            connector.call(request).await
        })
    }
}

/// AWS, as one function or one run of the tool sees it.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    calls: Calls,
    verify_queue: Option<String>,
    event_bus: Option<String>,
    cloudwatch: OnceLock<aws_sdk_cloudwatch::Client>,
    ecs: OnceLock<aws_sdk_ecs::Client>,
    opensearch: OnceLock<aws_sdk_opensearch::Client>,
    proton: OnceLock<aws_sdk_proton::Client>,
    eventbridge: OnceLock<aws_sdk_eventbridge::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

macro_rules! clients {
    ($($name:ident: $sdk:ident $(, counted by $counted:ident)?;)+) => {
        $(pub(crate) fn $name(&self) -> &$sdk::Client {
            self.$name.get_or_init(|| {
                let config = $sdk::config::Builder::from(&self.config)
                    $(.interceptor(self.$counted.clone()))?
                    .interceptor(AsLongAsThereIsTime)
                    .retry_classifier(Answers)
                    .retry_partition(without_quota());
                $sdk::Client::from_conf(config.build())
            })
        })+
    };
}

impl Aws {
    pub fn new(config: SdkConfig) -> Self {
        Self {
            config,
            calls: Calls::default(),
            cloudwatch: OnceLock::new(),
            ecs: OnceLock::new(),
            opensearch: OnceLock::new(),
            proton: OnceLock::new(),
            sqs: OnceLock::new(),
            verify_queue: None,
            event_bus: None,
            eventbridge: OnceLock::new(),
            ssm: OnceLock::new(),
            sts: OnceLock::new(),
        }
    }

    /// What is stopped is told to the queue of this URL, which feeds whoever looks at it again.
    #[must_use]
    pub fn with_verify_queue(self, url: Option<String>) -> Self {
        Self {
            verify_queue: url,
            ..self
        }
    }

    /// Decisions and outcomes are put on this bus, by its name or ARN.
    #[must_use]
    pub fn with_event_bus(self, bus: Option<String>) -> Self {
        Self {
            event_bus: bus,
            ..self
        }
    }

    pub(crate) fn event_bus(&self) -> Option<&str> {
        self.event_bus.as_deref()
    }

    pub(crate) fn verify_queue(&self) -> Option<&str> {
        self.verify_queue.as_deref()
    }

    /// How many calls were made so far. One that is retried counts once.
    pub fn calls(&self) -> u32 {
        self.calls.0.load(Ordering::Relaxed)
    }

    // Those that are not counted look for nothing and stop nothing.
    clients! {
        cloudwatch: aws_sdk_cloudwatch, counted by calls;
        ecs: aws_sdk_ecs, counted by calls;
        eventbridge: aws_sdk_eventbridge;
        opensearch: aws_sdk_opensearch, counted by calls;
        proton: aws_sdk_proton, counted by calls;
        sqs: aws_sdk_sqs;
        ssm: aws_sdk_ssm, counted by calls;
        sts: aws_sdk_sts, counted by calls;
    }
}

#[derive(Debug, Clone, Default)]
struct Calls(Arc<AtomicU32>);

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "Calls"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

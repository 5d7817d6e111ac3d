//! One client for each service, made when it is first needed.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_types::config_bag::ConfigBag;

/// AWS, as one function or one run of the tool sees it.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    calls: Calls,
    cloudwatch: OnceLock<aws_sdk_cloudwatch::Client>,
    ecs: OnceLock<aws_sdk_ecs::Client>,
    opensearch: OnceLock<aws_sdk_opensearch::Client>,
    proton: OnceLock<aws_sdk_proton::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
}

macro_rules! clients {
    ($($name:ident: $sdk:ident,)+) => {
        $(pub(crate) fn $name(&self) -> &$sdk::Client {
            self.$name.get_or_init(|| {
                let config = $sdk::config::Builder::from(&self.config).interceptor(self.calls.clone());
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
            ssm: OnceLock::new(),
        }
    }

    /// How many calls were made so far. One that is retried counts once.
    pub fn calls(&self) -> u32 {
        self.calls.0.load(Ordering::Relaxed)
    }

    clients! {
        cloudwatch: aws_sdk_cloudwatch,
        ecs: aws_sdk_ecs,
        opensearch: aws_sdk_opensearch,
        proton: aws_sdk_proton,
        ssm: aws_sdk_ssm,
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

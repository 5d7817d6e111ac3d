//! Connections that are there before an event comes: a handshake takes longer than a call, and while it is initialised
//! a function has more of a processor than afterwards.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use countermand_core::operations::Action;
use countermand_core::policy::{Policy, When};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};

use crate::Aws;

/// A service that cannot be reached is for the event to find out.
const PATIENCE: Duration = Duration::from_secs(1);

/// Opens connections to all services that these policies will ask.
pub async fn greet<'p>(policies: impl IntoIterator<Item = &'p Policy>, aws: &Aws) {
    let mut services: Vec<_> = policies.into_iter().flat_map(asked_by).collect();
    services.sort_unstable();
    services.dedup();
    let greetings = services.into_iter().map(|service| service.greet(aws));
    let _ = tokio::time::timeout(PATIENCE, join_all(greetings)).await;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Service {
    CloudWatch,
    Ecs,
    OpenSearch,
    Proton,
    Ssm,
}

fn asked_by(policy: &Policy) -> impl Iterator<Item = Service> {
    let alarm = matches!(policy.when, When::Alarm(_)).then_some(Service::CloudWatch);
    let actions = policy.actions.iter().map(|action| match action {
        Action::StopServiceDeployment(_) => Service::Ecs,
        Action::CancelMaintenanceWindowExecution(_) => Service::Ssm,
        Action::CancelServiceSoftwareUpdate(_) => Service::OpenSearch,
        Action::CancelServiceInstanceDeployment(_) => Service::Proton,
    });
    alarm.into_iter().chain(actions)
}

macro_rules! greeting {
    ($sdk:ident, $call:expr) => {{
        let once = $sdk::config::Builder::new().retry_config(RetryConfig::disabled());
        let call = $call
            .customize()
            .config_override(once)
            .interceptor(Greeting);
        call.send().map(drop).boxed_local()
    }};
}

impl Service {
    fn greet(self, aws: &Aws) -> LocalBoxFuture<'_, ()> {
        match self {
            Self::CloudWatch => greeting!(aws_sdk_cloudwatch, aws.cloudwatch().describe_alarms()),
            Self::Ecs => greeting!(aws_sdk_ecs, aws.ecs().list_clusters()),
            Self::OpenSearch => greeting!(aws_sdk_opensearch, aws.opensearch().list_versions()),
            Self::Proton => greeting!(aws_sdk_proton, aws.proton().get_account_settings()),
            Self::Ssm => {
                greeting!(aws_sdk_ssm, aws.ssm().describe_maintenance_windows())
            }
        }
    }
}

/// Makes of a call what load balancers ask: it needs no permission, and means nothing.
#[derive(Debug)]
struct Greeting;

impl Intercept for Greeting {
    fn name(&self) -> &'static str {
        "Greeting"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let url = request.uri();
        let end = url.find("://").map_or(0, |it| it + 3);
        let host = url.get(end..).and_then(|it| it.split('/').next());
        let url = format!(
            "{}{}/ping",
            url.get(..end).unwrap_or_default(),
            host.unwrap_or_default()
        );
        request.set_method("GET")?;
        request.set_uri(url)?;
        let names = request.headers().iter().map(|(name, _)| name.to_owned());
        let names: Vec<_> = names.collect();
        for name in names {
            request.headers_mut().remove(name);
        }
        *request.body_mut() = SdkBody::empty();
        Ok(())
    }
}

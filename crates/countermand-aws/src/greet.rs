//! Connections that are there before an event comes: a handshake takes longer than a call, and while it is initialised
//! a function has more of a processor than afterwards.

#[cfg(test)]
mod tests;

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use countermand_core::operations::Action;
use countermand_core::policy::{Mode, Policy, When};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};

use crate::Aws;

/// A service that cannot be reached is for the event to find out.
const PATIENCE: Duration = Duration::from_millis(500);

/// Opens connections to all services that these policies will ask. Whatever comes of it, nothing is told: what matters
/// is asked again when there is an event.
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
    let of_trigger = match policy.when {
        When::Alarm(_) => Some(Service::CloudWatch),
        When::ChangeCalendar(_) => Some(Service::Ssm),
        When::Schedule(_) | When::Freeze(_) => None,
    };
    let of_actions = policy.actions.iter().map(|action| match action {
        Action::StopServiceDeployment(_) => Service::Ecs,
        Action::CancelMaintenanceWindowExecution(_) => Service::Ssm,
        Action::CancelServiceSoftwareUpdate(_) => Service::OpenSearch,
        Action::CancelServiceInstanceDeployment(_) => Service::Proton,
    });
    let is_asked = policy.mode != Mode::Disabled;
    let all = of_trigger.into_iter().chain(of_actions);
    all.filter(move |_| is_asked)
}

macro_rules! greeting {
    ($sdk:ident, $call:expr) => {{
        let once = $sdk::config::Builder::new().retry_config(RetryConfig::disabled());
        let call = $call.customize().config_override(once);
        call.interceptor(Greeting).send().map(drop).boxed_local()
    }};
}

impl Service {
    /// Any call will do: all that is left of it is where it goes to.
    #[expect(
        deprecated,
        reason = "AWS takes no new customers of Proton, and keeps the old ones"
    )]
    fn greet(self, aws: &Aws) -> LocalBoxFuture<'_, ()> {
        match self {
            Self::CloudWatch => greeting!(aws_sdk_cloudwatch, aws.cloudwatch().describe_alarms()),
            Self::Ecs => greeting!(aws_sdk_ecs, aws.ecs().list_clusters()),
            Self::OpenSearch => greeting!(aws_sdk_opensearch, aws.opensearch().list_versions()),
            Self::Proton => greeting!(aws_sdk_proton, aws.proton().get_account_settings()),
            Self::Ssm => greeting!(aws_sdk_ssm, aws.ssm().describe_maintenance_windows()),
        }
    }
}

/// Makes of a call what load balancers ask: it needs no permission, says nothing of us, and means nothing.
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
        let call = context.request();
        // There is no handshake to be had of an emulator, which would take it for a call.
        let address = call.uri().strip_prefix("https://");
        let host = address.and_then(|it| it.split('/').next());
        let host = host.ok_or("not over TLS")?;
        let mut ping = HttpRequest::empty();
        ping.set_uri(format!("https://{host}/ping"))?;
        *context.request_mut() = ping;
        Ok(())
    }
}

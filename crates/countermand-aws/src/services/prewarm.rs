//! Opens connections before there is an event: a handshake takes longer than a call, and Lambda gives a function more
//! CPU during its initialisation than afterwards.

#[cfg(test)]
mod tests;

use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use countermand_core::policy::{Mode, Policy, When};
use futures_util::future::join_all;

use super::ReadClients;

/// Initialisation waits no longer than this: if a service cannot be reached, the event's own calls will show it.
const PATIENCE: Duration = Duration::from_millis(500);

/// Opens connections to all services that these policies use. Failures are ignored: if they last, the event's own calls
/// report them.
pub async fn prewarm<'p>(policies: impl IntoIterator<Item = &'p Policy>, aws: &ReadClients) {
    let mut services: Vec<_> = policies.into_iter().flat_map(asked_by).collect();
    services.sort_unstable();
    services.dedup();
    let connections = services.into_iter().map(|service| aws.warm(service));
    let _ = tokio::time::timeout(PATIENCE, join_all(connections)).await;
}

fn asked_by(policy: &Policy) -> impl Iterator<Item = &'static str> {
    let by_trigger = match policy.when {
        When::Alarm(_) => Some("cloudwatch"),
        When::ChangeCalendar(_) => Some("ssm"),
        When::Schedule(_) | When::Freeze(_) => None,
    };
    let by_actions = policy.actions.iter().map(|it| it.spec().service());
    let is_asked = policy.mode != Mode::Disabled;
    let all = by_trigger.into_iter().chain(by_actions);
    all.filter(move |_| is_asked)
}

/// Replaces a request by the health check of AWS's endpoints, which needs no permissions and no credentials.
#[derive(Debug)]
pub(super) struct Ping;

impl Intercept for Ping {
    fn name(&self) -> &'static str {
        "Ping"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let call = context.request();
        // An emulator without TLS needs no handshake, and would count the ping as a call.
        let address = call.uri().strip_prefix("https://");
        let host = address.and_then(|it| it.split('/').next());
        let host = host.ok_or("not over TLS")?;
        let mut ping = HttpRequest::empty();
        ping.set_uri(format!("https://{host}/ping"))?;
        *context.request_mut() = ping;
        Ok(())
    }
}

//! OpenSearch: from a domain to its scheduled update, and its cancellation.

#[cfg(test)]
pub(super) mod cases;

use aws_sdk_opensearch::operation::list_scheduled_actions::ListScheduledActionsOutput;
use aws_sdk_opensearch::types::{
    ActionStatus, ActionType, DeploymentStatus, DomainStatus, ServiceSoftwareOptions,
};
use countermand_core::failure::CallFailure;
use countermand_core::operation::{Change, ChangeRef, Latest};
use countermand_core::operations::opensearch_cancel_service_software_update::{
    OpensearchCancelServiceSoftwareUpdate, SoftwareUpdateFacts,
};
use countermand_core::verdict::Target;
use futures_util::future::try_join;
use jiff::Timestamp;

use super::{
    Acting, Existing, Found, Query, StopReply, all, gone, opensearch, stop_reply, timestamp,
    unless_code,
};
use crate::failure::failure;
use crate::retries::RepeatOnlyIfNotDone;
use crate::services::{ReadClients, StopClients};

impl Acting for OpensearchCancelServiceSoftwareUpdate {
    async fn find(
        &self,
        query: Query<'_>,
        aws: &ReadClients,
    ) -> Found<Change<SoftwareUpdateFacts>> {
        let (domains, failures) = opensearch::domains(query.target, aws).await;
        let pending = domains.iter().filter(|it| is_pending(it));
        let changes = pending.map(|domain| change(domain, query.is_freeze, aws));
        Found::of(all(changes).await, failures)
    }

    async fn stop(
        &self,
        change: &Change<SoftwareUpdateFacts>,
        aws: &StopClients,
    ) -> Result<StopReply, CallFailure> {
        let cancel = aws.opensearch().cancel_service_software_update();
        let cancel = cancel.domain_name(&change.id);
        let answer = cancel.customize().interceptor(RepeatOnlyIfNotDone).send();
        let answer = answer
            .await
            .map_err(failure("es:CancelServiceSoftwareUpdate"));
        stop_reply(answer, &["ResourceNotFoundException"])
    }

    async fn look_again(which: &ChangeRef, aws: &ReadClients) -> Result<Latest, CallFailure> {
        let found = opensearch::describe(std::slice::from_ref(&which.change), aws).await?;
        let domain = found.first().ok_or_else(|| gone(opensearch::DESCRIBE))?;
        Ok(Latest::of(state(domain)))
    }

    async fn existing(_: &Target, aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
        opensearch::existing(aws).await
    }
}

/// Whether an update is scheduled or in progress, or in a state that is not known here: the core holds those.
fn is_pending(domain: &DomainStatus) -> bool {
    use DeploymentStatus::{Completed, Eligible, NotEligible};
    let status = domain
        .service_software_options()
        .and_then(ServiceSoftwareOptions::update_status);
    !matches!(status, None | Some(Completed | Eligible | NotEligible))
}

fn state(domain: &DomainStatus) -> String {
    let options = domain.service_software_options();
    let status = options.and_then(ServiceSoftwareOptions::update_status);
    status.map_or_else(String::new, |it| it.as_str().to_owned())
}

async fn change(
    domain: &DomainStatus,
    is_freeze: bool,
    aws: &ReadClients,
) -> Result<Change<SoftwareUpdateFacts>, CallFailure> {
    let scheduled_for = async {
        if is_freeze && state(domain) == DeploymentStatus::PendingUpdate.as_str() {
            return scheduled_for(domain.domain_name(), aws).await;
        }
        Ok(None)
    };
    let (tags, scheduled_for) =
        try_join(opensearch::tags(domain.arn(), aws), scheduled_for).await?;
    let options = domain.service_software_options();
    let automated = options.and_then(|it| it.automated_update_date());
    // 1970 stands for "none".
    let automated_update_at = automated.filter(|at| at.secs() > 0).and_then(timestamp);
    let is_optional = options
        .and_then(ServiceSoftwareOptions::optional_deployment)
        .unwrap_or(false);
    Ok(Change {
        id: domain.domain_name().to_owned(),
        names: [("domain", domain.domain_name().to_owned())].into(),
        state: state(domain),
        began_at: None,
        tags,
        facts: SoftwareUpdateFacts {
            domain_arn: domain.arn().to_owned(),
            cancellable: options
                .and_then(ServiceSoftwareOptions::cancellable)
                .unwrap_or(false),
            automated_update_at,
            is_required: !is_optional,
            scheduled_for,
        },
    })
}

/// The exact time: the domain itself has only the latest time at which OpenSearch installs the update.
async fn scheduled_for(domain: &str, aws: &ReadClients) -> Result<Option<Timestamp>, CallFailure> {
    let list = aws.opensearch().list_scheduled_actions();
    let list = list.domain_name(domain).max_results(100).into_paginator();
    let pages = list.send().try_collect().await;
    let pages = match pages.map_err(failure("es:ListScheduledActions")) {
        Ok(pages) => pages,
        // A domain that no longer exists has no scheduled actions.
        Err(failed) => return unless_code(failed, &["ResourceNotFoundException"]),
    };
    let actions = pages
        .iter()
        .flat_map(ListScheduledActionsOutput::scheduled_actions);
    let updates = actions.filter(|it| {
        *it.r#type() == ActionType::ServiceSoftwareUpdate
            && it.status() == Some(&ActionStatus::PendingUpdate)
    });
    Ok(updates
        .filter_map(|it| Timestamp::from_millisecond(it.scheduled_time()).ok())
        .min())
}

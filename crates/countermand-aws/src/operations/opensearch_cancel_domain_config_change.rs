//! OpenSearch: from a domain to its configuration change, and its cancellation.

#[cfg(test)]
pub(super) mod cases;

use aws_sdk_opensearch::operation::cancel_domain_config_change::CancelDomainConfigChangeOutput;
use aws_sdk_opensearch::types::{
    ChangeProgressDetails, ChangeProgressStatusDetails, ConfigChangeStatus, DeploymentStatus,
    DomainProcessingStatusType, DomainStatus, InitiatedBy, ModifyingProperties,
    ServiceSoftwareOptions,
};
use countermand_core::failure::CallFailure;
use countermand_core::operation::{Change, ChangeRef, Latest, Operation};
use countermand_core::operations::opensearch_cancel_domain_config_change::{
    ConfigChangeFacts, ModifiedProperty, OpensearchCancelDomainConfigChange,
};
use countermand_core::record::text::{self, CancelledConfiguration, CancelledProperty};
use countermand_core::verdict::Target;

use super::{Acting, Existing, Found, Query, StopReply, all, opensearch, stop_reply, timestamp};
use crate::failure::failure;
use crate::retries::RepeatOnlyIfNotDone;
use crate::services::{ReadClients, StopClients};

const CANCEL: &str = "es:CancelDomainConfigChange";

impl Acting for OpensearchCancelDomainConfigChange {
    async fn find(&self, query: Query<'_>, aws: &ReadClients) -> Found<Change<ConfigChangeFacts>> {
        let (domains, failures) = opensearch::domains(query.target, aws).await;
        let changes = domains
            .iter()
            .filter_map(|domain| Some(change(domain, in_flight(domain)?, aws)));
        Found::of(all(changes).await, failures)
    }

    async fn dry_run(
        &self,
        change: &Change<ConfigChangeFacts>,
        aws: &ReadClients,
    ) -> Option<String> {
        let cancel = aws.opensearch().cancel_domain_config_change();
        let cancel = cancel.domain_name(change.name("domain")).dry_run(true);
        let answer = cancel.send().await.map_err(failure(CANCEL));
        Some(text::dry_run(&change.id, &answer.map(cancelled)))
    }

    async fn stop(
        &self,
        change: &Change<ConfigChangeFacts>,
        aws: &StopClients,
    ) -> Result<StopReply, CallFailure> {
        let cancel = aws.opensearch().cancel_domain_config_change();
        // Never left out: what AWS does then is not documented.
        let cancel = cancel.domain_name(change.name("domain")).dry_run(false);
        let answer = cancel.customize().interceptor(RepeatOnlyIfNotDone).send();
        let answer = answer.await.map_err(failure(CANCEL));
        match answer.map(cancelled) {
            // The call takes no id: only its answer says which change it was.
            Ok(answer) if answer.is_of(&change.id) => Ok(StopReply::Requested),
            Ok(answer) => Ok(StopReply::AlreadyOver(text::not_cancelled(&answer))),
            refused => stop_reply(refused, &["ResourceNotFoundException"]),
        }
    }

    async fn look_again(which: &ChangeRef, aws: &ReadClients) -> Result<Latest, CallFailure> {
        // Without its id the answer is about the newest change, which may be another one.
        let describe = aws.opensearch().describe_domain_change_progress();
        let describe = describe
            .domain_name(which.name("domain"))
            .change_id(&which.change);
        let answer = describe
            .send()
            .await
            .map_err(failure("es:DescribeDomainChangeProgress"))?;
        let progress = answer.change_progress_status();
        let status = progress.and_then(ChangeProgressStatusDetails::config_change_status);
        Ok(Latest::of(status.map_or("", ConfigChangeStatus::as_str)))
    }

    async fn existing(_: &Target, aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
        opensearch::existing(aws).await
    }
}

/// The domain's change that is not over. Whatever else the domain is at, the core holds that by its name.
fn in_flight(domain: &DomainStatus) -> Option<&ChangeProgressDetails> {
    let is_idle = domain.domain_processing_status() == Some(&DomainProcessingStatusType::Active);
    let newest = domain.change_progress_details();
    newest.filter(|it| {
        !is_idle
            && it.change_id().is_some()
            && !OpensearchCancelDomainConfigChange::is_over(state(it))
    })
}

fn state(change: &ChangeProgressDetails) -> &str {
    let status = change.config_change_status();
    status.map_or("", ConfigChangeStatus::as_str)
}

async fn change(
    domain: &DomainStatus,
    newest: &ChangeProgressDetails,
    aws: &ReadClients,
) -> Result<Change<ConfigChangeFacts>, CallFailure> {
    let tags = opensearch::tags(domain.arn(), aws).await?;
    let processing = domain.domain_processing_status();
    let software = domain.service_software_options();
    let update = software.and_then(ServiceSoftwareOptions::update_status);
    let message = newest.message().filter(|it| !it.is_empty());
    let properties = domain.modifying_properties().iter();
    Ok(Change {
        id: newest.change_id().unwrap_or_default().to_owned(),
        names: [("domain", domain.domain_name().to_owned())].into(),
        state: state(newest).to_owned(),
        began_at: newest.start_time().and_then(timestamp),
        tags,
        facts: ConfigChangeFacts {
            domain_arn: domain.arn().to_owned(),
            processing_status: processing
                .map_or("", DomainProcessingStatusType::as_str)
                .to_owned(),
            initiated_by: newest
                .initiated_by()
                .map(InitiatedBy::as_str)
                .map(str::to_owned),
            message: message.map(str::to_owned),
            is_updating_software: update == Some(&DeploymentStatus::InProgress),
            is_upgrading: domain.upgrade_processing().unwrap_or(false),
            properties: properties.map(property).collect(),
        },
    })
}

fn property(it: &ModifyingProperties) -> ModifiedProperty {
    ModifiedProperty {
        name: it.name().unwrap_or_default().to_owned(),
        active: it.active_value().map(str::to_owned),
        pending: it.pending_value().map(str::to_owned),
    }
}

fn cancelled(answer: CancelDomainConfigChangeOutput) -> CancelledConfiguration {
    let properties = answer.cancelled_change_properties.unwrap_or_default();
    let properties = properties.into_iter().map(|it| CancelledProperty {
        name: it.property_name,
        active: it.active_value,
        cancelled: it.cancelled_value,
    });
    CancelledConfiguration {
        changes: answer.cancelled_change_ids.unwrap_or_default(),
        properties: properties.collect(),
    }
}

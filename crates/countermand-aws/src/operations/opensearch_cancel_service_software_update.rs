//! OpenSearch: from a domain to its scheduled update, and its cancellation.

use std::collections::BTreeMap;

use aws_sdk_opensearch::operation::list_scheduled_actions::ListScheduledActionsOutput;
use aws_sdk_opensearch::types::{
    ActionStatus, ActionType, DeploymentStatus, DomainStatus, ServiceSoftwareOptions,
};
use countermand_core::operations::opensearch_cancel_service_software_update::{
    CancelServiceSoftwareUpdate, Facts,
};
use countermand_core::operations::{Change, Latest, Which};
use countermand_core::verdict::Target;
use futures_util::future::try_join;
use jiff::Timestamp;

use super::{Acting, Found, Sought, Stopping, all, gone, names, sorted, timestamp, unless_over};
use crate::retries::OnlyIfUndone;
use crate::{Aws, Trouble};

/// As many as one DescribeDomains takes.
const DOMAINS_A_CALL: usize = 5;

impl Acting for CancelServiceSoftwareUpdate {
    async fn find(&self, sought: Sought<'_>, aws: &Aws) -> Found<Facts> {
        let domains = match domains(sought.target, aws).await {
            Ok(domains) => domains,
            Err(trouble) => return Found::trouble(trouble),
        };
        let some = domains.chunks(DOMAINS_A_CALL);
        let described = all(some.map(|some| describe(some, aws))).await;
        let (domains, mut troubles) = sorted(described);
        let pending = domains.iter().flatten().filter(|it| is_pending(it));
        let changes = pending.map(|domain| change(domain, sought.is_freeze, aws));
        let (changes, more) = sorted(all(changes).await);
        troubles.extend(more);
        Found {
            changes,
            troubles,
            is_close: false,
        }
    }

    async fn stop(&self, change: &Change<Facts>, aws: &Aws) -> Result<Stopping, Trouble> {
        let cancel = aws.opensearch().cancel_service_software_update();
        let cancel = cancel.domain_name(&change.id);
        match cancel.customize().interceptor(OnlyIfUndone).send().await {
            Ok(_) => Ok(Stopping::Requested),
            Err(error) => {
                let trouble = Trouble::of("es:CancelServiceSoftwareUpdate", &error);
                unless_over(trouble, &["ResourceNotFoundException"])
            }
        }
    }

    async fn look_again(which: &Which, aws: &Aws) -> Result<Latest, Trouble> {
        let found = describe(std::slice::from_ref(&which.change), aws).await?;
        let domain = found.first().ok_or_else(|| gone(DESCRIBE))?;
        Ok(Latest::of(state(domain)))
    }
}

const DESCRIBE: &str = "es:DescribeDomains";

async fn domains(target: &Target, aws: &Aws) -> Result<Vec<String>, Trouble> {
    let globs = names::of(target, "domain");
    if let Some(names) = names::written(globs) {
        return Ok(names);
    }
    let answer = aws.opensearch().list_domain_names().send().await;
    let answer = answer.map_err(|error| Trouble::of("es:ListDomainNames", &error))?;
    let found = answer
        .domain_names()
        .iter()
        .filter_map(|domain| domain.domain_name());
    Ok(found
        .filter(|name| names::any(globs, name))
        .map(str::to_owned)
        .collect())
}

async fn describe(domains: &[String], aws: &Aws) -> Result<Vec<DomainStatus>, Trouble> {
    let describe = aws
        .opensearch()
        .describe_domains()
        .set_domain_names(Some(domains.to_vec()));
    let answer = describe
        .send()
        .await
        .map_err(|error| Trouble::of(DESCRIBE, &error))?;
    Ok(answer.domain_status_list)
}

/// An update that is scheduled or in progress, or in a state that is not known: the core holds that by its name.
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
    aws: &Aws,
) -> Result<Change<Facts>, Trouble> {
    let scheduled_for = async {
        if is_freeze && state(domain) == DeploymentStatus::PendingUpdate.as_str() {
            return scheduled_for(domain.domain_name(), aws).await;
        }
        Ok(None)
    };
    let (tags, scheduled_for) = try_join(tags(domain.arn(), aws), scheduled_for).await?;
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
        facts: Facts {
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

/// The exact time: the domain itself tells only by when OpenSearch installs the update at the latest.
async fn scheduled_for(domain: &str, aws: &Aws) -> Result<Option<Timestamp>, Trouble> {
    let list = aws.opensearch().list_scheduled_actions();
    let list = list.domain_name(domain).max_results(100).into_paginator();
    let pages = match list.send().try_collect().await {
        Ok(pages) => pages,
        Err(error) => {
            let trouble = Trouble::of("es:ListScheduledActions", &error);
            return match trouble.code() {
                // A domain that has gone has no plans.
                Some("ResourceNotFoundException") => Ok(None),
                _ => Err(trouble),
            };
        }
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

async fn tags(arn: &str, aws: &Aws) -> Result<BTreeMap<String, String>, Trouble> {
    let answer = aws.opensearch().list_tags().arn(arn).send().await;
    let answer = answer.map_err(|error| Trouble::of("es:ListTags", &error))?;
    let tags = answer.tag_list().iter();
    Ok(tags
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect())
}

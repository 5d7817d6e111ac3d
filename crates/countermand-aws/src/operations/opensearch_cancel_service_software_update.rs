//! OpenSearch: from a domain to its scheduled update, and its cancellation.

use std::collections::BTreeMap;

use aws_sdk_opensearch::types::{DeploymentStatus, DomainStatus, ServiceSoftwareOptions};
use countermand_core::operations::Change;
use countermand_core::operations::opensearch_cancel_service_software_update::{
    CancelServiceSoftwareUpdate, Facts,
};
use countermand_core::verdict::Target;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::{Acting, Found, Stopping, names, timestamp, unless_over};
use crate::{Aws, Trouble};

/// As many as one DescribeDomains takes.
const DOMAINS_A_CALL: usize = 5;

impl Acting for CancelServiceSoftwareUpdate {
    async fn find(&self, target: &Target, aws: &Aws, _: Timestamp) -> Found<Facts> {
        let domains = match domains(target, aws).await {
            Ok(domains) => domains,
            Err(trouble) => return Found::trouble(trouble),
        };
        let described = join_all(
            domains
                .chunks(DOMAINS_A_CALL)
                .map(|some| describe(some, aws)),
        )
        .await;
        let mut found = Found::default();
        let mut pending = Vec::new();
        for answer in described {
            match answer {
                Ok(domains) => pending.extend(domains.into_iter().filter(is_pending)),
                Err(trouble) => found.troubles.push(trouble),
            }
        }
        let changes = join_all(pending.iter().map(|domain| change(domain, aws))).await;
        for change in changes {
            match change {
                Ok(change) => found.changes.push(change),
                Err(trouble) => found.troubles.push(trouble),
            }
        }
        found
    }

    async fn stop(&self, change: &Change<Facts>, aws: &Aws) -> Result<Stopping, Trouble> {
        let cancel = aws.opensearch().cancel_service_software_update();
        match cancel.domain_name(&change.id).send().await {
            Ok(_) => Ok(Stopping::Requested),
            Err(error) => {
                let trouble = Trouble::of("es:CancelServiceSoftwareUpdate", &error);
                unless_over(trouble, &["ResourceNotFoundException"])
            }
        }
    }
}

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
        .map_err(|error| Trouble::of("es:DescribeDomains", &error))?;
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

async fn change(domain: &DomainStatus, aws: &Aws) -> Result<Change<Facts>, Trouble> {
    let tags = tags(domain.arn(), aws).await?;
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
        state: options
            .and_then(ServiceSoftwareOptions::update_status)
            .map(|it| it.as_str().to_owned())
            .unwrap_or_default(),
        began_at: None,
        tags,
        facts: Facts {
            cancellable: options
                .and_then(ServiceSoftwareOptions::cancellable)
                .unwrap_or(false),
            automated_update_at,
            is_required: !is_optional,
            scheduled_for: None,
        },
    })
}

async fn tags(arn: &str, aws: &Aws) -> Result<BTreeMap<String, String>, Trouble> {
    let answer = aws.opensearch().list_tags().arn(arn).send().await;
    let answer = answer.map_err(|error| Trouble::of("es:ListTags", &error))?;
    let tags = answer.tag_list().iter();
    Ok(tags
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect())
}

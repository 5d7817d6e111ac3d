//! Reads of OpenSearch domains that the operations on them have in common.

use std::collections::BTreeMap;

use aws_sdk_opensearch::types::DomainStatus;
use countermand_core::failure::CallFailure;
use countermand_core::verdict::Target;

use super::{Existing, all, names, sorted};
use crate::failure::failure;
use crate::services::ReadClients;

/// The maximum of one DescribeDomains.
const DOMAINS_A_CALL: usize = 5;

pub(super) const DESCRIBE: &str = "es:DescribeDomains";

/// The domains that the target means, and the look-ups that failed. A domain that does not exist is left out.
pub(super) async fn domains(
    target: &Target,
    aws: &ReadClients,
) -> (Vec<DomainStatus>, Vec<CallFailure>) {
    let names = match meant(target, aws).await {
        Ok(names) => names,
        Err(failed) => return (Vec::new(), vec![failed]),
    };
    let some = names.chunks(DOMAINS_A_CALL);
    let described = all(some.map(|some| describe(some, aws))).await;
    let (domains, failures) = sorted(described);
    (domains.into_iter().flatten().collect(), failures)
}

/// At most as many as one call takes.
pub(super) async fn describe(
    domains: &[String],
    aws: &ReadClients,
) -> Result<Vec<DomainStatus>, CallFailure> {
    let describe = aws
        .opensearch()
        .describe_domains()
        .set_domain_names(Some(domains.to_vec()));
    let answer = describe.send().await.map_err(failure(DESCRIBE))?;
    Ok(answer.domain_status_list)
}

pub(super) async fn tags(
    arn: &str,
    aws: &ReadClients,
) -> Result<BTreeMap<String, String>, CallFailure> {
    let answer = aws
        .opensearch()
        .list_tags()
        .arn(arn)
        .send()
        .await
        .map_err(failure("es:ListTags"))?;
    let tags = answer.tag_list().iter();
    Ok(tags
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect())
}

pub(super) async fn existing(aws: &ReadClients) -> Result<Vec<Existing>, CallFailure> {
    let domains = all_names(aws).await?.into_iter();
    Ok(domains
        .map(|name| Existing::of([("domain", vec![name])]))
        .collect())
}

async fn meant(target: &Target, aws: &ReadClients) -> Result<Vec<String>, CallFailure> {
    let globs = names::of(target, "domain");
    if let Some(names) = names::written(globs) {
        return Ok(names);
    }
    let mut names = all_names(aws).await?;
    names.retain(|name| names::any(globs, name));
    Ok(names)
}

async fn all_names(aws: &ReadClients) -> Result<Vec<String>, CallFailure> {
    let answer = aws
        .opensearch()
        .list_domain_names()
        .send()
        .await
        .map_err(failure("es:ListDomainNames"))?;
    let domains = answer.domain_names.unwrap_or_default().into_iter();
    Ok(domains.filter_map(|it| it.domain_name).collect())
}

//! What the operations on an OpenSearch domain have in common.

use crate::operation::Call;

/// The ARN of a domain, for permissions.
pub(super) const DOMAIN: &str = "arn:{partition}:es:{region}:{account}:domain/{domain}";

/// The call that tags a domain.
pub(super) fn tagging_of(domain_arn: &str, (key, value): (&str, &str)) -> Call {
    Call {
        service: "opensearch",
        operation: "AddTags",
        parameters: vec![
            ("Arn", domain_arn.to_owned().into()),
            ("TagList", format!("Key={key},Value={value}").into()),
        ],
    }
}

name_kind!(pub DomainName: "an OpenSearch domain name", 3 to 28, |it| {
    it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-'
});

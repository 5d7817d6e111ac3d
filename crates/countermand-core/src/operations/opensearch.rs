//! What the operations on an OpenSearch domain have in common.

use crate::name::NameKind;
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DomainName;

impl NameKind for DomainName {
    const WHAT: &'static str = "an OpenSearch domain name";
    const SHORTEST: usize = 3;
    const LONGEST: usize = 28;

    fn allows(character: char) -> bool {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    }
}

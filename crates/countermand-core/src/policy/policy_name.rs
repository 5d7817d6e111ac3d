//! Names of policies: fit for a schedule's name, a metric's dimension and a shell.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub struct PolicyName(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a name for a policy\nuse lower-case letters, digits and `-`, at most 40, as `rollback-on-5xx`"
)]
pub struct BadPolicyName(String);

impl PolicyName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PolicyName {
    type Err = BadPolicyName;

    fn from_str(name: &str) -> Result<Self, BadPolicyName> {
        let fit = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        if (1..=40).contains(&name.len()) && name.bytes().all(fit) {
            Ok(Self(name.to_owned()))
        } else {
            Err(BadPolicyName(name.to_owned()))
        }
    }
}

from_text!(PolicyName);

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

schema_of!(inline PolicyName as "PolicyName" => {
    "type": "string",
    "pattern": "^[a-z0-9-]{1,40}$",
});

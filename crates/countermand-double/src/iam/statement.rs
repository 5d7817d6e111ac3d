//! IAM: what the caller may do, as the statements of a policy say it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A statement as IAM writes it. A member that the double does not know, such as `NotAction`, is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AccessStatement {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    pub effect: AccessEffect,
    /// As `ecs:StopServiceDeployment`, with `*` and `?` as wildcards.
    pub action: AccessTexts,
    /// ARNs, with `*` and `?` as wildcards.
    pub resource: AccessTexts,
    /// By operator and key. The double knows `StringEquals` and `StringLike` of `aws:ResourceTag/…`. With any other
    /// condition, a statement that allows does not apply, and one that denies does.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: BTreeMap<String, BTreeMap<String, AccessTexts>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessEffect {
    Allow,
    Deny,
}

/// One text or a list of them: IAM takes both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub enum AccessTexts {
    One(String),
    Many(Vec<String>),
}

impl AccessTexts {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let texts = match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        };
        texts.iter().map(String::as_str)
    }
}

//! Why not: reasons as they are collected.

use serde::Serialize;

use super::Code;

/// One reason to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reason {
    pub code: Code,
    /// With the values that led to it.
    pub text: String,
}

/// Reasons in the order in which they were found.
#[derive(Debug, Default)]
pub struct Reasons(Vec<Reason>);

impl Reasons {
    pub fn add(&mut self, code: Code, text: impl Into<String>) {
        let text = text.into();
        self.0.push(Reason { code, text });
    }

    /// In the order of the guards.
    pub fn into_vec(mut self) -> Vec<Reason> {
        self.0.sort_by_key(|reason| reason.code);
        self.0
    }
}

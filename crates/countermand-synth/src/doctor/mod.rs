//! Is a deployed stack what the policies need, and does it work? Judged by what AWS tells of it.
//!
//! What AWS did not tell is not judged: whoever asked says so.

mod code;
mod deployed;
mod policies;
#[cfg(test)]
mod tests;
mod works;

use jiff::Timestamp;
use serde::Serialize;

use crate::Manifest;

pub use code::FindingCode;
pub use deployed::{
    Deployed, DeployedFunction, DeployedRule, DeployedStack, ScheduleName, StackQueue,
};

/// The variable that is a ceiling over the mode of every policy, and the parameter of the stack that sets it.
pub const MODE: &str = "COUNTERMAND_MODE";
pub const MODE_PARAMETER: &str = "Mode";

/// What is to be deployed.
#[derive(Debug, Clone, Copy)]
pub struct Desired<'w> {
    pub manifest: &'w Manifest,
    pub fingerprint: &'w str,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: FindingCode,
    /// Whether something must be done.
    pub severity: FindingSeverity,
    /// What it is about, as people know it: a function, a policy, a queue.
    pub about: String,
    pub text: String,
    /// What to do about it.
    pub help: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingSeverity {
    Problem,
    /// It may well be meant so.
    Note,
}

/// All that is to be said: what keeps it from working first, then what is out of step with the policies.
pub fn examine(deployed: &Deployed, wanted: Option<Desired<'_>>, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    works::examine(deployed, &mut findings);
    if let Some(wanted) = wanted {
        policies::examine(deployed, wanted, now, &mut findings);
    }
    findings.sort_by_key(|it| it.severity != FindingSeverity::Problem);
    findings
}

impl Finding {
    fn new(
        code: FindingCode,
        about: impl Into<String>,
        text: impl Into<String>,
        stack: &str,
    ) -> Self {
        Self {
            code,
            severity: code.severity(),
            about: about.into(),
            text: text.into(),
            help: code.help(stack),
        }
    }
}

//! Does a deployed stack match the policies, and does it work? Examined from what AWS reports about it.
//!
//! What AWS did not report is not examined: the caller says so.

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

/// The environment variable that limits the mode of every policy.
pub const MODE: &str = "COUNTERMAND_MODE";
/// The parameter of the stack that sets it.
pub const MODE_PARAMETER: &str = "Mode";

/// What should be deployed.
#[derive(Debug, Clone, Copy)]
pub struct Desired<'w> {
    pub manifest: &'w Manifest,
    pub fingerprint: &'w str,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: FindingCode,
    pub severity: FindingSeverity,
    /// What it is about: the name of a function, a policy, a queue.
    pub about: String,
    pub text: String,
    /// What to do about it.
    pub help: String,
}

/// Whether something must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingSeverity {
    Problem,
    /// It may be intended.
    Note,
}

/// All findings, problems before notes.
pub fn examine(deployed: &Deployed, wanted: Option<Desired<'_>>, now: Timestamp) -> Vec<Finding> {
    let mut report = Report {
        stack: &deployed.name,
        findings: Vec::new(),
    };
    works::examine(deployed, &mut report);
    if let Some(wanted) = wanted {
        policies::examine(deployed, wanted, now, &mut report);
    }
    let mut findings = report.findings;
    findings.sort_by_key(|it| it.severity != FindingSeverity::Problem);
    findings
}

/// The findings about a stack.
struct Report<'s> {
    stack: &'s str,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, code: FindingCode, about: &str, text: impl Into<String>) {
        self.findings.push(Finding {
            code,
            severity: code.severity(),
            about: about.to_owned(),
            text: text.into(),
            help: code.help(self.stack),
        });
    }
}

//! What AWS reports about a stack, as plain values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::StackFunction;

/// What AWS reports about a stack. What is missing was not reported.
#[derive(Debug, Clone, Default)]
pub struct Deployed {
    pub name: String,
    pub stack: Option<DeployedStack>,
    /// The resources of the template, as it was deployed.
    pub resources: Option<Map<String, Value>>,
    /// `None`: Lambda has no such function.
    pub functions: BTreeMap<StackFunction, Option<DeployedFunction>>,
    pub is_verify_fed: Option<bool>,
    /// By name. Rules of other stacks may be among them.
    pub rules: Option<BTreeMap<String, DeployedRule>>,
    /// Whether each is enabled. Schedules of other stacks may be among them.
    pub schedules: Option<BTreeMap<ScheduleName, bool>>,
    /// The number of messages in each queue.
    pub waiting: BTreeMap<StackQueue, u64>,
}

#[derive(Debug, Clone, Default)]
pub struct DeployedStack {
    /// In the words of CloudFormation: `UPDATE_COMPLETE`.
    pub status: String,
    pub mode: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct DeployedFunction {
    pub variables: BTreeMap<String, String>,
    pub layers: usize,
    /// Why Lambda cannot run it.
    pub broken: Option<String>,
    /// Its reserved concurrency. With 0 it cannot run; without a value it shares that of the account.
    pub concurrency: Option<i32>,
}

#[derive(Debug, Clone, Default)]
pub struct DeployedRule {
    pub is_enabled: bool,
    pub pattern: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScheduleName {
    pub group: String,
    pub name: String,
}

/// A queue that should be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StackQueue {
    DeadLetters,
    VerifyDeadLetters,
}

impl StackQueue {
    pub const ALL: [Self; 2] = [Self::DeadLetters, Self::VerifyDeadLetters];

    /// Its logical id in the template.
    pub fn resource(self) -> &'static str {
        match self {
            Self::DeadLetters => "DeadLetters",
            Self::VerifyDeadLetters => "VerifyDeadLetters",
        }
    }
}

impl Deployed {
    /// The name of a function, as the template sets it.
    pub(super) fn function(&self, function: StackFunction) -> String {
        function.in_stack(&self.name)
    }

    /// The stack's own rules that deliver to a function, by the name that they have in the manifest.
    pub(super) fn own_rules(&self) -> Option<BTreeMap<&str, &DeployedRule>> {
        let prefix = format!("{}-", self.name);
        let rules = self.rules.as_ref()?.iter().filter_map(|(name, rule)| {
            let name = name.strip_prefix(&prefix)?;
            let (function, number) = name.rsplit_once('-')?;
            let is_own = StackFunction::ALL.iter().any(|it| it.as_str() == function)
                && number.chars().all(|it| it.is_ascii_digit());
            is_own.then_some((name, rule))
        });
        Some(rules.collect())
    }
}

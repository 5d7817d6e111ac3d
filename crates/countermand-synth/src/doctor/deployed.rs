//! What AWS tells of a stack, as plain values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::StackFunction;

/// What AWS tells of a stack. What is not there was not told.
#[derive(Debug, Clone, Default)]
pub struct Deployed {
    pub name: String,
    pub stack: Option<DeployedStack>,
    /// Those of its template, as it was deployed.
    pub resources: Option<Map<String, Value>>,
    /// `None`: Lambda does not know it.
    pub functions: BTreeMap<StackFunction, Option<DeployedFunction>>,
    pub is_verify_fed: Option<bool>,
    /// By their names. Those of other stacks may be among them.
    pub rules: Option<BTreeMap<String, DeployedRule>>,
    /// Whether they are enabled. Those of other stacks may be among them.
    pub schedules: Option<BTreeMap<ScheduleName, bool>>,
    /// How many messages wait.
    pub waiting: BTreeMap<StackQueue, u64>,
}

#[derive(Debug, Clone, Default)]
pub struct DeployedStack {
    /// As CloudFormation says it: `UPDATE_COMPLETE`.
    pub status: String,
    pub mode: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct DeployedFunction {
    pub variables: BTreeMap<String, String>,
    pub layers: usize,
    /// Why Lambda cannot run it.
    pub broken: Option<String>,
    /// What is set aside for it: with none set aside it cannot run.
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

/// A queue in which nothing should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StackQueue {
    DeadLetters,
    VerifyDeadLetters,
}

impl StackQueue {
    pub const ALL: [Self; 2] = [Self::DeadLetters, Self::VerifyDeadLetters];

    /// What the template calls it.
    pub fn resource(self) -> &'static str {
        match self {
            Self::DeadLetters => "DeadLetters",
            Self::VerifyDeadLetters => "VerifyDeadLetters",
        }
    }
}

impl Deployed {
    /// As the template names it.
    pub(super) fn function(&self, function: StackFunction) -> String {
        function.in_stack(&self.name)
    }

    /// The stack's own rules that deliver to a function, each by the name that synth gives it.
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

//! The IAM permissions of an operation: each with what it is for, and when it is needed.

use std::collections::BTreeMap;

use crate::name::Glob;

/// One IAM action, on what, and what for.
#[derive(Debug)]
pub struct Permission {
    pub action: &'static str,
    /// ARNs with the target keys, `{partition}`, `{region}` and `{account}` in braces, or `*` where AWS knows no other.
    /// The first is that of what carries the tags.
    pub on: &'static [&'static str],
    pub why: &'static str,
}

/// A permission of an operation whose parameters are `P`, and when it is needed.
#[derive(Debug)]
pub struct PermissionNeed<P: 'static> {
    pub permission: Permission,
    /// Whether a policy with these parameters ever makes the call before or for a stop.
    pub when: fn(&P, &Usage<'_>) -> bool,
    /// Whether the call also finds out what became of a change.
    pub to_follow: bool,
}

/// How a policy uses an operation.
#[derive(Debug, Clone)]
pub struct Usage<'p> {
    /// An event names the one change that is looked at: nothing is listed.
    pub by_event: bool,
    /// The policy freezes changes: it matters when a planned one will begin.
    pub is_freeze: bool,
    /// The names that the policy leaves alone, by key.
    pub excepted: BTreeMap<&'static str, Vec<&'p Glob>>,
}

impl Permission {
    /// It changes nothing: AWS names its actions that way.
    pub fn is_read(&self) -> bool {
        let name = self.action.split_once(':').map_or("", |(_, name)| name);
        let reads = ["Describe", "Get", "List"];
        reads.iter().any(|verb| name.starts_with(verb))
    }
}

impl<P> PermissionNeed<P> {
    /// Always needed, until it is narrowed.
    pub const fn of(action: &'static str, on: &'static [&'static str], why: &'static str) -> Self {
        Self {
            permission: Permission { action, on, why },
            when: |_, _| true,
            to_follow: false,
        }
    }

    /// Needed before or for a stop only where this holds.
    #[must_use]
    pub const fn when(mut self, when: fn(&P, &Usage<'_>) -> bool) -> Self {
        self.when = when;
        self
    }

    /// Needed to find out what became of a change, too.
    #[must_use]
    pub const fn and_to_follow(mut self) -> Self {
        self.to_follow = true;
        self
    }
}

//! The IAM permissions of an operation: what each is for, and when it is needed.

use std::collections::BTreeMap;

use crate::name::Glob;

/// One IAM action, its resources, and what it is for.
#[derive(Debug)]
pub struct Permission {
    pub action: &'static str,
    /// ARNs with the target keys, `{partition}`, `{region}` and `{account}` in braces, or `*` if IAM supports nothing
    /// narrower. The first is the ARN of the resource with the tags.
    pub on: &'static [&'static str],
    pub why: &'static str,
}

/// A permission of an operation whose parameters are `P`, and when it is needed.
#[derive(Debug)]
pub struct PermissionNeed<P: 'static> {
    pub permission: Permission,
    /// Whether a policy with these parameters can make the call before or for a stop.
    pub when: fn(&P, &Usage<'_>) -> bool,
    /// Whether the call is also made to follow a change.
    pub to_follow: bool,
}

/// How a policy uses an operation.
#[derive(Debug, Clone)]
pub struct Usage<'p> {
    /// An event names the one change, so nothing is listed.
    pub by_event: bool,
    /// The policy freezes changes, so it has to know when a planned one will begin.
    pub is_freeze: bool,
    /// The names in the policy's exceptions, by key.
    pub excepted: BTreeMap<&'static str, Vec<&'p Glob>>,
}

impl Permission {
    /// Whether the action only reads: AWS's naming shows it.
    pub fn is_read(&self) -> bool {
        let name = self.action.split_once(':').map_or("", |(_, name)| name);
        let reads = ["Describe", "Get", "List"];
        reads.iter().any(|verb| name.starts_with(verb))
    }
}

impl<P> PermissionNeed<P> {
    /// Always needed, unless [`Self::when`] narrows it.
    pub const fn of(action: &'static str, on: &'static [&'static str], why: &'static str) -> Self {
        Self {
            permission: Permission { action, on, why },
            when: |_, _| true,
            to_follow: false,
        }
    }

    /// Needed before or for a stop only under this condition.
    #[must_use]
    pub const fn when(mut self, when: fn(&P, &Usage<'_>) -> bool) -> Self {
        self.when = when;
        self
    }

    /// Also needed to follow a change.
    #[must_use]
    pub const fn and_to_follow(mut self) -> Self {
        self.to_follow = true;
        self
    }
}

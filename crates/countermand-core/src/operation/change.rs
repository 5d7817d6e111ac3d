//! A change in flight.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a change has come: whether it has an age, and whether a freeze could let anything finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Only planned: it has no age, so it cannot have caused an alarm.
    Planned {
        at: Option<Timestamp>,
    },
    /// Created, so it has an age, but nothing of it is running yet that a freeze could let finish.
    Waiting,
    Running,
}

impl Phase {
    pub(crate) fn planned_for(&self) -> Option<Timestamp> {
        match self {
            Self::Planned { at } => *at,
            Self::Waiting | Self::Running => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<F> {
    /// The id for the stop call: an ARN, an execution's id, a domain's name.
    pub id: String,
    /// The names of its target, by the keys that a policy uses.
    pub names: BTreeMap<&'static str, String>,
    /// As AWS calls it.
    pub state: String,
    pub began_at: Option<Timestamp>,
    /// All tags of the target: a change whose tags are not known cannot be judged.
    pub tags: BTreeMap<String, String>,
    pub facts: F,
}

/// Everything that is needed to look at a change again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeRef {
    /// As in [`Change::id`].
    pub change: String,
    /// As in [`Change::names`].
    pub names: BTreeMap<String, String>,
}

impl<F> Change<F> {
    pub fn which(&self) -> ChangeRef {
        let names = self.names.iter();
        ChangeRef {
            change: self.id.clone(),
            names: names
                .map(|(key, name)| ((*key).to_owned(), name.clone()))
                .collect(),
        }
    }

    /// Empty if it has no such name.
    pub fn name(&self, key: &str) -> &str {
        self.names.get(key).map(String::as_str).unwrap_or_default()
    }
}

impl ChangeRef {
    /// Empty if it has no such name.
    pub fn name(&self, key: &str) -> &str {
        self.names.get(key).map(String::as_str).unwrap_or_default()
    }
}

//! What people write: when to act, what to stop, and what to leave alone.
//!
//! The comments on fields are the reference that users read: `docs/policies.md` and the JSON Schema are made of them.

mod exception;
mod policies;
mod policy_name;
#[cfg(feature = "schema")]
mod schema;
mod when;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use crate::quantity::{BadDuration, Bound, Count, Duration};
pub use exception::{TARGET_KEYS, TargetException};
pub use policies::Policies;
pub use policy_name::{BadPolicyName, PolicyName};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use when::{
    AlarmWhen, ChangeCalendarWhen, FreezeWhen, InFlight, MutedAlarm, ScheduleWhen, When,
};

use crate::calendar::Calendar;
use crate::operation::Usage;
use crate::operations::Action;
use crate::trigger::TriggerKind;

/// A policy file.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Document<P = Policy, C = Calendar> {
    /// The version of this language: 1.
    // Required all the same: a file without it is read on, for its other mistakes.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub version: Option<Version>,
    /// Calendars by name. The files of a folder share them.
    pub calendars: Option<BTreeMap<String, C>>,
    /// What to stop, when.
    pub policies: Option<Vec<P>>,
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version;

/// One policy.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// What records, schedules and people call it: lower-case letters, digits and `-`, at most 40 characters.
    pub name: PolicyName,
    /// What it is for, in a sentence.
    pub description: Option<String>,
    /// Whether it acts.
    #[serde(default)]
    pub mode: Mode,
    /// What wakes it: exactly one trigger.
    pub when: When,
    /// What it stops: one or more operations with their targets.
    #[serde(rename = "do", deserialize_with = "at_least_one")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub actions: Vec<Action>,
    /// Targets that it leaves alone, always or for a time.
    #[serde(default)]
    pub except: Vec<TargetException>,
    /// When so much is in flight, or firing, that a person should look first.
    #[serde(default)]
    pub limit: Limit,
    /// An event older than this is held. Default: `10m` for an alarm, `1h` for a schedule or the start of a freeze, `30m` for a change that begins.
    pub max_age: Option<Bound<Duration>>,
    /// A target that was rolled back less than this ago is held: a person is at work on it.
    #[serde(default = "Policy::default_settle")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "30m")))]
    pub settle: Bound<Duration>,
    /// Act only while the calendar of this name is closed. Default: always.
    pub during: Option<String>,
}

/// Whether a policy acts.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Does nothing and says nothing.
    Disabled,
    /// Finds and judges, and records what it would stop.
    #[default]
    Observe,
    /// Stops.
    Enforce,
}

/// When so much is in flight, or firing, that a person should look first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Limit {
    /// Hold everything when more changes than this are in flight among the targets, those already stopping included. `none` lifts the limit.
    pub changes: Bound<Count>,
    /// Where the alarm's name has a wildcard or a capture: hold everything when more alarms than this that it matches are in a wanted state. `none` lifts the limit.
    pub alarms: Bound<Count>,
}

impl Policy {
    /// The defaults of `max-age`.
    pub const AGE_OF_ALARM: Duration = Duration::minutes(10);
    pub const AGE_OF_CHANGE: Duration = Duration::minutes(30);
    pub const AGE_OF_SCHEDULE: Duration = Duration::minutes(60);

    fn default_settle() -> Bound<Duration> {
        Bound::At(Duration::minutes(30))
    }

    /// The mode under a ceiling over all policies.
    pub fn mode_under(&self, ceiling: Mode) -> Mode {
        self.mode.min(ceiling)
    }

    /// How the policy uses its operations.
    pub fn usage(&self, by_event: bool) -> Usage<'_> {
        let mut excepted: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (key, globs) in self.except.iter().flat_map(|it| &it.targets) {
            excepted.entry(*key).or_default().extend(globs.iter());
        }
        Usage {
            by_event,
            is_freeze: self.when.in_flight().is_some(),
            excepted,
        }
    }

    /// An event older than this is held.
    pub fn max_age(&self, trigger: &TriggerKind) -> Bound<Duration> {
        let default = match trigger {
            TriggerKind::AlarmChanged(_) => Bound::At(Self::AGE_OF_ALARM),
            TriggerKind::ChangeBegan(_) => Bound::At(Self::AGE_OF_CHANGE),
            TriggerKind::PolicyDue(_) | TriggerKind::CalendarClosed(_) => {
                Bound::At(Self::AGE_OF_SCHEDULE)
            }
            TriggerKind::Asked(_) => Bound::Lifted,
        };
        self.max_age.unwrap_or(default)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self {
            changes: Bound::At(Count::of(3)),
            alarms: Bound::At(Count::of(5)),
        }
    }
}

impl Mode {
    /// The mode by its word in policies.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::Disabled, Self::Observe, Self::Enforce];
        all.into_iter().find(|it| it.as_str() == word)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Observe => "observe",
            Self::Enforce => "enforce",
        }
    }
}

fn at_least_one<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = Vec::deserialize(deserializer)?;
    if list.is_empty() {
        return Err(serde::de::Error::custom(
            "the list is empty\nname at least one operation",
        ));
    }
    Ok(list)
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Count::deserialize(deserializer)?.get() {
            1 => Ok(Self),
            other => Err(serde::de::Error::custom(format_args!(
                "version {other} is not known\nthis reads version 1"
            ))),
        }
    }
}

schema_of!(inline Version as "Version" => { "const": 1 });

//! What policies need of AWS: the events that wake them, the schedules, and what the functions may read and stop.
//!
//! All of it is derived from the policies and the registry of operations; nothing is asked of AWS. Where EventBridge
//! cannot express what a policy says, the pattern lets more through and says so: the function decides again.
//!
//! [`doctor`] compares a deployed stack with that.
//!
//! As in the core there is no AWS SDK here and no clock: time comes in as an argument.

mod alarms;
mod calendars;
mod changes;
mod cloudformation;
mod cron;
pub mod doctor;
mod matcher;
mod rules;
mod schedules;
mod silence;
mod starts;
mod statements;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use countermand_core::policy::{Bound, Duration, Policies, Policy};

pub use cloudformation::{FINGERPRINT, TemplateForm, cloudformation};

/// What policies need of AWS.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// The version of this shape: 1.
    pub schema: u32,
    /// What EventBridge delivers. No event fits two rules of one function.
    pub rules: Vec<EventRule>,
    /// What EventBridge Scheduler sends to `on-schedule`.
    pub schedules: Vec<PolicySchedule>,
    /// What the functions may do.
    pub statements: Vec<IamStatement>,
    /// From when on it is alarming that the schedules of a policy are silent.
    pub silences: Vec<Silence>,
}

/// A function of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Function"))]
#[serde(rename_all = "kebab-case")]
pub enum StackFunction {
    OnAlarm,
    OnSchedule,
    OnChange,
    Verify,
}

/// A rule on the default event bus.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Rule"))]
pub struct EventRule {
    pub name: String,
    pub function: StackFunction,
    /// The policies that it is for.
    pub policies: Vec<String>,
    /// As EventBridge reads it.
    pub pattern: Value,
    /// Where it lets through what no policy is about, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broader: Vec<String>,
    /// For how long EventBridge tries to deliver: what is older is held for its age.
    pub max_age_seconds: u32,
}

/// A schedule of EventBridge Scheduler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Schedule"))]
pub struct PolicySchedule {
    /// `countermand-<policy>`, with more after a `.` where a policy has several.
    pub name: String,
    pub policy: String,
    pub expression: String,
    pub zone: String,
    pub why: String,
    /// For how long Scheduler tries to deliver: what is older is held for its age.
    pub max_age_seconds: u32,
}

/// A statement of an IAM policy that allows something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Statement"))]
pub struct IamStatement {
    pub sid: String,
    pub function: StackFunction,
    /// The actions, and what each is for.
    pub actions: BTreeMap<&'static str, &'static str>,
    /// ARNs with `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}`, as CloudFormation fills them in.
    pub resources: Vec<String>,
    /// Tags that the resource must have, by key: any of these values, with `*` and `?` as wildcards.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Vec<String>>,
}

/// Scheduler counts by the group of schedules, of which each policy has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Silence {
    pub policy: String,
    /// No run for so long means that a schedule did not run. None: its runs are too far apart to tell.
    pub hours: Option<u32>,
}

/// What the policies need of AWS from `now` on: what is past is left out.
pub fn synth(policies: &Policies, now: Timestamp) -> Manifest {
    let schedules = schedules::of(policies, now);
    Manifest {
        schema: 1,
        rules: [
            alarms::rules(policies),
            calendars::rules(policies),
            changes::rules(policies),
        ]
        .concat(),
        silences: silence::of(&schedules, now),
        statements: statements::of(policies),
        schedules,
    }
}

impl StackFunction {
    pub const ALL: [Self; 4] = [
        Self::OnAlarm,
        Self::OnSchedule,
        Self::OnChange,
        Self::Verify,
    ];

    /// What its folder, its binary and the end of its name in AWS are called.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnAlarm => "on-alarm",
            Self::OnSchedule => "on-schedule",
            Self::OnChange => "on-change",
            Self::Verify => "verify",
        }
    }

    /// Its name in AWS, as the template of the stack has it.
    pub fn in_stack(self, stack: &str) -> String {
        format!("{stack}-{}", self.as_str())
    }
}

/// For how long an event of a policy is of use, as EventBridge and Scheduler take it: from a minute to a day.
fn age_in_seconds(policy: &Policy, default: Duration) -> u32 {
    const DAY: i64 = 24 * 60 * 60;
    let max_age = policy.max_age.unwrap_or(Bound::At(default));
    let seconds = max_age.at().map_or(DAY, |it| it.get().as_secs());
    u32::try_from(seconds.clamp(60, DAY)).unwrap_or(60)
}

/// The JSON Schema (draft 2020-12) of a [`Manifest`].
#[cfg(feature = "schema")]
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Manifest>();
    schema.to_value()
}

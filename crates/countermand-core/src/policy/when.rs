//! What wakes a policy.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Bound, Duration};
use crate::name::{AccountId, Glob, OneOrMany, Pattern};
use crate::operation::Permission;
use crate::schedule::Expression;
use crate::trigger::AlarmState;
use crate::zone::Zone;

/// What wakes a policy: exactly one of these.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// A CloudWatch alarm changes state.
    Alarm(AlarmWhen),
    /// A schedule is due.
    Schedule(ScheduleWhen),
    /// A calendar of these policies closes, or a change begins while it is closed.
    Freeze(FreezeWhen),
    /// An SSM Change Calendar closes, or a change begins while it is closed.
    ChangeCalendar(ChangeCalendarWhen),
}

/// A CloudWatch alarm changes state.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmWhen {
    /// The alarm's name. `*` and `?` are wildcards; `{x}` captures a part of the name for the targets, `{x:a|b}` only one of those listed.
    pub name: OneOrMany<Pattern>,
    /// The states that matter.
    #[serde(default = "AlarmWhen::default_state")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "ALARM")))]
    pub state: OneOrMany<AlarmState>,
    /// Accounts that the alarm may be in. Another account than the function's own is held all the same. Default: any.
    #[serde(default, deserialize_with = "account_ids")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<OneOrMany<Glob<AccountId>>>")
    )]
    pub account: Option<OneOrMany<Glob>>,
    /// Regions that the alarm may be in. Another region than the function's own is held all the same. Default: any.
    pub region: Option<OneOrMany<Glob>>,
    /// Tags that the alarm must have. They are in an event only where their propagation is switched on.
    #[serde(default)]
    pub tags: BTreeMap<String, OneOrMany<Glob>>,
    /// Dimensions that the alarm's metrics must have.
    #[serde(default)]
    pub dimensions: BTreeMap<String, OneOrMany<Glob>>,
    /// What to do about an alarm that is muted, suppressed, or has its actions disabled.
    #[serde(default)]
    pub muted: MutedAlarm,
}

/// What to do about an alarm that is muted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MutedAlarm {
    /// Leave everything alone.
    #[default]
    Hold,
    /// Act as if it were not muted.
    Act,
}

/// A schedule is due.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScheduleWhen {
    /// `rate(…)`, `cron(…)` or `at(…)`, as EventBridge Scheduler reads them.
    pub expression: Expression,
    /// The IANA time zone that it is meant in.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "UTC")))]
    pub zone: Zone,
}

/// A calendar closes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FreezeWhen {
    /// The calendar, by its name under `calendars`.
    pub calendar: String,
    /// What to do about a change that had begun when the period began.
    #[serde(default)]
    pub in_flight: InFlight,
    /// How often to look again while it is closed, since events can get lost. `none`: never.
    #[serde(default = "FreezeWhen::default_again")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "15m")))]
    pub again_every: Bound<Duration>,
}

/// An SSM Change Calendar closes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangeCalendarWhen {
    /// The calendar's name, or its ARN.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"\S")))]
    pub calendar: String,
    /// What to do about a change that had begun when the calendar closed.
    #[serde(default)]
    pub in_flight: InFlight,
}

/// What to do about a change that had begun when the period began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum InFlight {
    /// Stop it.
    Stop,
    /// Let it finish.
    #[default]
    LetFinish,
}

impl When {
    pub fn alarm(&self) -> Option<&AlarmWhen> {
        match self {
            Self::Alarm(alarm) => Some(alarm),
            _ => None,
        }
    }

    /// What a freeze does about changes that had begun before it.
    pub fn in_flight(&self) -> Option<InFlight> {
        match self {
            Self::Freeze(freeze) => Some(freeze.in_flight),
            Self::ChangeCalendar(calendar) => Some(calendar.in_flight),
            Self::Alarm(_) | Self::Schedule(_) => None,
        }
    }
}

impl AlarmWhen {
    /// The permissions to read alarms. CloudWatch returns composite alarms only to those who may read all alarms.
    pub const PERMISSIONS: &[Permission] = &[
        Permission {
            action: "cloudwatch:DescribeAlarms",
            on: &["*"],
            why: "the alarm as it is now, and how many fire with it",
        },
        Permission {
            action: "cloudwatch:DescribeAlarmHistory",
            on: &["*"],
            why: "whether the alarm was firing when the change began",
        },
    ];

    fn default_state() -> OneOrMany<AlarmState> {
        OneOrMany::one(AlarmState::Alarm)
    }

    /// Whether it names a single alarm, without a wildcard. Then there are no other alarms to count.
    pub fn is_one_alarm(&self) -> bool {
        self.name.iter().all(|name| name.exact().is_some())
    }
}

impl ChangeCalendarWhen {
    /// The permissions to read a calendar. A shared one has an ARN in another account.
    pub const PERMISSIONS: &[Permission] = &[Permission {
        action: "ssm:GetCalendarState",
        on: &["arn:{partition}:ssm:{region}:{account}:document/{calendar}"],
        why: "whether the calendar is closed, since when and until when",
    }];
}

impl FreezeWhen {
    fn default_again() -> Bound<Duration> {
        Bound::At(Duration::minutes(15))
    }
}

fn account_ids<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OneOrMany<Glob>>, D::Error> {
    let ids: OneOrMany<Glob<AccountId>> = Deserialize::deserialize(deserializer)?;
    Ok(Some(ids.map(Glob::of_any_kind)))
}

//! A scheduled policy is due: by the input that our schedules send, or by the name of the schedule.
//!
//! A schedule is named `countermand-<policy>`, optionally followed by a `.` and more: names of policies have no `.`.

use crate::trigger::{Place, PolicyDue, Trigger, TriggerKind};
use crate::wire::Envelope;
use crate::wire::json::{self, Outer};
use crate::wire::timestamp;
use crate::wire::{Broken, Defect};
use crate::wire::{EventRefusal, NotOurs, SCHEDULE_PREFIX};

/// Separates the policy's name from the rest, as in `countermand-nightly-sweep.2`.
const MORE: char = '.';

/// Scheduler's default payload or an EventBridge rule's: the schedule's ARN is its one resource.
pub(super) fn from_event(event: &Envelope<'_>) -> Result<Trigger, EventRefusal> {
    let arn = json::required(event.resources.first(), "resources")?;
    let policy = policy_of(arn)?;
    let due = PolicyDue {
        policy,
        scheduled_for: event.at()?,
    };
    Ok(event.trigger(TriggerKind::PolicyDue(due))?)
}

/// The input `{"policy": "...", "scheduledTime": "..."}`, or one with `scheduleArn` in place of the policy.
pub(super) fn from_input(outer: &Outer<'_>) -> Result<Trigger, EventRefusal> {
    let arn = json::text(outer.schedule_arn, "scheduleArn")?;
    let policy = match json::text(outer.policy, "policy")? {
        Some(policy) if policy.is_empty() => {
            return Err(Broken::new("policy", Defect::Empty).into());
        }
        Some(policy) => policy.into_owned(),
        None => policy_of(json::required(arn.as_deref(), "scheduleArn")?)?,
    };
    let time = json::text(outer.scheduled_time, "scheduledTime")?;
    let at = timestamp(&json::required(time, "scheduledTime")?, "scheduledTime")?;
    Ok(Trigger {
        event_id: None,
        at,
        from: arn.as_deref().map(place_of).unwrap_or_default(),
        kind: TriggerKind::PolicyDue(PolicyDue {
            policy,
            scheduled_for: at,
        }),
    })
}

fn policy_of(arn: &str) -> Result<String, NotOurs> {
    let name = arn.rsplit_once('/').map_or(arn, |(_, name)| name);
    let policy = name
        .strip_prefix(SCHEDULE_PREFIX)
        .map(|rest| rest.split_once(MORE).map_or(rest, |(policy, _more)| policy));
    match policy {
        Some(policy) if !policy.is_empty() => Ok(policy.to_owned()),
        _ => Err(NotOurs::OtherSchedule {
            name: name.to_owned(),
        }),
    }
}

fn place_of(arn: &str) -> Place {
    let mut parts = arn.split(':').skip(3).map(str::to_owned);
    Place {
        region: parts.next(),
        account: parts.next(),
    }
}

#[cfg(test)]
mod tests {
    use super::policy_of;

    #[test]
    fn a_schedule_names_its_policy() {
        for (arn, policy) in [
            (
                "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/countermand-nightly-sweep",
                Some("nightly-sweep"),
            ),
            (
                "arn:aws:scheduler:eu-central-1:123456789012:schedule/countermand-sweeps/countermand-sweep.2",
                Some("sweep"),
            ),
            (
                "arn:aws:events:eu-central-1:123456789012:rule/countermand-sweep.a.b",
                Some("sweep"),
            ),
            ("countermand-sweep", Some("sweep")),
            (
                "arn:aws:events:eu-central-1:123456789012:rule/countermand-",
                None,
            ),
            (
                "arn:aws:events:eu-central-1:123456789012:rule/countermand-.2",
                None,
            ),
            (
                "arn:aws:events:eu-central-1:123456789012:rule/countermand",
                None,
            ),
            (
                "arn:aws:scheduler:eu-central-1:123456789012:schedule/countermand-x/nightly-sweep",
                None,
            ),
            ("", None),
        ] {
            assert_eq!(policy_of(arn).ok().as_deref(), policy, "{arn}");
        }
    }
}

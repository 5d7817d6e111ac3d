//! What EventBridge Scheduler is to send, and when.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::starts::Runs;
use super::{Schedule, age_in_seconds, cron, working};
use crate::event::SCHEDULE_PREFIX;
use crate::matching::Policies;
use crate::policy::{FreezeWhen, Policy, When};
use crate::zone::Zone;

pub(super) fn of(policies: &Policies, now: Timestamp) -> Vec<Schedule> {
    let schedules = working(policies).flat_map(|policy| match &policy.when {
        When::Schedule(when) if when.expression.never_fires_after(now, &when.zone) => Vec::new(),
        When::Schedule(when) => {
            let why = "as the policy says".to_owned();
            named(policy, [(when.expression.to_string(), &when.zone, why)])
        }
        When::Freeze(freeze) => of_freeze(policy, freeze, policies, now),
        When::Alarm(_) | When::ChangeCalendar(_) => Vec::new(),
    });
    schedules.collect()
}

fn of_freeze(
    policy: &Policy,
    freeze: &FreezeWhen,
    policies: &Policies,
    now: Timestamp,
) -> Vec<Schedule> {
    let Some(calendar) = policies.calendars().get(&freeze.calendar) else {
        return Vec::new();
    };
    let runs = Runs::of(calendar, freeze.again_every, now);
    let again = match freeze.again_every.at() {
        Some(again) => format!("when closed time starts, and every {again} while it lasts"),
        None => "when closed time starts".to_owned(),
    };
    let local = |crons: Vec<String>, why: &str| {
        let zone = &calendar.zone;
        let schedules = crons.into_iter().map(|cron| (cron, zone, why.to_owned()));
        schedules.collect::<Vec<_>>()
    };
    let skipped = runs.instead_of_skipped.iter();
    let skipped = skipped.map(|(month, day, minute)| cron::in_month(*month, *day, *minute));
    let utc_zone = Zone::UTC;
    let once = runs.once.iter().map(|at| {
        let utc = TimeZone::UTC.to_datetime(*at);
        let why = "closed time starts".to_owned();
        (
            format!("at({})", utc.strftime("%Y-%m-%dT%H:%M:%S")),
            &utc_zone,
            why,
        )
    });
    let all = [
        local(cron::weekly(&runs.weekly), &again),
        local(
            skipped.collect(),
            "the clocks skip the time at which closed time starts: it starts when they go on",
        ),
        once.collect(),
        local(
            cron::dated(&runs.dated),
            "again and again while it is closed on these dates",
        ),
    ];
    named(policy, all.concat())
}

/// A policy's first schedule has its name, and every further one a number.
fn named<'z>(
    policy: &Policy,
    schedules: impl IntoIterator<Item = (String, &'z Zone, String)>,
) -> Vec<Schedule> {
    let schedules = schedules.into_iter().zip(1..);
    schedules
        .map(|((expression, zone, why), number)| Schedule {
            name: match number {
                1 => format!("{SCHEDULE_PREFIX}{}", policy.name),
                more => format!("{SCHEDULE_PREFIX}{}.{more}", policy.name),
            },
            policy: policy.name.to_string(),
            expression,
            zone: zone.name().to_owned(),
            why,
            max_age_seconds: age_in_seconds(policy, Policy::AGE_OF_SCHEDULE),
        })
        .collect()
}

//! Schedules of EventBridge Scheduler.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::starts::Runs;
use super::{PolicySchedule, age_in_seconds, cron};
use countermand_core::calendar::Calendar;
use countermand_core::event::SCHEDULE_PREFIX;
use countermand_core::policy::{Bound, Duration, Policies, Policy, When};

pub(super) fn of(policies: &Policies, now: Timestamp) -> Vec<PolicySchedule> {
    let schedules = policies.working().flat_map(|policy| match &policy.when {
        When::Schedule(when) if when.expression.never_fires_after(now, &when.zone) => Vec::new(),
        When::Schedule(when) => {
            let why = "as the policy says".to_owned();
            named(
                policy,
                [(when.expression.to_string(), when.zone.name(), why)],
            )
        }
        When::Freeze(_) | When::ChangeCalendar(_) => of_freeze(policy, policies, now),
        When::Alarm(_) => Vec::new(),
    });
    schedules.collect()
}

/// A policy freezes while all of its calendars are closed, and each of them may be the last to close. A change calendar is
/// not among them: AWS sends an event when it closes.
fn of_freeze(policy: &Policy, policies: &Policies, now: Timestamp) -> Vec<PolicySchedule> {
    let calendars = policies.calendars_of(policy).into_iter().enumerate();
    let runs = calendars.flat_map(|(nth, (_, calendar))| {
        let again = match &policy.when {
            When::Freeze(freeze) if nth == 0 => freeze.again_every,
            _ => Bound::Lifted,
        };
        of_calendar(calendar, again, now)
    });
    named(policy, runs.collect::<Vec<_>>())
}

fn of_calendar(
    calendar: &Calendar,
    again: Bound<Duration>,
    now: Timestamp,
) -> Vec<(String, &str, String)> {
    let runs = Runs::of(calendar, again, now);
    let again = match again.at() {
        Some(again) => format!("when closed time starts, and every {again} while it lasts"),
        None => "when closed time starts".to_owned(),
    };
    let local = |crons: Vec<String>, why: &str| {
        let zone = calendar.zone.name();
        let schedules = crons.into_iter().map(|cron| (cron, zone, why.to_owned()));
        schedules.collect::<Vec<_>>()
    };
    let skipped = runs.instead_of_skipped.iter();
    let skipped = skipped.map(|(month, day, minute)| cron::in_month(*month, *day, *minute));
    let once = runs.once.iter().map(|at| {
        let utc = TimeZone::UTC.to_datetime(*at);
        let why = "closed time starts".to_owned();
        (
            format!("at({})", utc.strftime("%Y-%m-%dT%H:%M:%S")),
            "UTC",
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
    all.concat()
}

/// A policy's first schedule has its name, and every further one a number.
fn named<'z>(
    policy: &Policy,
    schedules: impl IntoIterator<Item = (String, &'z str, String)>,
) -> Vec<PolicySchedule> {
    let schedules = schedules.into_iter().zip(1..);
    schedules
        .map(|((expression, zone, why), number)| PolicySchedule {
            name: match number {
                1 => format!("{SCHEDULE_PREFIX}{}", policy.name),
                more => format!("{SCHEDULE_PREFIX}{}.{more}", policy.name),
            },
            policy: policy.name.to_string(),
            expression,
            zone: zone.to_owned(),
            why,
            max_age_seconds: age_in_seconds(policy, Policy::AGE_OF_SCHEDULE),
        })
        .collect()
}

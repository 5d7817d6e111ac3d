//! The longest time without a run that is normal for the schedules of a policy.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{PolicySchedule, Silence};
use countermand_core::schedule::Expression;
use countermand_core::zone::Zone;

/// An alarm of CloudWatch can look back one week.
const LONGEST: u32 = 7 * 24;
/// Whatever runs at least once a week has its longest gap within this time.
const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(3 * 7 * 24);

/// One for every policy that has schedules.
pub(super) fn of(schedules: &[PolicySchedule], now: Timestamp) -> Vec<Silence> {
    let policies = schedules.chunk_by(|one, next| one.policy == next.policy);
    let silences = policies.filter_map(|schedules| {
        Some(Silence {
            policy: schedules.first()?.policy.clone(),
            hours: longest_silence(schedules, now),
        })
    });
    silences.collect()
}

fn longest_silence(schedules: &[PolicySchedule], now: Timestamp) -> Option<u32> {
    let until = now.checked_add(LOOK_AHEAD).ok()?;
    let mut runs = BTreeSet::new();
    for schedule in schedules {
        let expression: Expression = schedule.expression.parse().ok()?;
        let zone: Zone = schedule.zone.parse().ok()?;
        match &expression {
            Expression::Rate(rate) => return hours(rate.every()),
            // Schedules that run only for some time do not shorten the gaps afterwards.
            Expression::Cron(_) if schedule.is_for_ever() => {
                let next = expression.runs_after(now, &zone);
                runs.extend(next.take_while(|run| *run < until));
            }
            Expression::Cron(_) | Expression::At(_) => {}
        }
    }
    let next = runs.iter().skip(1);
    let silences = runs
        .iter()
        .zip(next)
        .map(|(one, next)| next.duration_since(*one));
    hours(silences.max()?)
}

impl PolicySchedule {
    /// Its months and years are unlimited.
    fn is_for_ever(&self) -> bool {
        let fields: Vec<_> = self.expression.trim_end_matches(')').split(' ').collect();
        matches!(fields.as_slice(), [_, _, _, "*", _, "*"])
    }
}

/// In whole hours, plus one. None if CloudWatch cannot look back that far.
fn hours(silence: SignedDuration) -> Option<u32> {
    let seconds = u32::try_from(silence.as_secs()).ok()?;
    let hours = seconds.div_ceil(3_600).checked_add(1)?;
    (hours <= LONGEST).then_some(hours)
}

//! From verdicts to what is done: the guard over all changes of a policy, and one stop for each change.

use std::collections::{HashMap, HashSet};

use super::{Checked, Code, Reason, Reasons, Verdict};
use crate::policy::{Bound, Count, Mode};

/// A judged change, and what is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub operation: &'static str,
    pub change: String,
    pub verdict: Verdict,
    pub step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Call the operation.
    Stop,
    /// The policy only observes: say what would have been done.
    Preview,
    /// It is stopped already: by another policy, or by an earlier entry of the same one.
    StoppedBy(String),
    Hold,
}

/// What one policy found, in its own order.
#[derive(Debug)]
pub struct Judged<'a> {
    pub policy: &'a str,
    pub mode: Mode,
    pub limit: Bound<Count>,
    /// Operation, change, verdict.
    pub changes: Vec<(&'static str, String, Verdict)>,
}

/// Plans for all policies at once, in the order of files: a change is stopped once, by the first that
/// enforces it, and all others say by which. A disabled policy has no plan.
pub fn plan(judged: Vec<Judged<'_>>) -> Vec<Vec<Planned>> {
    let judged: Vec<_> = judged.into_iter().map(with_limit).collect();
    let stopped = first_stops(&judged);
    let plans = judged.into_iter().enumerate().map(|(at, policy)| {
        let steps = policy.changes.into_iter().enumerate().map(|(entry, it)| {
            let (operation, change, verdict) = it;
            let first = stopped.get(&(operation, change.clone()));
            let step = match (&verdict, first) {
                (Verdict::Hold(_), _) => Step::Hold,
                (Verdict::Stop, None) => Step::Preview,
                (Verdict::Stop, Some(first)) if first.place == (at, entry) => Step::Stop,
                (Verdict::Stop, Some(first)) => Step::StoppedBy(first.policy.to_owned()),
            };
            Planned {
                operation,
                change,
                verdict,
                step,
            }
        });
        steps.collect()
    });
    plans.collect()
}

impl Judged<'_> {
    /// Whether so much is in flight that all of it is held, whatever else is found out about it.
    pub fn is_too_much(&self) -> bool {
        too_many(self).is_some()
    }

    /// What the guard over all changes saw.
    pub fn explain(&self) -> Vec<Checked> {
        let mut reasons = Reasons::explaining();
        look_at_all(self, &mut reasons);
        reasons.into_checked()
    }
}

/// Who stops a change, and which of all entries that is.
struct First<'a> {
    policy: &'a str,
    place: (usize, usize),
}

fn first_stops<'a>(judged: &[Judged<'a>]) -> HashMap<(&'static str, String), First<'a>> {
    let mut stops = HashMap::new();
    let enforcing = judged.iter().enumerate();
    for (at, policy) in enforcing.filter(|(_, it)| it.mode == Mode::Enforce) {
        let changes = policy.changes.iter().enumerate();
        for (entry, (operation, change, _)) in
            changes.filter(|(_, (_, _, verdict))| *verdict == Verdict::Stop)
        {
            stops
                .entry((*operation, change.clone()))
                .or_insert_with(|| First {
                    policy: policy.policy,
                    place: (at, entry),
                });
        }
    }
    stops
}

fn with_limit(policy: Judged<'_>) -> Judged<'_> {
    let too_many = too_many(&policy);
    let changes = match policy.mode {
        Mode::Disabled => Vec::new(),
        Mode::Observe | Mode::Enforce => policy.changes,
    };
    let changes = changes.into_iter();
    Judged {
        changes: changes
            .map(|(operation, change, verdict)| {
                (operation, change, with(verdict, too_many.as_ref()))
            })
            .collect(),
        ..policy
    }
}

fn too_many(policy: &Judged<'_>) -> Option<Reason> {
    let mut reasons = Reasons::default();
    look_at_all(policy, &mut reasons);
    reasons.into_vec().pop()
}

fn look_at_all(policy: &Judged<'_>, reasons: &mut Reasons) {
    let meant = policy
        .changes
        .iter()
        .filter(|(_, _, verdict)| is_meant(verdict));
    let distinct: HashSet<_> = meant
        .map(|(operation, change, _)| (operation, change))
        .collect();
    let (found, limit) = (distinct.len(), policy.limit);
    if limit.at().is_some_and(|limit| found > limit.get() as usize) {
        reasons.add(
            Code::TooManyChanges,
            format!("{found} changes are in flight, and `limit.changes` is {limit}: a person should look first"),
        );
    }
    reasons.pass(Code::TooManyChanges, || {
        let (changes, are) = match found {
            1 => ("change", "is"),
            _ => ("changes", "are"),
        };
        format!("{found} {changes} {are} in flight, and `limit.changes` is {limit}")
    });
}

/// What the policy leaves alone anyway is not one of its changes.
fn is_meant(verdict: &Verdict) -> bool {
    let left_alone = [
        Code::Excepted,
        Code::TagMismatch,
        Code::InFlightWhenFrozen,
        // Planned for a time at which nothing is frozen.
        Code::CalendarOpen,
    ];
    verdict
        .reasons()
        .iter()
        .all(|reason| !left_alone.contains(&reason.code))
}

fn with(verdict: Verdict, too_many: Option<&Reason>) -> Verdict {
    let Some(reason) = too_many.filter(|_| is_meant(&verdict)) else {
        return verdict;
    };
    let reasons = [verdict.reasons(), std::slice::from_ref(reason)].concat();
    Verdict::Hold(reasons)
}

//! From verdicts to steps: the guard over all changes of a policy, one stop for each change, and what has to wait.
//!
//! A plan is final: its execution makes the calls of its steps and decides nothing.

use std::collections::{HashMap, HashSet};

use crate::follow::Aim;
use crate::policy::{Bound, Count, Mode};
use crate::reason::{Checked, HoldCode, Reason, Reasons};
use crate::verdict::{UnjudgedTarget, Verdict};

/// A judged change, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub operation: &'static str,
    pub change: String,
    pub verdict: Verdict,
    pub step: Step,
    /// Whether to follow the change, and what its outcome is measured by.
    pub follow: Option<Aim>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Call the operation.
    Stop,
    /// The policy only observes: record what would have been done.
    Preview,
    /// It is stopped already: by another policy, or by an earlier entry of the same one.
    StoppedBy(String),
    /// It is to be stopped, but a look-up got no answer: until it is known how much is in flight, nothing is stopped.
    /// The event is to be delivered again.
    Wait,
    Hold,
}

/// What one policy found, in its own order.
#[derive(Debug)]
pub struct Findings<'a> {
    pub policy: &'a str,
    pub mode: Mode,
    pub limit: Bound<Count>,
    pub changes: Vec<JudgedChange>,
    /// Targets without a change to judge.
    pub unjudged: &'a [UnjudgedTarget],
}

/// A change in flight, and its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedChange {
    pub operation: &'static str,
    pub change: String,
    pub verdict: Verdict,
}

/// Plans for all policies at once, in their order: a change is stopped once, by the first policy that enforces it, and
/// all others refer to that one. A disabled policy has an empty plan.
pub fn plan(findings: Vec<Findings<'_>>) -> Vec<Vec<Planned>> {
    let findings: Vec<_> = findings.into_iter().map(with_limit).collect();
    let stopped = first_stops(&findings);
    let plans = findings.into_iter().enumerate().map(|(at, policy)| {
        let (mode, is_complete) = (policy.mode, policy.is_complete());
        let steps = policy.changes.into_iter().enumerate().map(|(entry, it)| {
            let first = stopped.get(&(it.operation, it.change.clone()));
            let step = match (&it.verdict, first) {
                (Verdict::Hold(_), _) => Step::Hold,
                (Verdict::Stop, None) => Step::Preview,
                (Verdict::Stop, Some(first)) if first.place != (at, entry) => {
                    Step::StoppedBy(first.policy.to_owned())
                }
                (Verdict::Stop, Some(_)) if !is_complete => Step::Wait,
                (Verdict::Stop, Some(_)) => Step::Stop,
            };
            Planned {
                follow: follow(&step, &it.verdict, mode),
                operation: it.operation,
                change: it.change,
                verdict: it.verdict,
                step,
            }
        });
        steps.collect()
    });
    plans.collect()
}

fn follow(step: &Step, verdict: &Verdict, mode: Mode) -> Option<Aim> {
    let mut reasons = verdict.reasons().iter();
    match step {
        Step::Stop => Some(Aim::Stop),
        Step::Preview => Some(Aim::Preview),
        // An earlier invocation may have stopped it and died before it queued the change.
        Step::Hold if mode == Mode::Enforce => reasons
            .all(|it| it.code == HoldCode::AlreadyStopping)
            .then_some(Aim::Stop),
        Step::Hold | Step::StoppedBy(_) | Step::Wait => None,
    }
}

impl Planned {
    /// What the guards found about the change by itself, and what else it is held for: by the guard over all changes,
    /// or since AWS refused a look-up.
    pub fn explain(&self, by_itself: Vec<Checked>) -> Vec<Checked> {
        let mut checked = by_itself;
        for reason in self.verdict.reasons() {
            if !checked.iter().any(|it| it.holds && it.code == reason.code) {
                checked.push(Checked::held(reason));
            }
        }
        checked.sort_by_key(|it| it.code);
        checked
    }
}

impl Findings<'_> {
    /// Whether every look-up was answered, be it by a refusal: if not, nobody knows how much is in flight.
    pub fn is_complete(&self) -> bool {
        self.unjudged.iter().all(|it| it.reason().is_some())
    }

    /// Whether so much is in flight that all of it is held, whatever further look-ups would find.
    pub fn is_too_much(&self) -> bool {
        too_many(self).is_some()
    }

    /// What the guard over all changes together found.
    pub fn explain(&self) -> Vec<Checked> {
        let mut reasons = Reasons::explaining();
        check_limit(self, &mut reasons);
        reasons.into_checked()
    }
}

/// The policy that stops a change, and the entry by which it does.
struct First<'a> {
    policy: &'a str,
    place: (usize, usize),
}

fn first_stops<'a>(findings: &[Findings<'a>]) -> HashMap<(&'static str, String), First<'a>> {
    let mut stops = HashMap::new();
    let enforcing = findings.iter().enumerate();
    for (at, policy) in enforcing.filter(|(_, it)| it.mode == Mode::Enforce) {
        let changes = policy.changes.iter().enumerate();
        for (entry, it) in changes.filter(|(_, it)| it.verdict == Verdict::Stop) {
            stops
                .entry((it.operation, it.change.clone()))
                .or_insert_with(|| First {
                    policy: policy.policy,
                    place: (at, entry),
                });
        }
    }
    stops
}

fn with_limit(policy: Findings<'_>) -> Findings<'_> {
    let too_many = too_many(&policy);
    let changes = match policy.mode {
        Mode::Disabled => Vec::new(),
        Mode::Observe | Mode::Enforce => policy.changes,
    };
    let changes = changes.into_iter();
    Findings {
        changes: changes
            .map(|it| JudgedChange {
                verdict: with(it.verdict, too_many.as_ref()),
                ..it
            })
            .collect(),
        ..policy
    }
}

fn too_many(policy: &Findings<'_>) -> Option<Reason> {
    let mut reasons = Reasons::default();
    check_limit(policy, &mut reasons);
    reasons.into_vec().pop()
}

fn check_limit(policy: &Findings<'_>, reasons: &mut Reasons) {
    let counted = policy.changes.iter().filter(|it| is_counted(&it.verdict));
    let distinct: HashSet<_> = counted.map(|it| (it.operation, &it.change)).collect();
    let (found, limit) = (distinct.len(), policy.limit);
    let most = limit.at().map(|it| it.get() as usize);
    let too_many = most.is_some_and(|most| found > most).then(|| {
        format!("{found} changes are in flight, and `limit.changes` is {limit}: a person should look first")
    });
    reasons.check(HoldCode::TooManyChanges, too_many, || {
        let (changes, are) = match found {
            1 => ("change", "is"),
            _ => ("changes", "are"),
        };
        format!("{found} {changes} {are} in flight, and `limit.changes` is {limit}")
    });
}

/// Whether the change counts for the limit: one that the policy leaves alone anyway does not.
fn is_counted(verdict: &Verdict) -> bool {
    let left_alone = [
        HoldCode::Excepted,
        HoldCode::TagMismatch,
        HoldCode::InFlightWhenFrozen,
        // Planned for a time at which changes are not frozen.
        HoldCode::CalendarOpen,
    ];
    verdict
        .reasons()
        .iter()
        .all(|reason| !left_alone.contains(&reason.code))
}

fn with(verdict: Verdict, too_many: Option<&Reason>) -> Verdict {
    let Some(reason) = too_many.filter(|_| is_counted(&verdict)) else {
        return verdict;
    };
    let reasons = [verdict.reasons(), std::slice::from_ref(reason)].concat();
    Verdict::Hold(reasons)
}

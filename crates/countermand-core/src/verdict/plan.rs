//! From verdicts to what is done: the guard over all changes of a policy, and one stop for each change.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Code, Reason, Verdict};
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
/// enforces it.
pub fn plan(judged: Vec<Judged<'_>>) -> Vec<Vec<Planned>> {
    let mut stopped: HashMap<(&'static str, String), String> = HashMap::new();
    let plans = judged.into_iter().map(|policy| {
        let too_many = too_many(&policy);
        let steps = policy
            .changes
            .into_iter()
            .map(|(operation, change, verdict)| {
                let verdict = with(verdict, too_many.as_ref());
                let key = (operation, change.clone());
                let step = match (&verdict, policy.mode) {
                    (Verdict::Hold(_), _) => Step::Hold,
                    (Verdict::Stop, Mode::Observe | Mode::Disabled) => Step::Preview,
                    (Verdict::Stop, Mode::Enforce) => match stopped.entry(key) {
                        Entry::Occupied(first) => Step::StoppedBy(first.get().clone()),
                        Entry::Vacant(place) => {
                            place.insert(policy.policy.to_owned());
                            Step::Stop
                        }
                    },
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

fn too_many(policy: &Judged<'_>) -> Option<Reason> {
    let meant = policy
        .changes
        .iter()
        .filter(|(_, _, verdict)| is_meant(verdict));
    let distinct: HashSet<_> = meant
        .map(|(operation, change, _)| (operation, change))
        .collect();
    let (found, limit) = (distinct.len(), policy.limit.at()?);
    (found > limit.get() as usize).then(|| Reason {
        code: Code::TooManyChanges,
        text: format!("{found} changes are in flight, and `limit.changes` is {limit}: a person should look first"),
    })
}

/// What the policy leaves alone anyway is not one of its changes.
fn is_meant(verdict: &Verdict) -> bool {
    let elsewhere = [Code::Excepted, Code::TagMismatch];
    verdict
        .reasons()
        .iter()
        .all(|reason| !elsewhere.contains(&reason.code))
}

fn with(verdict: Verdict, too_many: Option<&Reason>) -> Verdict {
    let Some(reason) = too_many.filter(|_| is_meant(&verdict)) else {
        return verdict;
    };
    let reasons = [verdict.reasons(), std::slice::from_ref(reason)].concat();
    Verdict::Hold(reasons)
}

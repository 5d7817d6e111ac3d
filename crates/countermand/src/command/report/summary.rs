//! Sums up decisions and outcomes by policy, and counts duplicates once.

use countermand_core::operation::Outcome;
use std::collections::{BTreeMap, BTreeSet};

use countermand_core::follow::Aim;
use countermand_core::policy::Mode;
use countermand_core::record::Answer;
use jiff::Timestamp;
use serde::Serialize;

use super::log::{DecisionEntry, LogEntries, LoggedOutcome};

/// The document of `report --format json`.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ActivityReport {
    /// The time of the first record; `until` is that of the last.
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    /// How many events had a decision.
    pub(super) events: usize,
    pub(super) policies: BTreeMap<String, PolicyActivity>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PolicyActivity {
    /// The last one. `null`: the records have only outcomes of this policy.
    pub(super) mode: Option<Mode>,
    /// Changes whose stop was requested.
    pub(super) stopped: OutcomeSummary,
    /// Changes that would have been stopped in the mode `enforce`.
    pub(super) previewed: OutcomeSummary,
    /// Changes whose stop AWS refused, or did not answer.
    pub(super) not_stopped: usize,
    /// Events and changes that were held, by the first hold code.
    pub(super) held: BTreeMap<String, usize>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OutcomeSummary {
    pub(super) count: usize,
    pub(super) outcomes: BTreeMap<Outcome, usize>,
    /// Without an outcome in the records.
    pub(super) open: usize,
    /// Changes that a person should look at, since the outcome is not the wanted one.
    pub(super) look_at: Vec<ChangeToReview>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ChangeToReview {
    pub(super) at: Timestamp,
    pub(super) target: String,
    pub(super) outcome: Outcome,
}

impl ActivityReport {
    /// `None` where there are no records.
    pub(super) fn of(entries: &LogEntries) -> Option<Self> {
        let decided = entries.decisions.iter().map(|it| it.at);
        let ended = entries.outcomes.iter().map(|it| it.at);
        let times: BTreeSet<_> = decided.chain(ended).collect();
        let events: BTreeSet<_> = entries.decisions.iter().map(|it| &it.event).collect();
        let mut policies = BTreeMap::new();
        add_decisions(entries, &mut policies);
        add_outcomes(entries, &mut policies);
        Some(Self {
            from: *times.first()?,
            until: *times.last()?,
            events: events.len(),
            policies,
        })
    }
}

fn add_decisions(entries: &LogEntries, policies: &mut BTreeMap<String, PolicyActivity>) {
    let mut in_order: Vec<_> = entries.decisions.iter().collect();
    in_order.sort_by_key(|it| it.at);
    let mut settled: BTreeSet<_> = entries.outcomes.iter().map(LoggedOutcome::change).collect();
    let mut held = BTreeSet::new();
    let mut failed = BTreeSet::new();
    for decision in in_order {
        let DecisionEntry {
            policy,
            mode,
            targets,
            reasons,
        } = &decision.decision;
        let sum = policies.entry(policy.clone()).or_default();
        sum.mode = Some(*mode);
        if let Some(first) = reasons.first()
            && held.insert((policy, &decision.event, ""))
        {
            sum.hold(&first.code);
        }
        for target in targets {
            let change = (policy, &target.operation, &target.target);
            match target.answer {
                Some(Answer::Requested) => sum.stopped.add_open(settled.insert(change)),
                Some(Answer::Previewed) => sum.previewed.add_open(settled.insert(change)),
                Some(Answer::AlreadyOver) => {}
                Some(Answer::Refused | Answer::NoAnswer | Answer::NotTried) => {
                    failed.insert(change);
                }
                None => {
                    if let Some(first) = target.reasons.first()
                        && held.insert((policy, &decision.event, &target.target))
                    {
                        sum.hold(&first.code);
                    }
                }
            }
        }
    }
    // A change that was stopped when its event was delivered again is no failure.
    for (policy, ..) in failed.difference(&settled) {
        policies.entry((*policy).clone()).or_default().not_stopped += 1;
    }
}

fn add_outcomes(entries: &LogEntries, policies: &mut BTreeMap<String, PolicyActivity>) {
    let mut in_order: Vec<_> = entries.outcomes.iter().collect();
    in_order.sort_by_key(|it| it.at);
    let mut seen = BTreeSet::new();
    for ended in in_order {
        if !seen.insert((&ended.policy, &ended.id)) {
            continue;
        }
        let sum = policies.entry(ended.policy.clone()).or_default();
        let summary = match ended.aim {
            Aim::Stop => &mut sum.stopped,
            Aim::Preview => &mut sum.previewed,
        };
        summary.count += 1;
        *summary.outcomes.entry(ended.outcome).or_default() += 1;
        let is_as_wanted = matches!(ended.outcome, Outcome::Confirmed | Outcome::EndedBadly);
        if !is_as_wanted {
            summary.look_at.push(ChangeToReview {
                at: ended.at,
                target: ended.target.clone(),
                outcome: ended.outcome,
            });
        }
    }
}

impl LoggedOutcome {
    fn change(&self) -> (&String, &String, &String) {
        (&self.policy, &self.operation, &self.change)
    }
}

impl PolicyActivity {
    fn hold(&mut self, code: &str) {
        *self.held.entry(code.to_owned()).or_default() += 1;
    }
}

impl OutcomeSummary {
    fn add_open(&mut self, is_new: bool) {
        self.count += usize::from(is_new);
        self.open += usize::from(is_new);
    }
}

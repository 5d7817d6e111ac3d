//! What all of it comes to, policy by policy: what is there twice counts once.

use std::collections::{BTreeMap, BTreeSet};

use countermand_core::follow::Aim;
use countermand_core::operations::Outcome;
use countermand_core::policy::Mode;
use countermand_core::record::Answer;
use jiff::Timestamp;
use serde::Serialize;

use super::read::{Decided, Ended, Entries};

/// The document of `report --format json`. Within one `schema`, keys are added, but not changed or removed.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Report {
    /// 1.
    schema: u32,
    /// The first and the last record.
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    /// How many events policies were about.
    pub(super) events: usize,
    pub(super) policies: BTreeMap<String, Policy>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Policy {
    /// As it was last. `null`: only outcomes are told of it.
    pub(super) mode: Option<Mode>,
    /// Changes that AWS was asked to stop.
    pub(super) stopped: Fates,
    /// Changes that would have been.
    pub(super) previewed: Fates,
    /// Changes that AWS refused to stop, or did not answer about.
    pub(super) not_stopped: usize,
    /// Events and changes that were held, by the first code.
    pub(super) held: BTreeMap<String, usize>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Fates {
    pub(super) count: usize,
    pub(super) outcomes: BTreeMap<Outcome, usize>,
    /// What became of them is not told.
    pub(super) open: usize,
    /// Those that a person should look at: none of these came to a good end.
    pub(super) look_at: Vec<LookAt>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct LookAt {
    pub(super) at: Timestamp,
    pub(super) target: String,
    pub(super) outcome: Outcome,
}

impl Report {
    /// `None`: there is nothing to sum up.
    pub(super) fn of(entries: &Entries) -> Option<Self> {
        let decided = entries.decisions.iter().map(|it| it.at);
        let ended = entries.outcomes.iter().map(|it| it.at);
        let times: BTreeSet<_> = decided.chain(ended).collect();
        let events: BTreeSet<_> = entries.decisions.iter().map(|it| &it.event).collect();
        let mut policies = BTreeMap::new();
        add_decisions(entries, &mut policies);
        add_outcomes(entries, &mut policies);
        Some(Self {
            schema: 1,
            from: *times.first()?,
            until: *times.last()?,
            events: events.len(),
            policies,
        })
    }
}

fn add_decisions(entries: &Entries, policies: &mut BTreeMap<String, Policy>) {
    let mut in_order: Vec<_> = entries.decisions.iter().collect();
    in_order.sort_by_key(|it| it.at);
    let mut settled: BTreeSet<_> = entries.outcomes.iter().map(Ended::change).collect();
    let mut held = BTreeSet::new();
    let mut failed = BTreeSet::new();
    for decision in in_order {
        let Decided {
            policy,
            mode,
            targets,
            reasons,
        } = &decision.decided;
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
    // What was stopped after all, when its event came again, did not fail.
    for (policy, ..) in failed.difference(&settled) {
        policies.entry((*policy).clone()).or_default().not_stopped += 1;
    }
}

fn add_outcomes(entries: &Entries, policies: &mut BTreeMap<String, Policy>) {
    let mut in_order: Vec<_> = entries.outcomes.iter().collect();
    in_order.sort_by_key(|it| it.at);
    let mut seen = BTreeSet::new();
    for ended in in_order {
        if !seen.insert((&ended.policy, &ended.id)) {
            continue;
        }
        let sum = policies.entry(ended.policy.clone()).or_default();
        let fates = match ended.aim {
            Aim::Stop => &mut sum.stopped,
            Aim::Preview => &mut sum.previewed,
        };
        fates.count += 1;
        *fates.outcomes.entry(ended.outcome).or_default() += 1;
        let is_as_wanted = matches!(ended.outcome, Outcome::Confirmed | Outcome::EndedBadly);
        if !is_as_wanted {
            fates.look_at.push(LookAt {
                at: ended.at,
                target: ended.target.clone(),
                outcome: ended.outcome,
            });
        }
    }
}

impl Ended {
    fn change(&self) -> (&String, &String, &String) {
        (&self.policy, &self.operation, &self.change)
    }
}

impl Policy {
    fn hold(&mut self, code: &str) {
        *self.held.entry(code.to_owned()).or_default() += 1;
    }
}

impl Fates {
    fn add_open(&mut self, is_new: bool) {
        self.count += usize::from(is_new);
        self.open += usize::from(is_new);
    }
}

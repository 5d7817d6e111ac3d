//! The record of one target.

use jiff::Timestamp;

use super::text::{self, StopAnswer};
use super::{Answer, TargetRecord, VerdictWord, Verification};
use crate::plan::{Planned, Step};
use crate::verdict::{AnyChange, Unjudged, UnjudgedTarget};

impl TargetRecord {
    /// The record of a change: the plan for it, and the result.
    pub fn of_change(
        change: &dyn AnyChange,
        planned: &Planned,
        why: &str,
        stopped: Option<&StopAnswer>,
        verification: Option<Verification>,
        now: Timestamp,
    ) -> Self {
        let target = change.target();
        let order = text::order(change.spec(), &target);
        let (verdict, answer, text) = match &planned.step {
            Step::Hold => {
                let text = text::left_alone(&target, planned.verdict.reasons());
                (VerdictWord::Hold, None, text)
            }
            Step::StoppedBy(policy) => (VerdictWord::Stop, None, text::stopped_by(policy, &order)),
            Step::Preview => {
                let text = text::previewed(&order, why);
                (VerdictWord::Stop, Some(Answer::Previewed), text)
            }
            Step::Wait => {
                let text = text::waiting(&order);
                (VerdictWord::Stop, Some(Answer::NotTried), text)
            }
            Step::Stop => {
                let stopped = stopped.unwrap_or(&StopAnswer::NotTried);
                let text = stopped.text(&order, why);
                (VerdictWord::Stop, Some(stopped.answer()), text)
            }
        };
        let hold_with = match verdict {
            VerdictWord::Stop => change.hold_with(now).map(|it| it.to_string()),
            VerdictWord::Hold => None,
        };
        Self {
            operation: planned.operation.to_owned(),
            target: planned.change.clone(),
            verdict: Some(verdict),
            reasons: planned.verdict.reasons().to_vec(),
            answer,
            stopped_by: match &planned.step {
                Step::StoppedBy(policy) => Some(policy.clone()),
                _ => None,
            },
            verification,
            text,
            hold_with,
        }
    }

    /// The record of a target without a change to judge.
    pub fn of_unjudged(unjudged: &UnjudgedTarget) -> Self {
        let reason = unjudged.reason();
        let text = match (&unjudged.why, &reason) {
            (Unjudged::Failed(failure), None) => text::unknown(&unjudged.words, failure),
            (Unjudged::NothingInFlight, Some(reason)) => reason.text.clone(),
            (_, reason) => text::left_alone(&unjudged.words, reason.as_slice()),
        };
        Self {
            operation: unjudged.operation.to_owned(),
            target: unjudged.target.clone(),
            verdict: reason.is_some().then_some(VerdictWord::Hold),
            answer: reason.is_none().then_some(Answer::NoAnswer),
            reasons: reason.into_iter().collect(),
            stopped_by: None,
            verification: None,
            text,
            hold_with: None,
        }
    }

    /// Whether it was stopped or previewed, and is not followed.
    pub fn is_unverified(&self) -> bool {
        matches!(self.answer, Some(Answer::Requested | Answer::Previewed))
            && self.verification != Some(Verification::Queued)
    }
}

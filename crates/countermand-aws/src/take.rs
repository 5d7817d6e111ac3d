//! What is planned for one change is done, and told.

use countermand_core::follow::Aim;
use countermand_core::policy::Mode;
use countermand_core::record::{Answer, TargetRecord, VerdictWord, Verification};
use countermand_core::verdict::{Code, HOLD_UNTIL, Planned, Step, because};
use futures_util::future::join;
use jiff::{SignedDuration, Timestamp, Unit};

use crate::look::{Looked, Seen};
use crate::operations::InFlight;
use crate::run::Prepared;
use crate::stop::stop;
use crate::verify::follow;

/// How long the command that a record tells keeps us from a target.
const OVERRIDE: SignedDuration = SignedDuration::from_hours(4);

/// What was done about one change.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) told: TargetRecord,
    /// When AWS took the stop.
    pub(crate) stopped_at: Option<Timestamp>,
}

/// Where `looked` is incomplete, how much is in flight is not known, and nothing is stopped until it is.
pub(crate) async fn take(
    planned: &Planned,
    seen: &Seen<'_>,
    looked: &Looked<'_>,
    prepared: &Prepared<'_>,
) -> Taken {
    let change = seen.change.as_ref();
    let target = change.target();
    let order = format!("{} {target}", change.about().order);
    let (mut verification, mut stopped_at) = (None, None);
    let (verdict, answer, text) = match &planned.step {
        Step::Hold => {
            // Who stopped it may not have lived to say so.
            if looked.mode == Mode::Enforce && is_stopping(planned) {
                verification = follow(change, Aim::Stop, looked, prepared).await;
            }
            let headline = planned.verdict.reasons().first();
            let why = headline.map(|it| it.text.as_str()).unwrap_or_default();
            (
                VerdictWord::Hold,
                None,
                format!("left {target} alone: {why}"),
            )
        }
        Step::StoppedBy(policy) => {
            let text = format!("`{policy}` is to {order}");
            (VerdictWord::Stop, None, text)
        }
        Step::Preview => {
            verification = follow(change, Aim::Preview, looked, prepared).await;
            let text = format!("would {order}: {}", why(change, looked, prepared));
            (VerdictWord::Stop, Some(Answer::Previewed), text)
        }
        Step::Stop if looked.is_incomplete => {
            let text = format!("did not {order} yet: how much is in flight is not known");
            (VerdictWord::Stop, Some(Answer::NotTried), text)
        }
        Step::Stop => {
            let stop = async {
                let (answer, text) = stop(seen, &order, looked, prepared).await;
                (answer, text, prepared.now())
            };
            let follow = follow(change, Aim::Stop, looked, prepared);
            let ((answer, text, at), queued) = join(stop, follow).await;
            verification = queued;
            stopped_at = (answer == Answer::Requested).then_some(at);
            (VerdictWord::Stop, Some(answer), text)
        }
    };
    let told = TargetRecord {
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
        hold_with: (verdict == VerdictWord::Stop)
            .then(|| hold_with(change, prepared))
            .flatten(),
    };
    Taken { told, stopped_at }
}

impl Taken {
    /// It was stopped or would have been, and nobody looks at it again.
    pub(crate) fn is_unverified(&self) -> bool {
        let answer = self.told.answer;
        matches!(answer, Some(Answer::Requested | Answer::Previewed))
            && self.told.verification != Some(Verification::Queued)
    }
}

/// Held because it is being stopped, and for nothing else.
fn is_stopping(planned: &Planned) -> bool {
    let mut reasons = planned.verdict.reasons().iter();
    reasons.all(|it| it.code == Code::AlreadyStopping)
}

/// What an engineer can type to be left alone.
fn hold_with(change: &dyn InFlight, prepared: &Prepared<'_>) -> Option<String> {
    let until = prepared.setting.now.checked_add(OVERRIDE).ok()?;
    let until = until.round(Unit::Second).ok()?.to_string();
    Some(change.tagging((HOLD_UNTIL, &until))?.to_string())
}

pub(crate) fn why(change: &dyn InFlight, looked: &Looked<'_>, prepared: &Prepared<'_>) -> String {
    let why = because(
        prepared.trigger,
        change.began_at(),
        looked.case.freeze.as_ref(),
    );
    match change.remark() {
        Some(remark) => format!("{why}; {remark}"),
        None => why,
    }
}

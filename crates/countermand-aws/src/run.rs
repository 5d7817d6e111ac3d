//! The one loop: from a trigger to its record. The functions, the tool and the demo all go through it.

use countermand_core::matching::Policies;
use countermand_core::policy::Mode;
use countermand_core::record::{
    Answer, Decided, Decision, Record, SCHEMA, TargetRecord, Told, VerdictWord,
};
use countermand_core::trigger::Trigger;
use countermand_core::verdict::{Home, Judged, Planned, Step, plan};
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use crate::look::{Looked, look};
use crate::operations::{InFlight, Stopping};
use crate::{Aws, Trouble};

/// As many stops at once: no service publishes a rate for them, and a storm must not look like an attack.
const STOPS_AT_ONCE: usize = 10;

/// Where and with what an event is answered.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    pub policies: &'a Policies,
    pub aws: &'a Aws,
    pub home: &'a Home,
    /// No policy does more than this.
    pub ceiling: Mode,
    pub now: Timestamp,
}

/// Finds, judges and stops; the record says all of it.
pub async fn answer(trigger: &Trigger, setting: Setting<'_>) -> Record {
    let calls_before = setting.aws.calls();
    let mut record = Record {
        schema: SCHEMA,
        at: setting.now,
        trigger: Some(Told::from(trigger)),
        note: None,
        decisions: Vec::new(),
        not_matching: 0,
        calls: 0,
        elapsed_ms: 0,
    };
    if setting.ceiling == Mode::Disabled {
        record.note = Some("switched off: `COUNTERMAND_MODE` is `disabled`".to_owned());
        return record;
    }
    let matching = setting.policies.matching(trigger);
    record.not_matching = setting.policies.list().len() - matching.len();
    let looked = join_all(matching.iter().map(|it| look(it, trigger, setting))).await;
    record.decisions = carry_out(looked, setting.aws).await;
    record.calls = setting.aws.calls() - calls_before;
    record
}

async fn carry_out(looked: Vec<Looked<'_>>, aws: &Aws) -> Vec<Decision> {
    let plans = plan(looked.iter().map(judged).collect());
    let steps = looked.iter().zip(&plans).flat_map(|(looked, planned)| {
        let changes = looked.changes.iter().zip(planned);
        changes.map(move |((change, _), planned)| {
            take(planned, change.as_ref(), looked.is_incomplete, aws)
        })
    });
    let told: Vec<_> = stream::iter(steps).buffered(STOPS_AT_ONCE).collect().await;
    let mut told = told.into_iter();
    let decisions = looked.into_iter().map(|looked| {
        let targets = told
            .by_ref()
            .take(looked.changes.len())
            .chain(looked.without)
            .collect();
        Decision {
            policy: looked.policy.name.as_str().to_owned(),
            mode: looked.mode,
            outcome: match looked.held {
                reasons if reasons.is_empty() => Decided::Targets(targets),
                reasons => Decided::Reasons(reasons),
            },
        }
    });
    decisions.collect()
}

fn judged<'a>(looked: &'a Looked<'_>) -> Judged<'a> {
    let changes = looked.changes.iter();
    Judged {
        policy: looked.policy.name.as_str(),
        mode: looked.mode,
        limit: looked.policy.limit.changes,
        changes: changes
            .map(|(change, verdict)| (change.about().name, change.id().to_owned(), verdict.clone()))
            .collect(),
    }
}

/// Does what is planned for one change, and tells it.
async fn take(
    planned: &Planned,
    change: &dyn InFlight,
    is_incomplete: bool,
    aws: &Aws,
) -> TargetRecord {
    let target = change.target();
    let told = |verdict, answer, text: String| TargetRecord {
        operation: planned.operation.to_owned(),
        target: planned.change.clone(),
        verdict: Some(verdict),
        reasons: planned.verdict.reasons().to_vec(),
        answer,
        stopped_by: None,
        text,
    };
    let stop = |answer, text| told(VerdictWord::Stop, Some(answer), text);
    let does = change.about().does;
    match &planned.step {
        Step::Hold => {
            let headline = planned.verdict.reasons().first();
            let why = headline
                .map(|reason| reason.text.as_str())
                .unwrap_or_default();
            told(
                VerdictWord::Hold,
                None,
                format!("left {target} alone: {why}"),
            )
        }
        Step::Preview => stop(Answer::Previewed, format!("would stop {target}: {does}")),
        Step::StoppedBy(policy) => TargetRecord {
            stopped_by: Some(policy.clone()),
            ..told(
                VerdictWord::Stop,
                None,
                format!("{target} is stopped by `{policy}`"),
            )
        },
        Step::Stop if is_incomplete => {
            let text = format!("waits with {target}: how many changes are in flight is not known");
            stop(Answer::NotTried, text)
        }
        Step::Stop => match change.stop(aws).await {
            Ok(Stopping::Requested) => stop(
                Answer::Requested,
                format!("asked AWS to stop {target}: {does}"),
            ),
            Ok(Stopping::AlreadyOver(said)) => {
                stop(Answer::AlreadyOver, format!("{target} had ended: {said}"))
            }
            Err(trouble @ Trouble::Refused { .. }) => {
                stop(Answer::Refused, format!("{target} goes on: {trouble}"))
            }
            Err(trouble @ Trouble::NoAnswer { .. }) => {
                stop(Answer::NoAnswer, format!("{target} goes on: {trouble}"))
            }
        },
    }
}

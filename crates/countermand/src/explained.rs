//! What is explained, before it is put into words or JSON.

pub(crate) mod tree;

use std::collections::BTreeMap;

use countermand_aws::{ChangeView, PolicyView, ReadClients};
use countermand_core::operation::{Call, CallValue};
use countermand_core::plan::Step;
use countermand_core::policy::Mode;
use countermand_core::record::{Answer, TargetRecord, TriggerRecord};
use countermand_core::verdict::{Checked, HoldCode};
use jiff::Timestamp;
use serde::Serialize;

use crate::exit::Exit;

/// The document of `explain --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    pub(crate) events: Vec<ExplainedEvent>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExplainedEvent {
    /// Where it was found, as `Records[0].body`; empty where it was not wrapped.
    pub(crate) place: String,
    #[serde(flatten)]
    pub(crate) meaning: EventMeaning,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EventMeaning {
    /// Why it is nothing for us to act on.
    NotOurs(String),
    /// What is wrong with it.
    Broken(String),
    #[serde(untagged)]
    Ours(Box<ExplainedTrigger>),
}

#[derive(Debug, Serialize)]
pub(crate) struct ExplainedTrigger {
    pub(crate) trigger: TriggerRecord,
    /// The time at which it is looked at.
    pub(crate) now: Timestamp,
    pub(crate) account: String,
    pub(crate) region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    pub(crate) policies: Vec<Explanation>,
    /// How many policies the event is not about.
    pub(crate) not_matching: usize,
    /// How many calls were made to AWS: reads, and dry runs.
    pub(crate) calls: u32,
}

/// What one policy would do.
#[derive(Debug, Serialize)]
pub(crate) struct Explanation {
    pub(crate) policy: String,
    pub(crate) mode: Mode,
    /// What each pattern that fits the alarm's name captured.
    pub(crate) captures: Vec<BTreeMap<String, String>>,
    /// What each guard saw of the event.
    pub(crate) event: Vec<Checked>,
    /// What is looked for.
    pub(crate) targets: Vec<ExplainedTarget>,
    pub(crate) changes: Vec<ExplainedChange>,
    /// Targets of which there is no change to judge, and why.
    pub(crate) without: Vec<TargetRecord>,
    /// What the guard over all changes saw.
    pub(crate) together: Vec<Checked>,
    /// A look-up got no answer: what would be stopped waits.
    pub(crate) is_incomplete: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExplainedTarget {
    pub(crate) operation: &'static str,
    pub(crate) target: String,
}

/// A change in flight.
#[derive(Debug, Serialize)]
pub(crate) struct ExplainedChange {
    pub(crate) operation: &'static str,
    pub(crate) target: String,
    pub(crate) step: ExplainedStep,
    #[serde(rename = "stopped-by", skip_serializing_if = "Option::is_none")]
    pub(crate) stopped_by: Option<String>,
    /// All that AWS told of it.
    pub(crate) change: serde_json::Value,
    /// What each guard saw of it.
    pub(crate) guards: Vec<Checked>,
    /// What AWS itself says that the stop would do, where it can be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dry_run: Option<String>,
    /// The call that would stop it, where it is to be stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<ExplainedCall>,
}

/// What would be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExplainedStep {
    Stop,
    /// It is to be stopped, once everything is known.
    #[serde(rename = "stop")]
    Wait,
    /// The policy only observes.
    Preview,
    StoppedBy,
    Hold,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExplainedCall {
    service: &'static str,
    operation: &'static str,
    parameters: BTreeMap<&'static str, CallValue>,
    /// The command of the AWS CLI that makes it.
    pub(crate) command: String,
}

impl Explained {
    pub(crate) fn broken(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|it| match &it.meaning {
            EventMeaning::Broken(why) => Some(why.as_str()),
            EventMeaning::Ours(_) | EventMeaning::NotOurs(_) => None,
        })
    }

    /// The worst of all.
    pub(crate) fn exit(&self) -> Exit {
        let exits = self.events.iter().map(|it| match &it.meaning {
            EventMeaning::Broken(_) => Exit::Wrong,
            EventMeaning::Ours(it) if it.policies.iter().any(Explanation::is_in_the_dark) => {
                Exit::Refused
            }
            EventMeaning::Ours(_) | EventMeaning::NotOurs(_) => Exit::Done,
        });
        exits.fold(Exit::Done, Exit::worst)
    }
}

impl Explanation {
    pub(crate) fn of(it: &PolicyView<'_>) -> Self {
        let targets = it.targets.iter().map(|(spec, target)| ExplainedTarget {
            operation: spec.name,
            target: target.clone(),
        });
        Self {
            policy: it.name.to_owned(),
            mode: it.mode,
            captures: it.captures.to_vec(),
            event: it.event.clone(),
            targets: targets.collect(),
            changes: it.changes.iter().map(ExplainedChange::of).collect(),
            without: it.unjudged.clone(),
            together: it.together.clone(),
            is_incomplete: !it.is_complete,
        }
    }

    /// With what AWS itself says that the stops would do.
    pub(crate) async fn with_dry_runs(mut self, view: &PolicyView<'_>, aws: &ReadClients) -> Self {
        for (change, it) in self.changes.iter_mut().zip(&view.changes) {
            if change.call.is_some() {
                change.dry_run = it.dry_run(aws).await;
            }
        }
        self
    }

    /// AWS refused to tell something, or did not answer.
    pub(crate) fn is_in_the_dark(&self) -> bool {
        let refused = |code| code == HoldCode::LookupRefused;
        let of_changes = self.changes.iter().flat_map(|it| &it.guards);
        self.event
            .iter()
            .chain(of_changes)
            .any(|it| refused(it.code))
            || self.without.iter().any(|it| {
                it.answer == Some(Answer::NoAnswer) || it.reasons.iter().any(|it| refused(it.code))
            })
    }
}

impl ExplainedChange {
    fn of(it: &ChangeView<'_>) -> Self {
        let change = it.change();
        let (step, stopped_by) = match &it.planned.step {
            Step::Stop => (ExplainedStep::Stop, None),
            Step::Wait => (ExplainedStep::Wait, None),
            Step::Preview => (ExplainedStep::Preview, None),
            Step::StoppedBy(policy) => (ExplainedStep::StoppedBy, Some(policy.clone())),
            Step::Hold => (ExplainedStep::Hold, None),
        };
        let is_called = !matches!(step, ExplainedStep::StoppedBy | ExplainedStep::Hold);
        Self {
            operation: change.spec().name,
            target: change.target(),
            step,
            stopped_by,
            change: change.facts(),
            guards: it.checked(),
            dry_run: None,
            call: is_called.then(|| ExplainedCall::from(change.call())),
        }
    }
}

impl From<Call> for ExplainedCall {
    fn from(call: Call) -> Self {
        Self {
            service: call.service,
            operation: call.operation,
            command: call.to_string(),
            parameters: call.parameters.into_iter().collect(),
        }
    }
}

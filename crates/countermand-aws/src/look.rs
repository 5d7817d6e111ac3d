//! What one policy sees when it is woken: the event as it is now, the changes in flight, and a verdict on each.

use countermand_core::matching::Match;
use countermand_core::policy::{Mode, Policy};
use countermand_core::record::{Answer, TargetRecord, VerdictWord};
use countermand_core::trigger::{Kind, Trigger};
use countermand_core::verdict::{
    Case, Reason, Seen, Target, Verdict, hold_after_looking, hold_before_looking, lookup_refused,
    nothing_in_flight, targets,
};
use futures_util::future::{join, join_all};

use crate::operations::{self, InFlight, Sought, find};
use crate::run::Setting;
use crate::{Trouble, alarm};

/// What was seen, before anything is done about it.
#[derive(Debug)]
pub(crate) struct Looked<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) mode: Mode,
    /// Why the event as a whole is held.
    pub(crate) held: Vec<Reason>,
    pub(crate) changes: Vec<(Box<dyn InFlight + 'p>, Verdict)>,
    /// Targets of which there is no change to judge, and why.
    pub(crate) without: Vec<TargetRecord>,
    /// A look-up got no answer: how much is in flight is not known, so nothing is stopped until it is.
    pub(crate) is_incomplete: bool,
}

pub(crate) async fn look<'p>(
    found: &'p Match<'p>,
    trigger: &Trigger,
    setting: Setting<'_>,
) -> Looked<'p> {
    let policy = found.policy;
    let mut looked = Looked {
        policy,
        mode: policy.mode.min(setting.ceiling),
        held: Vec::new(),
        changes: Vec::new(),
        without: Vec::new(),
        is_incomplete: false,
    };
    let calendars = setting.policies.calendars_of(policy);
    looked.held = hold_before_looking(policy, trigger, &calendars, setting.home, setting.now);
    if !looked.held.is_empty() {
        return looked;
    }
    let mut meant = Vec::new();
    for action in &policy.actions {
        match targets(action, trigger, &found.captures, setting.home) {
            Ok(target) => meant.push((action, target)),
            Err(unknown) => {
                let names: Vec<_> = action
                    .names()
                    .into_iter()
                    .flat_map(|(_, names)| names.sources())
                    .collect();
                looked
                    .without
                    .push(hold(action.about().name, &names.join("/"), unknown));
            }
        }
    }
    let finds = meant
        .iter()
        .map(|(action, target)| find(action, Sought::by(policy, target, setting.now), setting.aws));
    let (seen, found) = join(seen(policy, trigger, setting), join_all(finds)).await;
    match seen {
        Ok(seen) => looked.held = hold_after_looking(policy, trigger, &seen, setting.now),
        Err(trouble @ Trouble::Refused { .. }) => looked.held = vec![refused(&trouble)],
        Err(trouble @ Trouble::NoAnswer { .. }) => {
            looked.no_answer("", policy.name.as_str(), &trouble);
        }
    }
    if looked.held.is_empty() {
        let mut case = Case::of(policy, trigger, None, setting.now);
        for ((action, target), found) in meant.iter().zip(found) {
            looked
                .judge(action.about().name, target, found, &mut case, setting)
                .await;
        }
    }
    looked
}

async fn seen(policy: &Policy, trigger: &Trigger, setting: Setting<'_>) -> Result<Seen, Trouble> {
    match (&trigger.kind, policy.when.alarm()) {
        (Kind::AlarmChanged(alarm), Some(when)) => {
            alarm::seen(alarm, when, policy, setting.aws).await
        }
        _ => Ok(Seen::default()),
    }
}

impl<'p> Looked<'p> {
    /// Judges what was found for one action, with what a judgement still lacks.
    async fn judge(
        &mut self,
        operation: &'static str,
        target: &Target,
        found: operations::Looked<'p>,
        case: &mut Case<'_>,
        setting: Setting<'_>,
    ) {
        let nothing = found.changes.is_empty() && found.troubles.is_empty();
        if nothing {
            let target = in_words(target);
            self.without
                .push(hold(operation, &target, nothing_in_flight(&target)));
        }
        for trouble in &found.troubles {
            self.trouble(operation, &in_words(target), trouble);
        }
        for mut change in found.changes {
            if let Err(trouble) = remember_alarm(change.as_ref(), case, setting).await {
                self.trouble(operation, change.id(), &trouble);
                continue;
            }
            let mut verdict = change.judge(case);
            if verdict == Verdict::Stop && !found.is_close {
                if let Err(trouble) = change.look_closer(setting.aws, setting.now).await {
                    self.trouble(operation, change.id(), &trouble);
                    continue;
                }
                verdict = change.judge(case);
            }
            self.changes.push((change, verdict));
        }
    }

    fn trouble(&mut self, operation: &str, target: &str, trouble: &Trouble) {
        match trouble {
            Trouble::Refused { .. } => self.without.push(hold(operation, target, refused(trouble))),
            Trouble::NoAnswer { .. } => self.no_answer(operation, target, trouble),
        }
    }

    fn no_answer(&mut self, operation: &str, target: &str, trouble: &Trouble) {
        self.is_incomplete = true;
        self.without.push(TargetRecord {
            verdict: None,
            reasons: Vec::new(),
            answer: Some(Answer::NoAnswer),
            text: format!("nothing is known of {target}: {trouble}"),
            ..record_of(operation, target)
        });
    }
}

/// Asks for the alarm's past, once, where a change needs it to be judged.
async fn remember_alarm(
    change: &dyn InFlight,
    case: &mut Case<'_>,
    setting: Setting<'_>,
) -> Result<(), Trouble> {
    if let Some(alarm) = &mut case.alarm
        && alarm.history.is_none()
        && let Some(began_at) = change.began_at().filter(|at| alarm.needs_history(*at))
    {
        alarm.history = Some(alarm::history(alarm.name, began_at, setting.aws).await?);
    }
    Ok(())
}

fn in_words(target: &Target) -> String {
    let keys = target.iter().map(|(_, globs)| {
        let globs: Vec<_> = globs.iter().map(ToString::to_string).collect();
        globs.join(",")
    });
    keys.collect::<Vec<_>>().join("/")
}

fn refused(trouble: &Trouble) -> Reason {
    match trouble {
        Trouble::Refused {
            call,
            code,
            message,
        } => lookup_refused(call, &format!("{code}: {message}")),
        Trouble::NoAnswer { call, why } => lookup_refused(call, why),
    }
}

fn hold(operation: &str, target: &str, reason: Reason) -> TargetRecord {
    TargetRecord {
        verdict: Some(VerdictWord::Hold),
        text: format!("left {target} alone: {}", reason.text),
        reasons: vec![reason],
        ..record_of(operation, target)
    }
}

fn record_of(operation: &str, target: &str) -> TargetRecord {
    TargetRecord {
        operation: operation.to_owned(),
        target: target.to_owned(),
        verdict: None,
        reasons: Vec::new(),
        answer: None,
        stopped_by: None,
        text: String::new(),
    }
}

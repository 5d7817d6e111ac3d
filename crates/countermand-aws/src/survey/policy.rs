//! The survey of one policy.

use countermand_core::failure::CallFailure;
use countermand_core::matching::Match;
use countermand_core::name::Captures;
use countermand_core::operations::Action;
use countermand_core::plan::{Findings, JudgedChange};
use countermand_core::policy::{Bound, Count, Mode};
use countermand_core::trigger::Trigger;
use countermand_core::verdict::{
    Case, Freeze, Reason, Reasons, Seen, Target, Unjudged, UnjudgedTarget, Verdict,
    hold_after_looking, hold_before_looking, targets,
};
use futures_util::future::join;
use futures_util::{FutureExt, StreamExt, stream};

use super::alarm;
use super::reads::{self, AlarmRead};
use crate::context::Context;
use crate::operations::{ActingChange, FoundChanges, Query, find};

/// How many targets or changes of one policy are looked up at the same time.
const LOOKS_AT_ONCE: usize = 10;

/// What one policy found.
#[derive(Debug)]
pub(crate) struct PolicySurvey<'a> {
    /// The policy's name.
    pub(crate) policy: &'a str,
    pub(crate) mode: Mode,
    limit: Bound<Count>,
    pub(crate) captures: Vec<Captures>,
    pub(crate) case: Case<'a>,
    /// Why the event as a whole is held.
    pub(crate) held: Vec<Reason>,
    /// What was read about the event itself; `None` if that failed or was not tried.
    pub(crate) seen: Option<Seen>,
    pub(crate) targets: Vec<FilledTarget<'a>>,
    pub(crate) changes: Vec<SurveyedChange<'a>>,
    /// Targets without a change to judge.
    pub(crate) unjudged: Vec<UnjudgedTarget>,
}

/// An action, and its target with the values of the event filled in.
#[derive(Debug)]
pub(crate) struct FilledTarget<'a> {
    pub(crate) action: &'a Action,
    pub(crate) target: Target,
}

/// A change and its verdict.
#[derive(Debug)]
pub(crate) struct SurveyedChange<'a> {
    pub(crate) change: Box<dyn ActingChange + 'a>,
    pub(crate) verdict: Verdict,
    /// There is nothing left for `look_closer` to read.
    is_close: bool,
}

impl<'a> PolicySurvey<'a> {
    pub(super) async fn of(
        found: Match<'a>,
        trigger: &'a Trigger,
        alarm_now: Option<AlarmRead<'a>>,
        context: Context<'a>,
    ) -> Self {
        let policy = found.policy;
        let freeze = Freeze::of(policy, context.policies, context.now);
        let actions: Vec<_> = found.actions(trigger).collect();
        let mut survey = Self {
            policy: policy.name.as_str(),
            mode: policy.mode.min(context.ceiling),
            limit: policy.limit.changes,
            captures: found.captures,
            ..Self::blank(Case::of(policy, trigger, freeze, context.now))
        };
        let calendars = context.policies.calendars_of(policy);
        survey.held = hold_before_looking(
            policy,
            trigger,
            &calendars,
            context.home,
            context.age,
            context.now,
            Reasons::default(),
        )
        .into_vec();
        if !survey.held.is_empty() {
            return survey;
        }
        survey.fill_in(actions, trigger, context);
        let seen = reads::during_search(policy, trigger, alarm_now, context);
        let found = find_all(&survey.targets, &survey.case, context);
        let (seen, found) = join(seen, found).await;
        let seen = match seen {
            Ok(seen) => reads::after_search(seen, policy, trigger, &found, context).await,
            Err(failure) => Err(failure),
        };
        match seen {
            Ok(seen) => {
                survey.case.learn(&seen);
                let held =
                    hold_after_looking(policy, trigger, &seen, context.now, Reasons::default());
                survey.held = held.into_vec();
                survey.seen = Some(seen);
            }
            Err(failure) => {
                survey.held = failure.reason_to_hold().into_iter().collect();
                if survey.held.is_empty() {
                    let (what, name) = reads::subject(policy, trigger);
                    survey.add_unjudged(what, name, name, Unjudged::Failed(failure));
                }
            }
        }
        if survey.held.is_empty() {
            survey.judge(found, context).await;
        }
        survey
    }

    /// The survey of what a person asked for: only the change's own guards can hold it.
    pub(super) async fn of_asked(
        action: &'a Action,
        trigger: &'a Trigger,
        context: Context<'a>,
    ) -> Self {
        let mut survey = Self::blank(Case::asked(context.now));
        survey.fill_in([action], trigger, context);
        let found = find_all(&survey.targets, &survey.case, context).await;
        survey.judge(found, context).await;
        survey
    }

    fn blank(case: Case<'a>) -> Self {
        Self {
            policy: "asked",
            mode: Mode::Enforce,
            limit: Bound::Lifted,
            captures: Vec::new(),
            case,
            held: Vec::new(),
            seen: None,
            targets: Vec::new(),
            changes: Vec::new(),
            unjudged: Vec::new(),
        }
    }

    /// What the plan needs to know.
    pub(crate) fn findings(&self) -> Findings<'a> {
        let changes = self.changes.iter().map(|it| JudgedChange {
            operation: it.change.spec().name,
            change: it.change.id().to_owned(),
            verdict: it.verdict.clone(),
        });
        Findings {
            policy: self.policy,
            mode: self.mode,
            limit: self.limit,
            is_complete: self.unjudged.iter().all(|it| it.reason().is_some()),
            changes: changes.collect(),
        }
    }

    /// Fills in the targets with the values of the event.
    fn fill_in(
        &mut self,
        actions: impl IntoIterator<Item = &'a Action>,
        trigger: &Trigger,
        context: Context<'_>,
    ) {
        for action in actions {
            match targets(action, trigger, &self.captures, context.home) {
                Ok(target) => self.targets.push(FilledTarget { action, target }),
                Err(unknown) => {
                    let names = action.names().into_iter();
                    let names: Vec<_> = names.flat_map(|(_, names)| names.sources()).collect();
                    let names = names.join("/");
                    let why = Unjudged::TargetUnknown(unknown);
                    self.add_unjudged(action.spec().name, &names, &names, why);
                }
            }
        }
    }

    async fn judge(&mut self, found: Vec<FoundChanges<'a>>, context: Context<'_>) {
        let mut changes = Vec::new();
        for (at, found) in found.into_iter().enumerate() {
            let meant = self.targets.get(at);
            let meant = meant.map(|it| (it.action.spec().name, it.in_words()));
            let (operation, target) = meant.unwrap_or_default();
            if found.changes.is_empty() && found.failures.is_empty() {
                self.add_unjudged(operation, &target, &target, Unjudged::NothingInFlight);
            }
            for failure in found.failures {
                self.add_unjudged(operation, &target, &target, Unjudged::Failed(failure));
            }
            let is_close = found.is_close;
            changes.extend(found.changes.into_iter().map(|change| (change, is_close)));
        }
        if let Err(failure) = self.read_history(&changes, context).await {
            changes.retain(|(change, _)| {
                let lacks_it = self.lacks_history(change.as_ref());
                if lacks_it {
                    self.add_unjudged_change(change.as_ref(), failure.clone());
                }
                !lacks_it
            });
        }
        let judged = changes
            .into_iter()
            .map(|(change, is_close)| SurveyedChange {
                verdict: change.judge(&self.case),
                change,
                is_close,
            });
        self.changes = judged.collect();
        // If all are held because there are too many, further calls for each of them would be wasted.
        if !self.findings().is_too_much() {
            self.look_closer(context).await;
        }
    }

    fn lacks_history(&self, change: &dyn ActingChange) -> bool {
        let alarm = self.case.alarm.as_ref().filter(|it| it.history.is_none());
        alarm
            .zip(change.began_at())
            .is_some_and(|(alarm, at)| alarm.needs_history(at))
    }

    /// Reads the alarm's history, back to the earliest change for which nothing else shows whether the alarm fired
    /// before it.
    async fn read_history(
        &mut self,
        changes: &[(Box<dyn ActingChange + 'a>, bool)],
        context: Context<'_>,
    ) -> Result<(), CallFailure> {
        let lacking = changes
            .iter()
            .filter(|(change, _)| self.lacks_history(change.as_ref()));
        let since = lacking.filter_map(|(change, _)| change.began_at()).min();
        let now = self.seen.as_ref().and_then(|it| it.alarm);
        let now = now.map(|alarm| alarm.state);
        if let (Some(since), Some(alarm)) = (since, &mut self.case.alarm) {
            let history = alarm::history(alarm.name, since, now, context.aws);
            alarm.history = Some(context.time_left.answer(history).await?);
        }
        Ok(())
    }

    /// Reads what matters only for a change that is to be stopped, and judges again.
    async fn look_closer(&mut self, context: Context<'_>) {
        let (aws, now) = (context.aws, context.now);
        let closer = std::mem::take(&mut self.changes)
            .into_iter()
            .map(|mut it| async move {
                if it.verdict != Verdict::Stop || it.is_close {
                    return (it, Ok(()));
                }
                let looked = it.change.look_closer(aws, now);
                let looked = context.time_left.answer(looked).await;
                it.is_close = true;
                (it, looked)
            });
        let mut closer = stream::iter(closer).buffered(LOOKS_AT_ONCE);
        while let Some((mut it, looked)) = closer.next().await {
            match looked {
                Ok(()) => it.verdict = it.change.judge(&self.case),
                Err(failure) => {
                    let Some(reason) = failure.reason_to_hold() else {
                        self.add_unjudged_change(it.change.as_ref(), failure);
                        continue;
                    };
                    it.verdict = Verdict::Hold(vec![reason]);
                }
            }
            self.changes.push(it);
        }
    }

    fn add_unjudged_change(&mut self, change: &dyn ActingChange, failure: CallFailure) {
        let why = Unjudged::Failed(failure);
        self.add_unjudged(change.spec().name, change.id(), &change.target(), why);
    }

    /// `words` name the target for people.
    fn add_unjudged(&mut self, operation: &'static str, target: &str, words: &str, why: Unjudged) {
        self.unjudged.push(UnjudgedTarget {
            operation,
            target: target.to_owned(),
            words: words.to_owned(),
            why,
        });
    }
}

/// The changes in flight at each target, in the same order.
pub(crate) async fn find_all<'m, 'a: 'm>(
    meant: impl IntoIterator<Item = &'m FilledTarget<'a>>,
    case: &Case<'_>,
    context: Context<'_>,
) -> Vec<FoundChanges<'a>> {
    let finds = meant.into_iter().map(|it| async {
        let found = find(it.action, Query::by(case, &it.target), context.aws).boxed_local();
        let found = context.time_left.wait(found).await;
        found.unwrap_or_else(|| FoundChanges::failed(CallFailure::NoTime))
    });
    stream::iter(finds).buffered(LOOKS_AT_ONCE).collect().await
}

impl FilledTarget<'_> {
    pub(crate) fn in_words(&self) -> String {
        let keys = self.target.iter().map(|(_, globs)| {
            let globs: Vec<_> = globs.iter().map(ToString::to_string).collect();
            globs.join(",")
        });
        keys.collect::<Vec<_>>().join("/")
    }
}

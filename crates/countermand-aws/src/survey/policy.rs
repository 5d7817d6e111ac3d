//! The survey of one policy.

use countermand_core::failure::CallFailure;
use countermand_core::matching::Match;
use countermand_core::name::Captures;
use countermand_core::operations::Action;
use countermand_core::plan::{Findings, JudgedChange};
use countermand_core::policy::{Bound, Count, Mode};
use countermand_core::trigger::Trigger;
use countermand_core::verdict::{
    Case, Freeze, Home, Reason, Reasons, Seen, Target, Unjudged, UnjudgedTarget, Verdict,
    hold_after_looking, hold_before_looking, targets,
};
use futures_util::future::join;
use futures_util::{FutureExt, StreamExt, stream};

use super::alarm;
use super::reads::{self, AlarmRead};
use crate::context::{CallContext, Context};
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
        let calls = context.calls;
        let now = calls.now;
        let freeze = Freeze::of(policy, context.policies, now);
        let actions: Vec<_> = found.actions(trigger).collect();
        let mut survey = Self {
            policy: policy.name.as_str(),
            mode: policy.mode_under(context.ceiling),
            limit: policy.limit.changes,
            captures: found.captures,
            ..Self::blank(Case::of(policy, trigger, freeze, now))
        };
        let calendars = context.policies.calendars_of(policy);
        survey.held = hold_before_looking(
            policy,
            trigger,
            &calendars,
            context.home,
            context.age,
            now,
            Reasons::default(),
        )
        .into_vec();
        if !survey.held.is_empty() {
            return survey;
        }
        survey.fill_in(actions, trigger, context.home);
        let seen = reads::during_search(policy, trigger, alarm_now, calls);
        let found = find_all(&survey.targets, &survey.case, calls);
        let (seen, found) = join(seen, found).await;
        let seen = match seen {
            Ok(seen) => reads::after_search(seen, policy, trigger, &found, calls).await,
            Err(failure) => Err(failure),
        };
        match seen {
            Ok(seen) => {
                survey.case.learn(&seen);
                let held = hold_after_looking(policy, trigger, &seen, now, Reasons::default());
                survey.held = held.into_vec();
                survey.seen = Some(seen);
            }
            Err(failure) => match Verdict::without(failure) {
                Ok(verdict) => survey.held = verdict.into_reasons(),
                Err(why) => {
                    let (what, name) = reads::subject(policy, trigger);
                    survey.add_unjudged(what, name, name, why);
                }
            },
        }
        if survey.held.is_empty() {
            survey.judge(found, calls).await;
        }
        survey
    }

    /// The survey of what a person asked for: only the change's own guards can hold it.
    pub(super) async fn of_asked(
        action: &'a Action,
        trigger: &'a Trigger,
        home: &Home,
        calls: CallContext<'a>,
    ) -> Self {
        let mut survey = Self::blank(Case::asked(calls.now));
        survey.fill_in([action], trigger, home);
        let found = find_all(&survey.targets, &survey.case, calls).await;
        survey.judge(found, calls).await;
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
    pub(crate) fn findings(&self) -> Findings<'_> {
        let changes = self.changes.iter().map(|it| JudgedChange {
            operation: it.change.spec().name,
            change: it.change.id().to_owned(),
            verdict: it.verdict.clone(),
        });
        Findings {
            policy: self.policy,
            mode: self.mode,
            limit: self.limit,
            changes: changes.collect(),
            unjudged: &self.unjudged,
        }
    }

    /// Fills in the targets with the values of the event.
    fn fill_in(
        &mut self,
        actions: impl IntoIterator<Item = &'a Action>,
        trigger: &Trigger,
        home: &Home,
    ) {
        for action in actions {
            match targets(action, trigger, &self.captures, home) {
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

    async fn judge(&mut self, found: Vec<FoundChanges<'a>>, calls: CallContext<'_>) {
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
        if let Err(failure) = self.read_history(&changes, calls).await {
            changes.retain(|(change, _)| {
                let lacks_it = self.case.lacks_history(change.began_at());
                if lacks_it {
                    self.add_unjudged_change(change.as_ref(), Unjudged::Failed(failure.clone()));
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
            self.look_closer(calls).await;
        }
    }

    /// Reads the alarm's history, back to the earliest change for which nothing else shows whether the alarm fired
    /// before it.
    async fn read_history(
        &mut self,
        changes: &[(Box<dyn ActingChange + 'a>, bool)],
        calls: CallContext<'_>,
    ) -> Result<(), CallFailure> {
        let began = changes.iter().map(|(change, _)| change.began_at());
        let lacking = began.filter(|at| self.case.lacks_history(*at));
        let since = lacking.flatten().min();
        let now = self.seen.as_ref().and_then(|it| it.alarm);
        let now = now.map(|alarm| alarm.state);
        if let (Some(since), Some(alarm)) = (since, &mut self.case.alarm) {
            let history = alarm::history(alarm.name, since, now, calls.aws);
            alarm.history = Some(calls.time_left.answer(history).await?);
        }
        Ok(())
    }

    /// Reads what matters only for a change that is to be stopped, and judges again.
    async fn look_closer(&mut self, calls: CallContext<'_>) {
        let (aws, now) = (calls.aws, calls.now);
        let closer = std::mem::take(&mut self.changes)
            .into_iter()
            .map(|mut it| async move {
                if it.verdict != Verdict::Stop || it.is_close {
                    return (it, Ok(()));
                }
                let looked = it.change.look_closer(aws, now);
                let looked = calls.time_left.answer(looked).await;
                it.is_close = true;
                (it, looked)
            });
        let mut closer = stream::iter(closer).buffered(LOOKS_AT_ONCE);
        while let Some((it, looked)) = closer.next().await {
            let verdict = match looked {
                Ok(()) => Ok(it.change.judge(&self.case)),
                Err(failure) => Verdict::without(failure),
            };
            match verdict {
                Ok(verdict) => self.changes.push(SurveyedChange { verdict, ..it }),
                Err(why) => self.add_unjudged_change(it.change.as_ref(), why),
            }
        }
    }

    fn add_unjudged_change(&mut self, change: &dyn ActingChange, why: Unjudged) {
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
    calls: CallContext<'_>,
) -> Vec<FoundChanges<'a>> {
    let finds = meant.into_iter().map(|it| async {
        let found = find(it.action, Query::by(case, &it.target), calls.aws).boxed_local();
        let found = calls.time_left.wait(found).await;
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

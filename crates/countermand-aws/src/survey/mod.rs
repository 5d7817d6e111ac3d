//! Reads all that a plan needs: the current state of the alarm or calendar, and the changes in flight with their
//! verdicts.
//!
//! A survey only reads. What to do about its findings is up to the plan.

mod alarm;
mod change_calendar;
mod policy;
mod reads;

pub use change_calendar::change_calendar;
pub(crate) use policy::{PolicySurvey, SurveyedChange, find_all};

use std::time::Instant;

use countermand_core::matching::find_matches;
use countermand_core::operations::Action;
use countermand_core::plan::{Planned, plan};
use countermand_core::record::text::switched_off;
use countermand_core::trigger::{Trigger, TriggerKind};
use futures_util::{FutureExt, StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use crate::context::{CallContext, Context};

/// How many policies are surveyed at the same time. Most events match one or two.
const POLICIES_AT_ONCE: usize = 10;

/// All that is known before anything is stopped.
#[derive(Debug)]
pub struct Survey<'a> {
    pub(crate) policies: Vec<PolicySurvey<'a>>,
    /// How many policies do not match the event.
    pub not_matching: usize,
    /// Why nothing was looked up.
    pub(crate) note: Option<&'static str>,
    pub(crate) calls_before: u32,
    pub(crate) began: Instant,
    now: Timestamp,
}

/// What to do about the changes of each policy, in the order of the survey.
pub type Plan = Vec<Vec<Planned>>;

/// Surveys every policy that matches the trigger.
pub async fn survey<'a>(trigger: &'a Trigger, context: Context<'a>) -> Survey<'a> {
    let mut survey = Survey::new(context.calls);
    survey.note = switched_off(context.ceiling);
    if survey.note.is_some() {
        return survey;
    }
    let calls = context.calls.for_survey();
    let context = Context { calls, ..context };
    let matching = find_matches(context.policies, trigger);
    survey.not_matching = context.policies.list().len() - matching.len();
    let alarm_now = match &trigger.kind {
        TriggerKind::AlarmChanged(alarm) => {
            let now = alarm::now(&alarm.name, calls.aws);
            Some(calls.time_left.answer(now).boxed_local().shared())
        }
        _ => None,
    };
    let policies = matching
        .into_iter()
        .map(|found| PolicySurvey::of(found, trigger, alarm_now.clone(), context));
    let policies = stream::iter(policies).buffered(POLICIES_AT_ONCE).collect();
    survey.policies = policies.await;
    survey
}

/// Surveys the one action that a person asked for.
pub async fn survey_asked<'a>(
    action: &'a Action,
    trigger: &'a Trigger,
    context: Context<'a>,
) -> Survey<'a> {
    let mut survey = Survey::new(context.calls);
    let calls = context.calls.for_survey();
    let asked = PolicySurvey::of_asked(action, trigger, context.home, calls);
    survey.policies = vec![asked.await];
    survey
}

impl Survey<'_> {
    fn new(calls: CallContext<'_>) -> Self {
        Self {
            policies: Vec::new(),
            not_matching: 0,
            note: None,
            calls_before: calls.aws.calls(),
            began: Instant::now(),
            now: calls.now,
        }
    }

    /// Decides what to do about each change.
    pub fn plan(&self) -> Plan {
        plan(self.policies.iter().map(PolicySurvey::findings).collect())
    }

    /// The context's time plus what has elapsed since: no other clock is read, so tests can set it.
    pub(crate) fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.began.elapsed()).unwrap_or_default();
        self.now.saturating_add(passed).unwrap_or(self.now)
    }
}

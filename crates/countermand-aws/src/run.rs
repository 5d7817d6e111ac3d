//! The one loop: from a trigger to its record. The functions, the tool and the demo all go through it.

use std::time::Instant;

use countermand_core::matching::find_matches;
use countermand_core::operations::Action;
use countermand_core::policy::{Mode, Policies};
use countermand_core::record::{Decided, Decision, Record, SCHEMA, Told};
use countermand_core::trigger::{Kind, Trigger};
use countermand_core::verdict::{Age, Home, Planned, plan};
use futures_util::{FutureExt, StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use crate::look::{Looked, look, look_for};
use crate::take::{Taken, take};
use crate::{Aws, TimeLeft, alarm};

/// As many policies look at once. Most events are about one or two.
const POLICIES_AT_ONCE: usize = 10;
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
    /// Whether old events are held.
    pub age: Age,
    pub now: Timestamp,
    pub time_left: TimeLeft,
}

impl Setting<'_> {
    /// A look-up that is never answered leaves time to stop what others have found.
    fn to_look(self) -> Self {
        Self {
            time_left: self.time_left.but_for_what_follows(),
            ..self
        }
    }
}

/// Finds, judges and stops; the record says all of it.
pub async fn answer(trigger: &Trigger, setting: Setting<'_>) -> Record {
    prepare(trigger, setting).await.carry_out().await
}

/// Finds and judges, for all policies that the trigger is about. Nothing is stopped yet.
pub async fn prepare<'a>(trigger: &'a Trigger, setting: Setting<'a>) -> Prepared<'a> {
    let mut prepared = Prepared::new(trigger, setting);
    let setting = setting.to_look();
    if setting.ceiling == Mode::Disabled {
        prepared.note = Some("switched off: `COUNTERMAND_MODE` is `disabled`".to_owned());
        return prepared;
    }
    let matching = find_matches(setting.policies, trigger);
    prepared.not_matching = setting.policies.list().len() - matching.len();
    let alarm_now = match &trigger.kind {
        Kind::AlarmChanged(alarm) => {
            let now = alarm::now(&alarm.name, setting.aws);
            Some(setting.time_left.answer(now).boxed_local().shared())
        }
        _ => None,
    };
    let looks = matching
        .into_iter()
        .map(|found| look(found, trigger, alarm_now.clone(), setting));
    let looked = stream::iter(looks).buffered(POLICIES_AT_ONCE).collect();
    prepared.with(looked.await)
}

/// Finds and judges what a person asked for.
pub async fn prepare_asked<'a>(
    action: &'a Action,
    trigger: &'a Trigger,
    setting: Setting<'a>,
) -> Prepared<'a> {
    let prepared = Prepared::new(trigger, setting);
    let looked = look_for(action, trigger, setting.to_look()).await;
    prepared.with(vec![looked])
}

/// What is known before anything is stopped.
#[derive(Debug)]
pub struct Prepared<'a> {
    pub(crate) trigger: &'a Trigger,
    pub(crate) setting: Setting<'a>,
    pub(crate) looked: Vec<Looked<'a>>,
    /// For each policy its changes, in the same order.
    pub(crate) plans: Vec<Vec<Planned>>,
    pub(crate) not_matching: usize,
    note: Option<String>,
    calls_before: u32,
    began: Instant,
}

impl<'a> Prepared<'a> {
    fn new(trigger: &'a Trigger, setting: Setting<'a>) -> Self {
        Self {
            trigger,
            setting,
            looked: Vec::new(),
            plans: Vec::new(),
            not_matching: 0,
            note: None,
            calls_before: setting.aws.calls(),
            began: Instant::now(),
        }
    }

    fn with(mut self, looked: Vec<Looked<'a>>) -> Self {
        self.plans = plan(looked.iter().map(Looked::judged).collect());
        self.looked = looked;
        self
    }

    /// Stops what is to be stopped.
    pub async fn carry_out(&self) -> Record {
        let steps = self.looked.iter().zip(&self.plans);
        let steps = steps.flat_map(|(looked, planned)| {
            let changes = looked.changes.iter().zip(planned);
            changes.map(move |(change, planned)| take(planned, change, looked, self))
        });
        let taken: Vec<_> = stream::iter(steps).buffered(STOPS_AT_ONCE).collect().await;
        Record {
            unverified: self.unverified(&taken),
            seconds_to_stop: self.seconds_to_stop(&taken),
            schema: SCHEMA,
            at: self.setting.now,
            trigger: Some(Told::from(self.trigger)),
            calls: self.setting.aws.calls() - self.calls_before,
            elapsed_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            note: self.note.clone(),
            not_matching: self.not_matching,
            decisions: decisions(&self.looked, taken),
        }
    }

    /// The time that has come since the event was taken up.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.setting.now;
        let passed = SignedDuration::try_from(self.began.elapsed()).unwrap_or_default();
        now.saturating_add(passed).unwrap_or(now)
    }

    /// Whoever asks sees to it that it is done.
    fn unverified(&self, taken: &[Taken]) -> usize {
        match &self.trigger.kind {
            Kind::Asked(_) => 0,
            _ => taken.iter().filter(|it| it.is_unverified()).count(),
        }
    }

    /// From when the alarm fired, by its own time.
    fn seconds_to_stop(&self, taken: &[Taken]) -> Option<f64> {
        let Kind::AlarmChanged(alarm) = &self.trigger.kind else {
            return None;
        };
        let last = taken.iter().filter_map(|it| it.stopped_at).max()?;
        Some(last.duration_since(alarm.state.since).as_secs_f64())
    }
}

fn decisions(looked: &[Looked<'_>], taken: Vec<Taken>) -> Vec<Decision> {
    let mut told = taken.into_iter().map(|it| it.told);
    let decisions = looked.iter().map(|looked| {
        let targets = told.by_ref().take(looked.changes.len());
        let targets = targets.chain(looked.without.iter().cloned()).collect();
        Decision {
            policy: looked.policy.to_owned(),
            mode: looked.mode,
            outcome: match looked.held.as_slice() {
                [] => Decided::Targets(targets),
                reasons => Decided::Reasons(reasons.to_vec()),
            },
        }
    });
    decisions.collect()
}

//! What one policy sees when it is woken: the event as it is now, the changes in flight, and a verdict on each.

use countermand_core::matching::Match;
use countermand_core::name::Captures;
use countermand_core::operations::Action;
use countermand_core::policy::{Bound, ChangeCalendarWhen, Count, Mode, Policy, When};
use countermand_core::record::{Answer, TargetRecord, VerdictWord};
use countermand_core::trigger::{Kind, Trigger};
use countermand_core::verdict::{
    AlarmNow, AskAbout, Case, Freeze, Judged, Reason, Seen as SeenBeside, Target, Verdict,
    hold_after_looking, hold_before_looking, lookup_refused, nothing_in_flight, targets,
};
use futures_util::future::{LocalBoxFuture, Shared, join};
use futures_util::{FutureExt, StreamExt, stream};

use crate::operations::{InFlight, Looked as Found, Sought, find};
use crate::run::Setting;
use crate::{Trouble, alarm, calendar};

/// As many targets or changes of a policy are looked at at once.
const LOOKS_AT_ONCE: usize = 10;

/// All policies of an event share the one read of its alarm.
pub(crate) type AlarmRead<'a> = Shared<LocalBoxFuture<'a, Result<Option<AlarmNow>, Trouble>>>;

/// What was seen, before anything is done about it.
#[derive(Debug)]
pub(crate) struct Looked<'a> {
    /// Its name.
    pub(crate) policy: &'a str,
    pub(crate) mode: Mode,
    limit: Bound<Count>,
    pub(crate) captures: Vec<Captures>,
    pub(crate) case: Case<'a>,
    /// Why the event as a whole is held.
    pub(crate) held: Vec<Reason>,
    /// Absent where it was not read, or not to be read.
    pub(crate) beside: Option<SeenBeside>,
    pub(crate) meant: Vec<Meant<'a>>,
    pub(crate) changes: Vec<Seen<'a>>,
    /// Targets of which there is no change to judge, and why.
    pub(crate) without: Vec<TargetRecord>,
    /// A look-up got no answer: how much is in flight is not known, so nothing is stopped until it is.
    pub(crate) is_incomplete: bool,
}

/// An operation and the names that it is to be applied to.
#[derive(Debug)]
pub(crate) struct Meant<'a> {
    pub(crate) action: &'a Action,
    pub(crate) target: Target,
}

/// A change, and what was made of it.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) change: Box<dyn InFlight + 'a>,
    pub(crate) verdict: Verdict,
    /// What only a change that is to be stopped is worth another call for is known already.
    is_close: bool,
}

pub(crate) async fn look<'a>(
    found: Match<'a>,
    trigger: &'a Trigger,
    alarm_now: Option<AlarmRead<'a>>,
    setting: Setting<'a>,
) -> Looked<'a> {
    let policy = found.policy;
    let freeze = Freeze::of(policy, setting.policies, setting.now);
    let actions: Vec<_> = found.actions(trigger).collect();
    let mut looked = Looked {
        policy: policy.name.as_str(),
        mode: policy.mode.min(setting.ceiling),
        limit: policy.limit.changes,
        captures: found.captures,
        ..Looked::blank(Case::of(policy, trigger, freeze, setting.now))
    };
    let calendars = setting.policies.calendars_of(policy);
    looked.held = hold_before_looking(
        policy,
        trigger,
        &calendars,
        setting.home,
        setting.age,
        setting.now,
    );
    if !looked.held.is_empty() {
        return looked;
    }
    looked.fill_in(actions, trigger, setting);
    let beside = beside(policy, trigger, alarm_now, setting);
    let (beside, found) = join(beside, find_all(&looked.meant, &looked.case, setting)).await;
    let beside = match beside {
        Ok(beside) => behind(beside, policy, trigger, &found, setting).await,
        Err(trouble) => Err(trouble),
    };
    match beside {
        Ok(beside) => {
            looked.case.learn(&beside);
            looked.held = hold_after_looking(policy, trigger, &beside, setting.now);
            looked.beside = Some(beside);
        }
        Err(trouble) => {
            looked.held = refusal(&trouble).into_iter().collect();
            if looked.held.is_empty() {
                let (what, name) = asked_beside(policy, trigger);
                looked.no_answer(what, name, name, &trouble);
            }
        }
    }
    if looked.held.is_empty() {
        looked.judge(found, setting).await;
    }
    looked
}

/// What a person asked for: the change's own guards alone.
pub(crate) async fn look_for<'a>(
    action: &'a Action,
    trigger: &'a Trigger,
    setting: Setting<'a>,
) -> Looked<'a> {
    let mut looked = Looked::blank(Case::asked(setting.now));
    looked.fill_in([action], trigger, setting);
    let found = find_all(&looked.meant, &looked.case, setting).await;
    looked.judge(found, setting).await;
    looked
}

/// The reads that run beside the find: this alarm, and those that fire with it; or the change calendar.
async fn beside(
    policy: &Policy,
    trigger: &Trigger,
    alarm_now: Option<AlarmRead<'_>>,
    setting: Setting<'_>,
) -> Result<SeenBeside, Trouble> {
    if let When::ChangeCalendar(when) = &policy.when {
        return match AskAbout::of(when, trigger) {
            Some(ask) => change_calendar(when, ask, trigger, setting).await,
            None => Ok(SeenBeside::default()),
        };
    }
    let Some((alarm_now, when)) = alarm_now.zip(policy.when.alarm()) else {
        return Ok(SeenBeside::default());
    };
    // One after the other, over one connection: the find takes as long.
    let alarm = alarm_now.await?;
    let firing = alarm::firing(when, policy, setting.aws);
    let firing = setting.time_left.answer(firing).await?;
    Ok(SeenBeside {
        alarm,
        firing,
        calendar: None,
    })
}

/// The read that has to wait for the find: of the change calendar, for the time at which the change began.
async fn behind(
    beside: SeenBeside,
    policy: &Policy,
    trigger: &Trigger,
    found: &[Found<'_>],
    setting: Setting<'_>,
) -> Result<SeenBeside, Trouble> {
    let mut changes = found.iter().flat_map(|it| &it.changes);
    match (&policy.when, beside.calendar, changes.next()) {
        (When::ChangeCalendar(when), None, Some(change)) => {
            let ask = AskAbout::of_change(change.running_since(), trigger);
            change_calendar(when, ask, trigger, setting).await
        }
        _ => Ok(beside),
    }
}

async fn change_calendar(
    when: &ChangeCalendarWhen,
    ask: AskAbout,
    trigger: &Trigger,
    setting: Setting<'_>,
) -> Result<SeenBeside, Trouble> {
    let then = calendar::change_calendar(&when.calendar, ask, setting.aws);
    let then = setting.time_left.answer(then).await?;
    Ok(SeenBeside {
        calendar: Some(ask.told(then, trigger, setting.now)),
        ..SeenBeside::default()
    })
}

/// What is read beside the find, for whoever reads that it could not be.
fn asked_beside<'a>(policy: &'a Policy, trigger: &'a Trigger) -> (&'static str, &'a str) {
    match (&policy.when, &trigger.kind) {
        (When::ChangeCalendar(when), _) => ("change-calendar", &when.calendar),
        (_, Kind::AlarmChanged(alarm)) => ("alarm", &alarm.name),
        _ => ("", policy.name.as_str()),
    }
}

/// What is in flight at each of the targets, in their order.
pub(crate) async fn find_all<'m, 'a: 'm>(
    meant: impl IntoIterator<Item = &'m Meant<'a>>,
    case: &Case<'_>,
    setting: Setting<'_>,
) -> Vec<Found<'a>> {
    let finds = meant.into_iter().map(|it| async {
        let found = find(it.action, Sought::by(case, &it.target), setting.aws).boxed_local();
        let found = setting.time_left.wait(found).await;
        found.unwrap_or_else(|| Found::trouble(Trouble::NoTime))
    });
    stream::iter(finds).buffered(LOOKS_AT_ONCE).collect().await
}

impl<'a> Looked<'a> {
    fn blank(case: Case<'a>) -> Self {
        Self {
            policy: "asked",
            mode: Mode::Enforce,
            limit: Bound::Lifted,
            captures: Vec::new(),
            case,
            held: Vec::new(),
            beside: None,
            meant: Vec::new(),
            changes: Vec::new(),
            without: Vec::new(),
            is_incomplete: false,
        }
    }

    /// What the plan needs of it.
    pub(crate) fn judged(&self) -> Judged<'a> {
        let changes = self.changes.iter().map(|seen| {
            let change = &seen.change;
            (
                change.about().name,
                change.id().to_owned(),
                seen.verdict.clone(),
            )
        });
        Judged {
            policy: self.policy,
            mode: self.mode,
            limit: self.limit,
            changes: changes.collect(),
        }
    }

    /// The targets, with what the event says.
    fn fill_in(
        &mut self,
        actions: impl IntoIterator<Item = &'a Action>,
        trigger: &Trigger,
        setting: Setting<'_>,
    ) {
        for action in actions {
            match targets(action, trigger, &self.captures, setting.home) {
                Ok(target) => self.meant.push(Meant { action, target }),
                Err(unknown) => {
                    let names = action.names().into_iter();
                    let names: Vec<_> = names.flat_map(|(_, names)| names.sources()).collect();
                    let held = hold(action.about().name, &names.join("/"), unknown);
                    self.without.push(held);
                }
            }
        }
    }

    async fn judge(&mut self, found: Vec<Found<'a>>, setting: Setting<'_>) {
        let mut changes = Vec::new();
        for (at, found) in found.into_iter().enumerate() {
            let meant = self
                .meant
                .get(at)
                .map(|it| (it.action.about().name, it.in_words()));
            let (operation, target) = meant.unwrap_or_default();
            if found.changes.is_empty() && found.troubles.is_empty() {
                let nothing = nothing_in_flight(&target);
                self.without.push(TargetRecord {
                    text: nothing.text.clone(),
                    ..hold(operation, &target, nothing)
                });
            }
            for trouble in &found.troubles {
                self.trouble(operation, &target, &target, trouble);
            }
            let is_close = found.is_close;
            changes.extend(found.changes.into_iter().map(|change| (change, is_close)));
        }
        if let Err(trouble) = self.remember_alarm(&changes, setting).await {
            changes.retain(|(change, _)| {
                let lacks_it = self.lacks_history(change.as_ref());
                if lacks_it {
                    self.trouble(change.about().name, change.id(), &change.target(), &trouble);
                }
                !lacks_it
            });
        }
        let seen = changes.into_iter().map(|(change, is_close)| Seen {
            verdict: change.judge(&self.case),
            change,
            is_close,
        });
        self.changes = seen.collect();
        // Where all are held because there are too many, nothing more need be known of each.
        if !self.judged().is_too_much() {
            self.look_closer(setting).await;
        }
    }

    fn lacks_history(&self, change: &dyn InFlight) -> bool {
        let alarm = self.case.alarm.as_ref().filter(|it| it.history.is_none());
        alarm
            .zip(change.began_at())
            .is_some_and(|(alarm, at)| alarm.needs_history(at))
    }

    /// Asks for the alarm's past, back to the first change of which nothing else tells whether it came before.
    async fn remember_alarm(
        &mut self,
        changes: &[(Box<dyn InFlight + 'a>, bool)],
        setting: Setting<'_>,
    ) -> Result<(), Trouble> {
        let lacking = changes
            .iter()
            .filter(|(change, _)| self.lacks_history(change.as_ref()));
        let since = lacking.filter_map(|(change, _)| change.began_at()).min();
        let now = self.beside.as_ref().and_then(|it| it.alarm);
        let now = now.map(|alarm| alarm.state);
        if let (Some(since), Some(alarm)) = (since, &mut self.case.alarm) {
            let history = alarm::history(alarm.name, since, now, setting.aws);
            alarm.history = Some(setting.time_left.answer(history).await?);
        }
        Ok(())
    }

    async fn look_closer(&mut self, setting: Setting<'_>) {
        let (aws, now) = (setting.aws, setting.now);
        let closer = std::mem::take(&mut self.changes)
            .into_iter()
            .map(|mut seen| async move {
                if seen.verdict != Verdict::Stop || seen.is_close {
                    return (seen, Ok(()));
                }
                let looked = setting
                    .time_left
                    .answer(seen.change.look_closer(aws, now))
                    .await;
                seen.is_close = true;
                (seen, looked)
            });
        let mut closer = stream::iter(closer).buffered(LOOKS_AT_ONCE);
        while let Some((mut seen, looked)) = closer.next().await {
            let change = &seen.change;
            match looked.map_err(|trouble| (refusal(&trouble), trouble)) {
                Ok(()) => seen.verdict = change.judge(&self.case),
                Err((Some(reason), _)) => seen.verdict = Verdict::Hold(vec![reason]),
                Err((None, trouble)) => {
                    let (operation, words) = (change.about().name, change.target());
                    self.no_answer(operation, change.id(), &words, &trouble);
                    continue;
                }
            }
            self.changes.push(seen);
        }
    }

    /// `words` are what people call the target.
    fn trouble(&mut self, operation: &str, target: &str, words: &str, trouble: &Trouble) {
        match refusal(trouble) {
            Some(reason) => self.without.push(TargetRecord {
                text: left_alone(words, &reason),
                ..hold(operation, target, reason)
            }),
            None => self.no_answer(operation, target, words, trouble),
        }
    }

    fn no_answer(&mut self, operation: &str, target: &str, words: &str, trouble: &Trouble) {
        self.is_incomplete = true;
        self.without.push(TargetRecord {
            verdict: None,
            reasons: Vec::new(),
            answer: Some(Answer::NoAnswer),
            text: format!("nothing is known of {words}: {trouble}"),
            ..record_of(operation, target)
        });
    }
}

impl Meant<'_> {
    pub(crate) fn in_words(&self) -> String {
        let keys = self.target.iter().map(|(_, globs)| {
            let globs: Vec<_> = globs.iter().map(ToString::to_string).collect();
            globs.join(",")
        });
        keys.collect::<Vec<_>>().join("/")
    }
}

/// A refusal is a reason to hold; no answer is none.
fn refusal(trouble: &Trouble) -> Option<Reason> {
    match trouble {
        Trouble::Refused {
            call,
            code,
            message,
        } => Some(lookup_refused(call, &format!("{code}: {message}"))),
        Trouble::Throttled { .. } | Trouble::NoAnswer { .. } | Trouble::NoTime => None,
    }
}

fn hold(operation: &str, target: &str, reason: Reason) -> TargetRecord {
    TargetRecord {
        verdict: Some(VerdictWord::Hold),
        text: left_alone(target, &reason),
        reasons: vec![reason],
        ..record_of(operation, target)
    }
}

fn left_alone(words: &str, reason: &Reason) -> String {
    format!("left {words} alone: {}", reason.text)
}

fn record_of(operation: &str, target: &str) -> TargetRecord {
    TargetRecord {
        operation: operation.to_owned(),
        target: target.to_owned(),
        verdict: None,
        reasons: Vec::new(),
        answer: None,
        stopped_by: None,
        verification: None,
        text: String::new(),
        hold_with: None,
    }
}

//! Which targets an action has for an event, and the guards over them.

use std::collections::BTreeMap;
use std::iter;

use jiff::Timestamp;

use super::{HoldCode, Home, Reason, Reasons};
use crate::calendar::Occurrence;
use crate::name::{Captures, Glob, OneOrMany, Reference};
use crate::operations::Action;
use crate::policy::TargetException;
use crate::trigger::{AnnouncedChange, Trigger, TriggerKind};

/// The tag by which engineers protect a target: its value is the time until which it is left alone.
pub const HOLD_UNTIL: &str = "countermand:hold-until";

/// The target of an action with the event's values filled in: for each key, the names.
pub type Target = Vec<(&'static str, Vec<Glob>)>;

/// Fills in the target of an action. `captures` are those of every pattern that matched the alarm's name.
pub fn targets(
    action: &Action,
    trigger: &Trigger,
    captures: &[Captures],
    home: &Home,
) -> Result<Target, Reason> {
    let values = |reference: &Reference| given(trigger, captures, home, reference);
    let named = action
        .names()
        .into_iter()
        .map(|(key, names)| Ok((key, names.resolve(&values)?)));
    let mut target = named
        .collect::<Result<Target, crate::name::NotResolved>>()
        .map_err(|error| Reason {
            code: HoldCode::TargetUnknown,
            text: error.to_string(),
        })?;
    if let Some(announced) = trigger.announced() {
        narrow(&mut target, action, announced);
    }
    Ok(target)
}

/// Narrows the target to the names in the event. Where the event has an id, the policy's names stay: which name the id
/// has is looked up later.
fn narrow(target: &mut Target, action: &Action, announced: &AnnouncedChange) {
    let spec = action.spec();
    for (key, globs) in target {
        let in_event = announced.names.get(key);
        if let Some(name) = in_event.filter(|_| !spec.is_announced_by_id(key)) {
            *globs = vec![Glob::literal(name)];
        }
    }
}

/// The reason if no change is in flight at the target.
pub fn nothing_in_flight(target: &str) -> Reason {
    Reason {
        code: HoldCode::NothingInFlight,
        text: format!("nothing is in flight at {target}"),
    }
}

/// The distinct values of the reference in the event.
fn given<'a>(
    trigger: &'a Trigger,
    captures: &'a [Captures],
    home: &'a Home,
    reference: &Reference,
) -> Vec<&'a str> {
    let alarm = match &trigger.kind {
        TriggerKind::AlarmChanged(alarm) => Some(alarm),
        _ => None,
    };
    let one = |value: Option<&'a String>| value.map(String::as_str).into_iter().collect();
    match reference {
        // An event from elsewhere is held, so the account is home; and a schedule's event has no account.
        Reference::Account => vec![&home.account],
        Reference::Region => vec![&home.region],
        Reference::AlarmName => one(alarm.map(|it| &it.name)),
        Reference::Tag(key) => one(alarm.and_then(|it| it.tags.as_ref()?.get(key))),
        Reference::Contributor(key) => one(alarm.and_then(|it| it.contributor.as_ref()?.get(key))),
        Reference::Dimension(key) => {
            let values = alarm.and_then(|it| it.dimensions.get(key));
            values.into_iter().flatten().map(String::as_str).collect()
        }
        Reference::Capture(name) => {
            let values = captures.iter().filter_map(|it| it.get(name));
            let mut values: Vec<_> = values.map(String::as_str).collect();
            values.sort_unstable();
            values.dedup();
            values
        }
    }
}

/// All names of a target, by the keys of policies.
pub(super) struct ChangeNames<'c> {
    pub(super) names: &'c BTreeMap<&'static str, String>,
    pub(super) also: Vec<(&'static str, &'c str)>,
}

impl ChangeNames<'_> {
    pub(super) fn by(&self, key: &str) -> impl Iterator<Item = &str> {
        let name = self.names.get(key).map(String::as_str);
        let also = self.also.iter().filter(move |(of, _)| *of == key);
        name.into_iter().chain(also.map(|(_, name)| *name))
    }
}

pub(super) fn hold_excepted(
    except: &[TargetException],
    called: &ChangeNames<'_>,
    now: Timestamp,
    planned_for: Option<Timestamp>,
    reasons: &mut Reasons,
) {
    // A change that is planned for the time of an exception is protected now: stopping it sooner stops it too.
    let times = || iter::once(now).chain(planned_for);
    for exception in except {
        let matches = exception.targets.iter().all(|(key, globs)| {
            let mut names = called.by(key);
            names.any(|name| globs.iter().any(|glob| glob.matches(name)))
        });
        if matches && times().any(|at| is_in_force(exception, at)) {
            let why = &exception.why;
            reasons.add(
                HoldCode::Excepted,
                format!("the policy leaves it alone: {why}"),
            );
        }
    }
    if !except.is_empty() {
        reasons.pass(
            HoldCode::Excepted,
            || "no exception of the policy is about it now",
        );
    }
}

fn is_in_force(exception: &TargetException, at: Timestamp) -> bool {
    let zone = &exception.zone;
    let from = exception.from;
    let begun = from.is_none_or(|it| it.to_timestamp(zone, Occurrence::First) <= at);
    let until = exception.until;
    let over = until.is_some_and(|it| it.to_timestamp(zone, Occurrence::Second) <= at);
    begun && !over
}

pub(super) fn hold_mismatched(
    wanted: &BTreeMap<String, OneOrMany<Glob>>,
    tags: &BTreeMap<String, String>,
    reasons: &mut Reasons,
) {
    for (key, globs) in wanted {
        match tags.get(key) {
            None => reasons.add(
                HoldCode::TagMismatch,
                format!("the target has no tag `{key}`"),
            ),
            Some(value) if !globs.iter().any(|glob| glob.matches(value)) => {
                reasons.add(
                    HoldCode::TagMismatch,
                    format!("the target's tag `{key}` is `{value}`"),
                );
            }
            Some(_) => {}
        }
    }
    if !wanted.is_empty() {
        reasons.pass(HoldCode::TagMismatch, || {
            let has = wanted.keys().filter_map(|key| Some((key, tags.get(key)?)));
            let has: Vec<_> = has
                .map(|(key, value)| format!("`{key}` is `{value}`"))
                .collect();
            format!(
                "the target has the tags that are asked for: {}",
                has.join(", ")
            )
        });
    }
}

pub(super) fn hold_tagged(tags: &BTreeMap<String, String>, now: Timestamp, reasons: &mut Reasons) {
    let Some(value) = tags.get(HOLD_UNTIL) else {
        reasons.pass(HoldCode::HeldByTag, || {
            format!("it has no tag `{HOLD_UNTIL}`")
        });
        return;
    };
    match value.parse::<Timestamp>() {
        Ok(until) if until <= now => reasons.pass(HoldCode::HeldByTag, || {
            format!("the tag `{HOLD_UNTIL}` held it until {until}, which is past")
        }),
        Ok(until) => reasons.add(HoldCode::HeldByTag, format!("the tag `{HOLD_UNTIL}` holds it until {until}")),
        // The intention is clear although the time is not, so the target is held.
        Err(_) => reasons.add(
            HoldCode::HeldByTag,
            format!("the tag `{HOLD_UNTIL}` is `{value}`, which is no time: write one as `2026-12-24T18:00:00Z`"),
        ),
    }
}

//! Guards over a change, and over all changes together.

use jiff::SignedDuration;

use super::super::HoldCode::*;
use super::super::{History, Reason, Since, Verdict};
use super::Row;
use super::scene::{FIRED, FREEZE, NANO, Scene, at};
use crate::operations::ecs_stop_service_deployment::LastRollback;
use crate::trigger::{AlarmState, AlarmStateSince};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) fn rows() -> Vec<Row> {
    [rows_by_age(), rows_by_state()].concat()
}

#[rustfmt::skip] // a table: one case, one line
fn rows_by_age() -> Vec<Row> {
    vec![
        (BeganAfterTrigger, "as the alarm fired", true, |s| s.began(at(FIRED))),
        (BeganAfterTrigger, "before the alarm fired", false, |s| s.began(at(FIRED) - NANO)),
        (BeganAfterTrigger, "after the alarm fired, and not begun to run", true, |s| { s.began(at(FIRED)); s.found().state = "PENDING".into() }),
        (BeganAfterTrigger, "nobody knows when", true, |s| { s.found().began_at = None; s.parameter("began-within: none") }),
        (BeganAfterTrigger, "by schedule nobody asks when", false, |s| { s.schedule(); s.found().began_at = None }),
        (BeganAfterTrigger, "after the alarm fired, before its suppression ended", true, |s| { released(s); s.began(at("21:40:00Z")) }),
        (BeganAfterTrigger, "before the alarm fired, which was told when its suppression ended", false, |s| { released(s); s.began(at("21:40:00Z") - NANO); s.history = history(&[("12:00:00Z", AlarmState::Ok)], None) }),
        (BeganAfterTrigger, "an update that is only planned", false, |s| { s.search(); planned_by_alarm(s) }),

        (BeganAfterTrigger, "an execution after the alarm fired that has not begun to run", true, |s| { s.ssm(); s.waits(); s.began(at(FIRED)) }),
        (BeganAfterTrigger, "an execution before the alarm fired that has not begun to run", false, |s| { s.ssm(); s.waits(); s.began(at(FIRED) - NANO) }),
        (BeganAfterTrigger, "an execution that has not begun to run, and nobody knows since when it waits", true, |s| { s.ssm(); s.waits(); s.found().began_at = None; s.parameter("began-within: none") }),

        (AlarmWasAlreadyFiring, "the state before is wanted too", true, |s| { s.when_alarm("state: [ALARM, INSUFFICIENT_DATA]"); s.alarm().previous = Some(state(AlarmState::InsufficientData, "21:50:00Z")) }),
        (AlarmWasAlreadyFiring, "the state before is as old as the change", false, |s| s.alarm().previous = Some(state(AlarmState::Ok, "21:50:00Z"))),
        (AlarmWasAlreadyFiring, "the state before is younger, and nobody asked what was before it", true, |s| s.alarm().previous = Some(state(AlarmState::Ok, "21:50:01Z"))),
        (AlarmWasAlreadyFiring, "nothing is told of before, and nobody asked", true, |s| s.alarm().previous = None),
        (AlarmWasAlreadyFiring, "it fired when the change began", true, |s| { s.alarm().previous = Some(state(AlarmState::Ok, "21:55:00Z")); s.history = flapping() }),
        (AlarmWasAlreadyFiring, "it fired as the change began", true, |s| { s.alarm().previous = None; s.began(at("21:45:00Z")); s.history = flapping() }),
        (AlarmWasAlreadyFiring, "it fired only after the change began", false, |s| { s.alarm().previous = None; s.began(at("21:45:00Z") - NANO); s.history = flapping() }),
        (AlarmWasAlreadyFiring, "the alarm is younger than the change", false, |s| { s.alarm().previous = None; s.history = history(&[("22:00:00Z", AlarmState::Alarm)], Some("21:50:00.000000001Z")) }),
        (AlarmWasAlreadyFiring, "the alarm is as old as the change, and its history does not reach back so far", true, |s| { s.alarm().previous = None; s.history = history(&[("22:00:00Z", AlarmState::Alarm)], Some("21:50:00Z")) }),
        (AlarmWasAlreadyFiring, "its history does not reach back so far", true, |s| { s.alarm().previous = None; s.history = history(&[("22:00:00Z", AlarmState::Alarm), ("21:50:00.000000001Z", AlarmState::Ok)], None) }),
        (AlarmWasAlreadyFiring, "its history reaches back just so far", false, |s| { s.alarm().previous = None; s.history = history(&[("22:00:00Z", AlarmState::Alarm), ("21:50:00Z", AlarmState::Ok)], None) }),
        (AlarmWasAlreadyFiring, "its history is empty", true, |s| { s.alarm().previous = None; s.history = history(&[], None) }),
        (AlarmWasAlreadyFiring, "the alarm was made anew, and the one before it fired", true, |s| { s.alarm().previous = None; s.history = history(&[("21:40:00Z", AlarmState::Alarm)], Some("21:55:00Z")) }),
        (AlarmWasAlreadyFiring, "a suppressed alarm whose history nobody asked for", true, |s| { released(s); s.began(at("21:30:00Z")) }),

        (BeganTooLongAgo, "two hours and a bit", true, |s| s.began(at(FIRED) - HOUR * 2 - NANO)),
        (BeganTooLongAgo, "two hours", false, |s| s.began(at(FIRED) - HOUR * 2)),
        (BeganTooLongAgo, "longer than the policy's own limit", true, |s| s.parameter("began-within: 9m")),
        (BeganTooLongAgo, "long ago, without a limit", false, |s| { s.began(at("13:00:00Z")); s.parameter("began-within: none") }),
        (BeganTooLongAgo, "an execution that has waited for two hours and a bit", true, |s| { s.ssm(); s.waits(); s.began(at(FIRED) - HOUR * 2 - NANO) }),
        (BeganTooLongAgo, "a schedule has no limit", false, |s| { s.schedule(); s.began(at("2026-01-01T00:00:00Z")) }),
        (BeganTooLongAgo, "a schedule with a limit, and nobody knows when", true, |s| { s.schedule(); s.found().began_at = None; s.parameter("began-within: 1h") }),

        (NotRunningLongEnough, "three hours but a bit", true, |s| { s.schedule(); s.parameter("running-for: 3h"); s.began(at(FIRED) - HOUR * 3 + NANO) }),
        (NotRunningLongEnough, "three hours", false, |s| { s.schedule(); s.parameter("running-for: 3h"); s.began(at(FIRED) - HOUR * 3) }),
        (NotRunningLongEnough, "nobody knows since when", true, |s| { s.schedule(); s.parameter("running-for: 3h"); s.found().began_at = None }),
        (NotRunningLongEnough, "an execution that has waited for three hours but a bit", true, |s| { s.schedule(); s.ssm(); s.parameter("running-for: 3h"); s.waits(); s.began(at(FIRED) - HOUR * 3 + NANO) }),
        (NotRunningLongEnough, "an execution that has waited for three hours", false, |s| { s.schedule(); s.ssm(); s.parameter("running-for: 3h"); s.waits(); s.began(at(FIRED) - HOUR * 3) }),
        (NotRunningLongEnough, "an update that has not begun", true, |s| { s.search(); s.parameter("running-for: 3h") }),

        (InFlightWhenFrozen, "before the freeze", true, |s| { s.freeze(); s.began(at(FREEZE) - NANO) }),
        (InFlightWhenFrozen, "as the freeze began", false, |s| { s.freeze(); s.began(at(FREEZE)) }),
        (InFlightWhenFrozen, "before the calendar of `during` closed", true, |s| { s.freeze(); s.more = "during: night".into(); s.began(at("21:00:00Z") - NANO) }),
        (InFlightWhenFrozen, "as the calendar of `during` closed", false, |s| { s.freeze(); s.more = "during: night".into(); s.began(at("21:00:00Z")) }),
        (InFlightWhenFrozen, "before the change calendar closed, and after that of `during`", true, |s| { s.change_calendar(true); s.more = "during: night".into(); s.since = Some(Since::At(at("21:30:00Z"))); s.began(at("21:30:00Z") - NANO) }),
        (InFlightWhenFrozen, "before the freeze, which stops what is in flight", false, |s| { s.freeze(); s.when = "freeze: { calendar: weekend, in-flight: stop }".into(); s.began(at(FREEZE) - NANO) }),
        (InFlightWhenFrozen, "nobody knows when", true, |s| { s.freeze(); s.found().began_at = None }),
        (InFlightWhenFrozen, "nobody knows when, and the freeze stops what is in flight", false, |s| { s.freeze(); s.when = "freeze: { calendar: weekend, in-flight: stop }".into(); s.found().began_at = None }),
        (InFlightWhenFrozen, "an update that is only planned", false, Scene::search),
        (InFlightWhenFrozen, "before the change calendar closed", true, |s| { s.change_calendar(true); s.began(at(FIRED) - NANO) }),
        (InFlightWhenFrozen, "an execution before the freeze that has not begun to run", false, |s| { s.freeze(); s.ssm(); s.waits(); s.began(at(FREEZE) - NANO) }),
        (InFlightWhenFrozen, "an execution that has not begun to run, and nobody knows since when it waits", false, |s| { s.freeze(); s.ssm(); s.waits(); s.found().began_at = None }),
        (InFlightWhenFrozen, "a deployment before the freeze that has not begun to run", false, |s| { s.freeze(); s.waits(); s.began(at(FREEZE) - NANO) }),
        (InFlightWhenFrozen, "the change calendar was closed when the change began", false, |s| { s.change_calendar(true); s.since = Some(Since::BeforeTheChange); s.began(at(FIRED) - HOUR) }),
        (InFlightWhenFrozen, "the change calendar has always been closed", false, |s| { s.change_calendar(true); s.since = Some(Since::Ever); s.began(at(FIRED) - HOUR) }),
        (InFlightWhenFrozen, "nobody knows since when the change calendar is closed", true, |s| { s.change_calendar(true); s.since = Some(Since::Unknown) }),
        (InFlightWhenFrozen, "nobody knows since when the change calendar is closed, and it stops what is in flight", false, |s| { s.change_calendar(true); s.since = Some(Since::Unknown); s.when = "change-calendar: { calendar: year-end, in-flight: stop }".into() }),
        (InFlightWhenFrozen, "nobody knows since when the change calendar is closed, and the deployment has not begun to run", false, |s| { s.change_calendar(true); s.since = Some(Since::Unknown); s.waits() }),
    ]
}

#[rustfmt::skip] // a table: one case, one line
fn rows_by_state() -> Vec<Row> {
    vec![
        (AlreadyStopping, "a stop was requested", true, |s| s.found().state = "STOP_REQUESTED".into()),
        (AlreadyStopping, "a rollback was requested", true, |s| s.found().state = "ROLLBACK_REQUESTED".into()),
        (AlreadyStopping, "a rollback runs", true, |s| s.found().state = "ROLLBACK_IN_PROGRESS".into()),
        (AlreadyStopping, "pending", false, |s| s.found().state = "PENDING".into()),
        (AlreadyStopping, "a maintenance window is cancelled", true, |s| { s.ssm(); s.found().state = "CANCELLING".into() }),
        (AlreadyStopping, "a maintenance window runs", false, Scene::ssm),
        (AlreadyStopping, "a Proton deployment is cancelled", true, |s| { s.proton(); s.found().state = "CANCELLING".into() }),
        (AlreadyStopping, "a Proton deployment runs", false, Scene::proton),

        (IsItselfARollback, "the event says so", true, |s| s.begins(true)),
        (IsItselfARollback, "the event says so of another service", false, |s| { s.begins(true); s.action = s.action.replace("checkout", "*"); s.announced().names.insert("service", "cart".into()); }),
        (IsItselfARollback, "the event says so of another change of the service", false, |s| { s.begins(true); s.announced().change = Some("another".into()) }),
        (IsItselfARollback, "the event says so of just this change", true, |s| { s.begins(true); s.announced().change = Some("it".into()) }),
        (IsItselfARollback, "ECS says so", true, |s| s.found().ecs.is_rollback = true),
        (IsItselfARollback, "ECS says so of one that has not begun to run", true, |s| { s.found().ecs.is_rollback = true; s.waits() }),
        (AlreadyStopping, "ECS rolls it back, as it says itself", true, |s| { s.found().ecs.is_rollback = true; s.found().state = "ROLLBACK_IN_PROGRESS".into() }),
        (IsItselfARollback, "the event does not say so", false, |s| s.begins(false)),

        (RollingBackNatively, "its circuit breaker has triggered, and it rolls back", true, |s| { s.found().state = "ROLLBACK_IN_PROGRESS".into(); s.found().ecs.triggered_natively = true }),
        (RollingBackNatively, "its circuit breaker has triggered, and a rollback is requested", true, |s| { s.found().state = "ROLLBACK_REQUESTED".into(); s.found().ecs.triggered_natively = true }),
        (RollingBackNatively, "its circuit breaker has triggered, and it goes on", false, |s| s.found().ecs.triggered_natively = true),

        (RecentlyRolledBack, "half an hour but a bit", true, |s| s.found().ecs.last_rolled_back_at = LastRollback::At(at("21:30:00Z") + NANO)),
        (RecentlyRolledBack, "half an hour", false, |s| s.found().ecs.last_rolled_back_at = LastRollback::At(at("21:30:00Z"))),
        (RecentlyRolledBack, "by a clock that is ahead of ours", true, |s| s.found().ecs.last_rolled_back_at = LastRollback::At(at("22:00:01Z"))),
        (RecentlyRolledBack, "just now, and the policy does not mind", false, |s| { s.found().ecs.last_rolled_back_at = LastRollback::At(at(FIRED)); s.more = "settle: none".into() }),
        (RecentlyRolledBack, "less than the policy's own time", true, |s| { s.found().ecs.last_rolled_back_at = LastRollback::At(at("21:01:00Z")); s.more = "settle: 1h".into() }),

        (NothingToRollBackTo, "a first deployment", true, |s| s.found().ecs.has_source_revision = false),
        (NothingToRollBackTo, "a first deployment that is aborted", false, |s| { s.found().ecs.has_source_revision = false; s.parameter("stop-type: abort") }),

        (UnsupportedController, "CodeDeploy", true, |s| s.found().ecs.controller = Some("CODE_DEPLOY".into())),
        (UnsupportedController, "something outside", true, |s| s.found().ecs.controller = Some("EXTERNAL".into())),
        (UnsupportedController, "ECS", false, |s| s.found().ecs.controller = Some("ECS".into())),

        (NotInAStoppableState, "a deployment that cleans up", true, |s| s.found().ecs.lifecycle_stage = Some("CLEAN_UP".into())),
        (NotInAStoppableState, "a deployment that bakes", false, |s| s.found().ecs.lifecycle_stage = Some("BAKE_TIME".into())),
        (NotInAStoppableState, "a paused deployment that is to be left", true, |s| { s.found().ecs.paused_at = Some("approve".into()); s.parameter("paused: leave") }),
        (NotInAStoppableState, "a paused deployment", false, |s| s.found().ecs.paused_at = Some("approve".into())),
        (NotInAStoppableState, "a deployment that succeeded", true, |s| s.found().state = "SUCCESSFUL".into()),
        (NotInAStoppableState, "a deployment that was rolled back by itself", true, |s| { s.found().state = "ROLLBACK_SUCCESSFUL".into(); s.found().ecs.triggered_natively = true }),
        (NotInAStoppableState, "a state that nobody knows", true, |s| s.found().state = "STOP_IN_PROGRESS".into()),
        (NotInAStoppableState, "no state", true, |s| s.found().state = String::new()),
        (NotInAStoppableState, "an execution that is over", true, |s| { s.ssm(); s.found().state = "SUCCESS".into() }),
        (NotInAStoppableState, "an execution that waits", false, |s| { s.ssm(); s.found().state = "PENDING".into() }),
        (NotInAStoppableState, "an update that runs", true, |s| { s.search(); s.found().state = "IN_PROGRESS".into() }),
        (NotInAStoppableState, "an update that nobody asked for", true, |s| { s.search(); s.found().state = "ELIGIBLE".into() }),
        (NotInAStoppableState, "a Proton deployment that failed", true, |s| { s.proton(); s.found().state = "FAILED".into() }),

        (NotCancellable, "OpenSearch says no", true, |s| { s.search(); s.found().search.cancellable = false }),
        (NotCancellable, "OpenSearch says yes", false, Scene::search),

        (PastAutomatedUpdateDate, "as the date comes", true, |s| { s.search(); s.found().search.automated_update_at = Some(at(FIRED)) }),
        (PastAutomatedUpdateDate, "before the date", false, |s| { s.search(); s.found().search.automated_update_at = Some(at(FIRED) + NANO) }),
        (PastAutomatedUpdateDate, "an optional update has none", false, Scene::search),

        (TooNearMandatoryDeadline, "a week but a bit", true, |s| s.search_required(Some(at(FIRED) + WEEK - NANO))),
        (TooNearMandatoryDeadline, "a week", false, |s| s.search_required(Some(at(FIRED) + WEEK))),
        (TooNearMandatoryDeadline, "nobody knows by when", true, |s| s.search_required(None)),
        (TooNearMandatoryDeadline, "a day, and the policy keeps clear of less", false, |s| { s.search_required(Some(at(FIRED) + HOUR * 24)); s.parameter("keep-clear-of-deadline: 23h") }),
        (TooNearMandatoryDeadline, "a day, of an update that is not required", false, |s| { s.search_required(Some(at(FIRED) + HOUR * 24)); s.found().search.is_required = false }),

        (TooManyChanges, "four", true, |s| s.others = vec![Verdict::Stop; 3]),
        (TooManyChanges, "three", false, |s| s.others = vec![Verdict::Stop; 2]),
        (TooManyChanges, "four, of which three are stopping already", true, |s| s.others = vec![stopping(); 3]),
        (TooManyChanges, "one more than the policy's own limit", true, |s| { s.others = vec![Verdict::Stop]; s.more = "limit: { changes: 1 }".into() }),
        (TooManyChanges, "many, without a limit", false, |s| { s.others = vec![Verdict::Stop; 1_000]; s.more = "limit: { changes: none }".into() }),
    ]
}

fn state(value: AlarmState, since: &str) -> AlarmStateSince {
    AlarmStateSince {
        value,
        since: at(since),
    }
}

/// The alarm fired at 21:40, and now its suppression has ended.
fn released(scene: &mut Scene) {
    scene.alarm().previous = Some(state(AlarmState::Alarm, "21:40:00Z"));
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is asked for, which is not a matter of course"
)]
fn history(states: &[(&str, AlarmState)], created_at: Option<&str>) -> Option<History> {
    Some(History {
        states: states.iter().map(|(since, it)| (at(since), *it)).collect(),
        created_at: created_at.map(at),
    })
}

/// As AWS gives it: the newest first.
fn flapping() -> Option<History> {
    let states = [
        (FIRED, AlarmState::Alarm),
        ("21:55:00Z", AlarmState::Ok),
        ("21:45:00Z", AlarmState::Alarm),
        ("12:00:00Z", AlarmState::Ok),
    ];
    history(&states, None)
}

fn planned_by_alarm(scene: &mut Scene) {
    let default = Scene::default();
    (scene.when, scene.trigger) = (default.when, default.trigger);
}

fn stopping() -> Verdict {
    Verdict::Hold(vec![Reason {
        code: AlreadyStopping,
        text: String::new(),
    }])
}

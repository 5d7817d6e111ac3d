//! Look-ups in CloudWatch: an alarm's current state, how many alarms fire with it, and its history.

use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use aws_sdk_cloudwatch::operation::describe_alarms::builders::DescribeAlarmsFluentBuilder;
use aws_sdk_cloudwatch::types::{AlarmType, HistoryItemType, StateValue};
use aws_smithy_types::DateTime;
use countermand_core::failure::CallFailure;
use countermand_core::name::Pattern;
use countermand_core::policy::{AlarmWhen, Policy};
use countermand_core::trigger::AlarmState;
use countermand_core::verdict::{AlarmNow, History};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::failure::failure;
use crate::services::ReadClients;

/// Without a list of types, AWS returns only metric alarms.
const EVERY_TYPE: [AlarmType; 3] = [
    AlarmType::CompositeAlarm,
    AlarmType::LogAlarm,
    AlarmType::MetricAlarm,
];

/// The alarm's current state; `None` if there is no alarm of this name.
pub(super) async fn now(name: &str, aws: &ReadClients) -> Result<Option<AlarmNow>, CallFailure> {
    let answer = describe(aws)
        .alarm_names(name)
        .send()
        .await
        .map_err(failure("cloudwatch:DescribeAlarms"))?;
    let found = alarms(&answer).next();
    Ok(found.and_then(|alarm| {
        Some(AlarmNow {
            state: known(alarm.state?)?,
            actions_enabled: alarm.actions_enabled.unwrap_or(true),
        })
    }))
}

/// How many alarms that match the policy are in one of its states. A policy for a single alarm or without a limit does
/// not need the number, and makes no call.
pub(super) async fn firing(
    when: &AlarmWhen,
    policy: &Policy,
    aws: &ReadClients,
) -> Result<usize, CallFailure> {
    if when.is_one_alarm() || policy.limit.alarms.is_lifted() {
        return Ok(0);
    }
    let asked = when.name.iter().flat_map(|name| {
        when.state
            .iter()
            .map(move |state| in_state(name, *state, aws))
    });
    let mut names = try_join_all(asked).await?.concat();
    names.sort_unstable();
    names.dedup();
    Ok(names.len())
}

/// The alarm's states since `since`. If it has not changed in that time, its state was what it is `now`.
pub(super) async fn history(
    name: &str,
    since: Timestamp,
    now: Option<AlarmState>,
    aws: &ReadClients,
) -> Result<History, CallFailure> {
    let history = aws.cloudwatch().describe_alarm_history().alarm_name(name);
    let history = history.history_item_type(HistoryItemType::StateUpdate);
    let history = history.set_alarm_types(Some(EVERY_TYPE.to_vec()));
    let history = history.start_date(DateTime::from_secs(since.as_second()));
    let pages = history.max_records(100).into_paginator();
    let items = pages
        .items()
        .send()
        .try_collect()
        .await
        .map_err(failure("cloudwatch:DescribeAlarmHistory"))?;
    let mut changes = Vec::new();
    for item in &items {
        let at = item
            .timestamp()
            .and_then(|at| Timestamp::new(at.secs(), 0).ok());
        match at.zip(item.history_data().and_then(change_of_state)) {
            Some((at, (before, after))) => changes.push((at, before, after)),
            // The item that cannot be read may be the one that matters: then nothing is known.
            None => return Ok(History::default()),
        }
    }
    changes.sort_by_key(|(at, ..)| *at);
    // The old state of the first change is the state at the beginning.
    let first = changes.first().map(|(_, before, _)| *before).or(now);
    let first = first.map(|state| (since, state));
    let later = changes.iter().map(|(at, _, after)| (*at, *after));
    Ok(History {
        states: first.into_iter().chain(later).collect(),
        created_at: None,
    })
}

async fn in_state(
    name: &Pattern,
    state: AlarmState,
    aws: &ReadClients,
) -> Result<Vec<String>, CallFailure> {
    let describe = describe(aws)
        .state_value(StateValue::from(state.as_str()))
        .set_alarm_name_prefix(name.literal_prefix().map(str::to_owned))
        .max_records(100);
    let mut pages = describe.into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(failure("cloudwatch:DescribeAlarms"))?;
        let found = alarms(&page).filter_map(|alarm| alarm.name);
        names.extend(found.filter(|it| name.matches(it)).map(str::to_owned));
    }
    Ok(names)
}

fn describe(aws: &ReadClients) -> DescribeAlarmsFluentBuilder {
    aws.cloudwatch()
        .describe_alarms()
        .set_alarm_types(Some(EVERY_TYPE.to_vec()))
}

/// The fields that all types of alarms share.
struct Alarm<'a> {
    name: Option<&'a str>,
    state: Option<&'a StateValue>,
    actions_enabled: Option<bool>,
}

macro_rules! each {
    ($alarms:expr) => {
        $alarms.iter().map(|it| Alarm {
            name: it.alarm_name(),
            state: it.state_value(),
            actions_enabled: it.actions_enabled(),
        })
    };
}

fn alarms(answer: &DescribeAlarmsOutput) -> impl Iterator<Item = Alarm<'_>> {
    each!(answer.metric_alarms())
        .chain(each!(answer.composite_alarms()))
        .chain(each!(answer.log_alarms()))
}

fn known(state: &StateValue) -> Option<AlarmState> {
    AlarmState::ALL
        .into_iter()
        .find(|it| it.as_str() == state.as_str())
}

/// The old and the new state.
fn change_of_state(data: &str) -> Option<(AlarmState, AlarmState)> {
    let data: serde_json::Value = serde_json::from_str(data).ok()?;
    let state = |key: &str| {
        let value = data.get(key)?.get("stateValue")?.as_str()?;
        AlarmState::ALL.into_iter().find(|it| it.as_str() == value)
    };
    Some((state("oldState")?, state("newState")?))
}

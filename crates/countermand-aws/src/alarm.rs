//! What only CloudWatch can tell of an alarm: how it is now, how many fire with it, and how it was.

use aws_sdk_cloudwatch::types::{AlarmType, HistoryItemType, StateValue};
use aws_smithy_types::DateTime;
use countermand_core::policy::{AlarmWhen, Policy};
use countermand_core::trigger::{AlarmChanged, AlarmState};
use countermand_core::verdict::{AlarmNow, History, Seen};
use futures_util::future::{join_all, try_join};
use jiff::Timestamp;

use crate::{Aws, Trouble};

/// The reads that run beside the find: this alarm by its name and, for a pattern, the alarms that fire with it.
pub(crate) async fn seen(
    alarm: &AlarmChanged,
    when: &AlarmWhen,
    policy: &Policy,
    aws: &Aws,
) -> Result<Seen, Trouble> {
    let count = async {
        if when.is_one_alarm() || policy.limit.alarms.is_lifted() {
            return Ok(0);
        }
        firing(when, aws).await
    };
    let (alarm, firing) = try_join(now(&alarm.name, aws), count).await?;
    Ok(Seen {
        alarm,
        firing,
        calendar: None,
    })
}

/// The alarm's states since `since`. Where AWS tells nothing of that time, nor is anything said here.
pub(crate) async fn history(name: &str, since: Timestamp, aws: &Aws) -> Result<History, Trouble> {
    let history = aws.cloudwatch().describe_alarm_history().alarm_name(name);
    let history = history.history_item_type(HistoryItemType::StateUpdate);
    let history = history.start_date(DateTime::from_secs(since.as_second()));
    let pages = history.max_records(100).into_paginator();
    let items = pages.items().send().try_collect().await;
    let items = items.map_err(|error| Trouble::of("cloudwatch:DescribeAlarmHistory", &error))?;
    let mut changes = Vec::new();
    for item in &items {
        let at = item
            .timestamp()
            .and_then(|at| Timestamp::new(at.secs(), 0).ok());
        match at.zip(item.history_data().and_then(change_of_state)) {
            Some((at, (before, after))) => changes.push((at, before, after)),
            // What cannot be read may be the one that matters.
            None => return Ok(History::default()),
        }
    }
    changes.sort_by_key(|(at, ..)| *at);
    // What it changed from first is what it was in at the beginning.
    let first = changes.first().map(|(_, before, _)| (since, *before));
    let later = changes.iter().map(|(at, _, after)| (*at, *after));
    Ok(History {
        states: first.into_iter().chain(later).collect(),
        created_at: None,
    })
}

async fn now(name: &str, aws: &Aws) -> Result<Option<AlarmNow>, Trouble> {
    let describe = aws.cloudwatch().describe_alarms().alarm_names(name);
    let describe = describe
        .alarm_types(AlarmType::MetricAlarm)
        .alarm_types(AlarmType::CompositeAlarm);
    let answer = describe
        .send()
        .await
        .map_err(|error| Trouble::of("cloudwatch:DescribeAlarms", &error))?;
    let metric = answer
        .metric_alarms()
        .iter()
        .map(|it| (it.state_value(), it.actions_enabled()));
    let composite = answer
        .composite_alarms()
        .iter()
        .map(|it| (it.state_value(), it.actions_enabled()));
    let found = metric.chain(composite).next();
    Ok(found.and_then(|(state, enabled)| {
        Some(AlarmNow {
            state: known(state?)?,
            actions_enabled: enabled.unwrap_or(true),
        })
    }))
}

async fn firing(when: &AlarmWhen, aws: &Aws) -> Result<usize, Trouble> {
    let asked = when
        .name
        .iter()
        .flat_map(|name| when.state.iter().map(move |state| (name, state)));
    let asked = asked.map(|(name, state)| async move {
        let describe = aws
            .cloudwatch()
            .describe_alarms()
            .state_value(StateValue::from(state.as_str()));
        let describe = describe
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm);
        let describe = describe
            .set_alarm_name_prefix(name.literal_prefix().map(str::to_owned))
            .max_records(100);
        let mut pages = describe.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Trouble::of("cloudwatch:DescribeAlarms", &error))?;
            let metric = page.metric_alarms().iter().filter_map(|it| it.alarm_name());
            let composite = page
                .composite_alarms()
                .iter()
                .filter_map(|it| it.alarm_name());
            names.extend(
                metric
                    .chain(composite)
                    .filter(|it| name.matches(it))
                    .map(str::to_owned),
            );
        }
        Ok(names)
    });
    let mut names = Vec::new();
    for answer in join_all(asked).await {
        names.extend(answer?);
    }
    names.sort_unstable();
    names.dedup();
    Ok(names.len())
}

fn known(state: &StateValue) -> Option<AlarmState> {
    AlarmState::ALL
        .into_iter()
        .find(|it| it.as_str() == state.as_str())
}

/// From which state to which.
fn change_of_state(data: &str) -> Option<(AlarmState, AlarmState)> {
    let data: serde_json::Value = serde_json::from_str(data).ok()?;
    let state = |key: &str| {
        let value = data.get(key)?.get("stateValue")?.as_str()?;
        AlarmState::ALL.into_iter().find(|it| it.as_str() == value)
    };
    Some((state("oldState")?, state("newState")?))
}

//! CloudWatch over CBOR and JSON: the state of alarms and its history.

mod world;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

pub use world::{CloudWatchAlarm, CloudWatchAlarmKind, CloudWatchHistoryItem, CloudWatchWorld};

use crate::api::{
    ApiError, ApiOperation, ApiResult, ApiRouting, PublishedRate, ServiceApi, merged, present, read,
};
use crate::arns::{arns, text, texts};
use crate::page::page;
use crate::wire::{epoch, from_epoch};
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "cloudwatch",
    iam_name: "cloudwatch",
    routing: ApiRouting::Target("GraniteServiceVersion20100801"),
    operations: &[
        ApiOperation {
            name: "DescribeAlarms",
            resources: alarm_arns,
            answer: describe_alarms,
        },
        ApiOperation {
            name: "DescribeAlarmHistory",
            resources: alarm_arns,
            answer: describe_history,
        },
    ],
    throttled: "ThrottlingException",
    broken: "InternalServiceFault",
    statuses: &[("AccessDeniedException", 403)],
    query_codes: Some(&[]),
    // No burst is published.
    rates: &[PublishedRate {
        operations: &["DescribeAlarms"],
        burst: 9.0,
        per_second: 9.0,
    }],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeAlarms {
    alarm_names: Option<Vec<String>>,
    alarm_name_prefix: Option<String>,
    alarm_types: Option<Vec<String>>,
    state_value: Option<String>,
    max_records: Option<i64>,
    next_token: Option<String>,
}

fn describe_alarms(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeAlarms = read(input)?;
    if asked.alarm_names.is_some() && asked.alarm_name_prefix.is_some() {
        return Err(ApiError::new(
            "InvalidParameterCombination",
            "AlarmNames and AlarmNamePrefix cannot be used together.",
        ));
    }
    if asked
        .alarm_names
        .as_ref()
        .is_some_and(|names| names.len() > 100)
    {
        return Err(invalid("AlarmNames must have at most 100 members."));
    }
    let types = wanted_types(asked.alarm_types)?;
    let mut found: Vec<_> = world
        .cloudwatch
        .alarms
        .iter()
        .filter(|alarm| types.iter().any(|name| name == alarm.kind.name()))
        .filter(|alarm| {
            asked
                .alarm_names
                .as_ref()
                .is_none_or(|names| names.contains(&alarm.name))
        })
        .filter(|alarm| {
            asked
                .alarm_name_prefix
                .as_ref()
                .is_none_or(|prefix| alarm.name.starts_with(prefix))
        })
        .filter(|alarm| {
            asked
                .state_value
                .as_ref()
                .is_none_or(|state| *state == alarm.state)
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let (found, next) = paged(
        found,
        asked.max_records,
        50,
        asked.next_token.as_deref(),
        input,
    )?;
    let of = |kind| {
        found
            .iter()
            .filter(|alarm| alarm.kind == kind)
            .map(|alarm| describe(world, alarm))
            .collect::<Vec<_>>()
    };
    Ok(present(json!({
        "MetricAlarms": of(CloudWatchAlarmKind::Metric), "CompositeAlarms": of(CloudWatchAlarmKind::Composite), "LogAlarms": of(CloudWatchAlarmKind::Log), "NextToken": next,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeAlarmHistory {
    alarm_name: Option<String>,
    alarm_types: Option<Vec<String>>,
    history_item_type: Option<String>,
    start_date: Option<f64>,
    end_date: Option<f64>,
    max_records: Option<i64>,
    next_token: Option<String>,
    scan_by: Option<String>,
}

fn describe_history(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let asked: DescribeAlarmHistory = read(input)?;
    let types = wanted_types(asked.alarm_types)?;
    let from = asked
        .start_date
        .and_then(from_epoch)
        .unwrap_or(Timestamp::MIN);
    let until = asked
        .end_date
        .and_then(from_epoch)
        .unwrap_or(Timestamp::MAX);
    // The double has no other kind of history than state changes.
    let wants_states = asked
        .history_item_type
        .is_none_or(|kind| kind == "StateUpdate");
    let alarms = world.cloudwatch.alarms.iter().filter(|alarm| {
        wants_states
            && types.iter().any(|name| name == alarm.kind.name())
            && asked
                .alarm_name
                .as_ref()
                .is_none_or(|name| *name == alarm.name)
    });
    let items = alarms.flat_map(|alarm| alarm.history.iter().map(move |item| (alarm, item)));
    let mut items: Vec<_> = items
        .filter(|(_, item)| (from..=until).contains(&item.changed_at))
        .collect();
    items.sort_by_key(|(_, item)| item.changed_at);
    if asked
        .scan_by
        .is_none_or(|order| order == "TimestampDescending")
    {
        items.reverse();
    }
    let (items, next) = paged(
        items,
        asked.max_records,
        100,
        asked.next_token.as_deref(),
        input,
    )?;
    let items: Vec<_> = items
        .into_iter()
        .map(|(alarm, item)| history_item(alarm, item))
        .collect();
    Ok(present(
        json!({"AlarmHistoryItems": items, "NextToken": next}),
    ))
}

fn describe(world: &World, alarm: &CloudWatchAlarm) -> Value {
    let dimensions: Vec<_> = alarm
        .dimensions
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect();
    let described = json!({
        "AlarmName": alarm.name, "AlarmArn": world.arn("cloudwatch", &format!("alarm:{}", alarm.name)),
        "AlarmConfigurationUpdatedTimestamp": epoch(alarm.updated_at), "ActionsEnabled": alarm.actions_enabled,
        "OKActions": [], "AlarmActions": [], "InsufficientDataActions": [],
        "StateValue": alarm.state, "StateReason": alarm.reason,
        "StateUpdatedTimestamp": epoch(alarm.updated_at), "StateTransitionedTimestamp": epoch(alarm.updated_at),
    });
    let own = match alarm.kind {
        CloudWatchAlarmKind::Metric => json!({
            "MetricName": "HTTPCode_Target_5XX_Count", "Namespace": "AWS/ApplicationELB", "Statistic": "Sum", "Dimensions": dimensions,
            "Period": 60, "EvaluationPeriods": 1, "Threshold": 10.0, "ComparisonOperator": "GreaterThanThreshold",
        }),
        CloudWatchAlarmKind::Composite => json!({
            "AlarmRule": alarm.rule.as_deref().unwrap_or("FALSE"), "ActionsSuppressedBy": alarm.suppressed_by,
        }),
        CloudWatchAlarmKind::Log => {
            json!({"Threshold": 10.0, "ComparisonOperator": "GreaterThanThreshold", "QueryResultsToEvaluate": 1, "QueryResultsToAlarm": 1})
        }
    };
    present(merged(described, own))
}

fn history_item(alarm: &CloudWatchAlarm, item: &CloudWatchHistoryItem) -> Value {
    let data = json!({
        "version": "1.0",
        "oldState": {"stateValue": item.from, "stateReason": ""},
        "newState": {"stateValue": item.to, "stateReason": item.reason},
    });
    json!({
        "AlarmName": alarm.name, "AlarmType": alarm.kind.name(), "Timestamp": epoch(item.changed_at), "HistoryItemType": "StateUpdate",
        "HistorySummary": format!("Alarm updated from {} to {}", item.from, item.to), "HistoryData": data.to_string(),
    })
}

impl CloudWatchAlarmKind {
    fn name(self) -> &'static str {
        match self {
            Self::Metric => "MetricAlarm",
            Self::Composite => "CompositeAlarm",
            Self::Log => "LogAlarm",
        }
    }
}

/// To read composite alarms, a caller has to be allowed to read all alarms.
fn alarm_arns(world: &World, input: &Value) -> Vec<String> {
    let has_other_kinds = texts(input, "AlarmTypes").any(|kind| kind != "MetricAlarm");
    let names = texts(input, "AlarmNames").chain(text(input, "AlarmName"));
    let names = names.filter(|_| !has_other_kinds);
    arns(world, "cloudwatch", names, |name| format!("alarm:{name}"))
}

/// A call that names no types is answered with metric alarms only.
fn wanted_types(asked: Option<Vec<String>>) -> Result<Vec<String>, ApiError> {
    let types = asked
        .filter(|types| !types.is_empty())
        .unwrap_or_else(|| vec!["MetricAlarm".to_owned()]);
    match types
        .iter()
        .find(|kind| !["MetricAlarm", "CompositeAlarm", "LogAlarm"].contains(&kind.as_str()))
    {
        Some(unknown) => Err(invalid(&format!(
            "AlarmTypes has the unknown member {unknown}."
        ))),
        None => Ok(types),
    }
}

fn paged<T>(
    all: Vec<T>,
    size: Option<i64>,
    default: usize,
    token: Option<&str>,
    input: &Value,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let size = size
        .map_or(Some(default), |size| usize::try_from(size).ok())
        .filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("MaxRecords must be between 1 and 100."))?;
    page(all, size, token, input)
        .map_err(|_| ApiError::new("InvalidNextToken", "The next token specified is invalid."))
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("ValidationError", message)
}

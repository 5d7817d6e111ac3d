//! CloudWatch over CBOR and JSON: the state of alarms and its history.

mod world;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

pub use world::{CloudWatchAlarm, CloudWatchAlarmKind, CloudWatchHistoryItem, CloudWatchWorld};

use crate::api::{ApiError, ApiResult, ApiRouting, ServiceApi, merged, operations, pairs, present};
use crate::arns::{arns, text, texts};
use crate::page::PageRule;
use crate::wire::{epoch, from_epoch};
use crate::world::World;

pub(crate) const API: ServiceApi = ServiceApi {
    name: "cloudwatch",
    iam_name: "cloudwatch",
    routing: ApiRouting::Target("GraniteServiceVersion20100801"),
    operations: operations! {
        "DescribeAlarms" on alarm_arns => describe_alarms,
        "DescribeAlarmHistory" on alarm_arns => describe_history,
    },
    throttled: "ThrottlingException",
    broken: "InternalServiceFault",
    statuses: &[("AccessDeniedException", 403)],
    query_codes: Some(&[]),
    // No burst is published.
    rates: &[(&["DescribeAlarms"], 9.0, 9.0)],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DescribeAlarms {
    alarm_names: Option<Vec<String>>,
    alarm_name_prefix: Option<String>,
    alarm_types: Option<Vec<String>>,
    state_value: Option<String>,
}

const PAGES: PageRule = PageRule {
    size: "MaxRecords",
    default: 50,
    least: 1,
    most: 100,
    token: "NextToken",
    bad_size: ("ValidationError", "MaxRecords must be between 1 and 100."),
    bad_token: ("InvalidNextToken", "The next token specified is invalid."),
};

fn describe_alarms(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let (asked, page): (DescribeAlarms, _) = PAGES.read(input)?;
    if asked.alarm_names.is_some() && asked.alarm_name_prefix.is_some() {
        return Err(ApiError::new(
            "InvalidParameterCombination",
            "AlarmNames and AlarmNamePrefix cannot be used together.",
        ));
    }
    let (names, prefix) = (asked.alarm_names.as_ref(), asked.alarm_name_prefix.as_ref());
    let state = asked.state_value.as_ref();
    if names.is_some_and(|names| names.len() > 100) {
        return Err(invalid("AlarmNames must have at most 100 members."));
    }
    let types = wanted_types(asked.alarm_types)?;
    let found = world.cloudwatch.alarms.iter().filter(|alarm| {
        types.iter().any(|name| name == alarm.kind.name())
            && names.is_none_or(|it| it.contains(&alarm.name))
            && prefix.is_none_or(|it| alarm.name.starts_with(it))
            && state.is_none_or(|it| *it == alarm.state)
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|alarm| &alarm.name);
    let (found, next) = page.cut(found)?;
    let of = |kind| {
        let alarms = found.iter().filter(|alarm| alarm.kind == kind);
        let alarms = alarms.map(|alarm| describe(world, alarm));
        alarms.collect::<Vec<_>>()
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
    scan_by: Option<String>,
}

fn describe_history(world: &mut World, _: Timestamp, input: &Value) -> ApiResult {
    let rule = PageRule {
        default: 100,
        ..PAGES
    };
    let (asked, page): (DescribeAlarmHistory, _) = rule.read(input)?;
    let types = wanted_types(asked.alarm_types)?;
    let from = asked.start_date.and_then(from_epoch);
    let until = asked.end_date.and_then(from_epoch);
    let time = from.unwrap_or(Timestamp::MIN)..=until.unwrap_or(Timestamp::MAX);
    // The double has no other kind of history than state changes.
    let kind = asked.history_item_type;
    let wants_states = kind.is_none_or(|it| it == "StateUpdate");
    let name = asked.alarm_name.as_ref();
    let alarms = world.cloudwatch.alarms.iter().filter(|alarm| {
        wants_states
            && types.iter().any(|name| name == alarm.kind.name())
            && name.is_none_or(|name| *name == alarm.name)
    });
    let items = alarms.flat_map(|alarm| alarm.history.iter().map(move |item| (alarm, item)));
    let items = items.filter(|(_, item)| time.contains(&item.changed_at));
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|(_, item)| item.changed_at);
    let order = asked.scan_by;
    if order.is_none_or(|it| it == "TimestampDescending") {
        items.reverse();
    }
    let items = items.into_iter();
    page.answer(
        "AlarmHistoryItems",
        items.map(|(alarm, item)| history_item(alarm, item)),
    )
}

fn describe(world: &World, alarm: &CloudWatchAlarm) -> Value {
    let dimensions = pairs(&alarm.dimensions, ["Name", "Value"]);
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
    let types = asked.filter(|types| !types.is_empty());
    let types = types.unwrap_or_else(|| vec!["MetricAlarm".to_owned()]);
    let known = ["MetricAlarm", "CompositeAlarm", "LogAlarm"];
    match types.iter().find(|it| !known.contains(&it.as_str())) {
        Some(unknown) => Err(invalid(&format!(
            "AlarmTypes has the unknown member {unknown}."
        ))),
        None => Ok(types),
    }
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("ValidationError", message)
}

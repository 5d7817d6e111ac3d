//! Metrics in CloudWatch's embedded metric format: CloudWatch extracts them from the log, without an API call.

use countermand_core::record::{Metric, Unit};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

const NAMESPACE: &str = "Countermand";
/// The limit of one log line.
const MOST: usize = 100;

/// The members that a log line gets.
pub(crate) type EmbeddedMetrics = Map<String, Value>;

pub(crate) fn embedded(metrics: &[Metric], at: Timestamp) -> Option<EmbeddedMetrics> {
    let metrics = metrics.get(..MOST).unwrap_or(metrics);
    if metrics.is_empty() {
        return None;
    }
    let names = metrics.iter().map(|it| {
        let unit = match it.unit {
            Unit::Count => "Count",
            Unit::Seconds => "Seconds",
        };
        json!({ "Name": it.name, "Unit": unit })
    });
    let directive = json!({
        "Namespace": NAMESPACE,
        "Dimensions": [[]],
        "Metrics": names.collect::<Vec<_>>(),
    });
    let about = json!({ "Timestamp": at.as_millisecond(), "CloudWatchMetrics": [directive] });
    let values = metrics.iter();
    let values = values.map(|it| (it.name.clone(), json!(it.value)));
    Some(
        [("_aws".to_owned(), about)]
            .into_iter()
            .chain(values)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_members_that_the_directive_names() {
        let figure = |name: &str, unit, value| Metric {
            name: name.to_owned(),
            unit,
            value,
        };
        let metrics = [
            figure("Stopped", Unit::Count, 2.0),
            figure("SecondsToStop", Unit::Seconds, 14.5),
        ];
        let at = Timestamp::from_second(1).unwrap();
        let wanted = json!({
            "_aws": { "Timestamp": 1000, "CloudWatchMetrics": [{
                "Namespace": "Countermand",
                "Dimensions": [[]],
                "Metrics": [{ "Name": "Stopped", "Unit": "Count" }, { "Name": "SecondsToStop", "Unit": "Seconds" }],
            }]},
            "Stopped": 2.0,
            "SecondsToStop": 14.5,
        });
        assert_eq!(embedded(&metrics, at).map(Value::Object), Some(wanted));
        assert_eq!(embedded(&[], at), None);
    }
}

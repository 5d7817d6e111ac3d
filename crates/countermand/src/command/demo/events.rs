//! The events that AWS sends in the story.

use countermand_core::verdict::Home;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A CloudWatch alarm fires, after a day in the state `OK`.
pub(super) fn alarm(service: &str, fired_at: Timestamp, home: &Home) -> Value {
    let name = format!("{service}-5xx");
    let inner = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
    let fine_since = fired_at.saturating_sub(SignedDuration::from_hours(24));
    let detail = json!({
        "alarmName": name,
        "state": {
            "value": "ALARM",
            "reason": "Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (1.0)",
            "timestamp": inner(fired_at),
        },
        "previousState": {
            "value": "OK",
            "reason": "Threshold Crossed: no datapoint was greater than the threshold (1.0)",
            "timestamp": inner(fine_since.unwrap_or(fired_at)),
        },
        "configuration": { "metrics": [] },
    });
    let kind = "CloudWatch Alarm State Change";
    event(
        "cloudwatch",
        kind,
        &format!("alarm:{name}"),
        fired_at,
        home,
        &detail,
    )
}

/// A deployment of a service in the cluster `shop` begins.
pub(super) fn deployment(service: &str, at: Timestamp, home: &Home) -> Value {
    let id = "ecs-svc/2222222222222222222";
    let detail = json!({
        "eventType": "INFO",
        "eventName": "SERVICE_DEPLOYMENT_IN_PROGRESS",
        "deploymentId": id,
        "updatedAt": event_time(at),
        "reason": format!("ECS deployment {id} in progress."),
    });
    let kind = "ECS Deployment State Change";
    event(
        "ecs",
        kind,
        &format!("service/shop/{service}"),
        at,
        home,
        &detail,
    )
}

/// An execution of a maintenance window begins.
pub(super) fn execution(window: &str, execution: &str, at: Timestamp, home: &Home) -> Value {
    let detail = json!({
        "start-time": event_time(at),
        "window-id": window,
        "window-execution-id": execution,
        "status": "IN_PROGRESS",
    });
    let kind = "Maintenance Window Execution State-change Notification";
    event(
        "ssm",
        kind,
        &format!("maintenancewindow/{window}"),
        at,
        home,
        &detail,
    )
}

fn event(
    service: &str,
    kind: &str,
    resource: &str,
    at: Timestamp,
    home: &Home,
    detail: &Value,
) -> Value {
    let (account, region) = (&home.account, &home.region);
    json!({
        "version": "0",
        "id": "5a0c1e7e-0000-4000-8000-000000000001",
        "detail-type": kind,
        "source": format!("aws.{service}"),
        "account": account,
        "time": event_time(at),
        "region": region,
        "resources": [format!("arn:aws:{service}:{region}:{account}:{resource}")],
        "detail": detail,
    })
}

fn event_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

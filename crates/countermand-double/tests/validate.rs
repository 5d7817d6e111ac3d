//! The check of requests against botocore's models: it lets a good request pass, and tells what is wrong with a bad one.
#![cfg(test)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What the check says, and whether it is content.
fn validate(calls: &[Value]) -> (String, bool) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("COUNTERMAND_PYTHON")
        .map_or_else(|| root.join(".tools/python/bin/python"), PathBuf::from);
    let mut check = Command::new(python)
        .arg(root.join("tests/validate_requests.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`make test` installs Python's packages");
    let lines: Vec<_> = calls.iter().map(Value::to_string).collect();
    let mut stdin = check.stdin.take().unwrap();
    stdin.write_all(lines.join("\n").as_bytes()).unwrap();
    drop(stdin);
    let told = check.wait_with_output().unwrap();
    (
        String::from_utf8(told.stdout).unwrap(),
        told.status.success(),
    )
}

fn call(service: &str, operation: &str, input: &Value) -> Value {
    json!({ "service": service, "operation": operation, "input": input, "status": 200 })
}

#[test]
fn good_requests_pass() {
    let arn = "arn:aws:es:eu-central-1:111122223333:domain/prod-search";
    let calls = [
        call("ecs", "ListClusters", &json!({})),
        call(
            "ecs",
            "ListServiceDeployments",
            &json!({ "service": "a", "createdAt": { "after": 1_763_640_000.5 } }),
        ),
        call(
            "ssm",
            "DescribeMaintenanceWindows",
            &json!({ "Filters": [{ "Key": "Name", "Values": ["a"] }] }),
        ),
        call("opensearch", "ListTags", &json!({ "Arn": arn })),
        call(
            "es",
            "ListScheduledActions",
            &json!({ "DomainName": "prod-search", "MaxResults": 100 }),
        ),
        call(
            "cloudwatch",
            "DescribeAlarmHistory",
            &json!({ "AlarmName": "a", "StartDate": 1_763_640_000 }),
        ),
    ];
    assert_eq!(validate(&calls), (String::new(), true));
}

#[test]
fn a_bad_request_is_told_with_what_is_wrong() {
    for (bad, why) in [
        (
            call("ecs", "StopServiceDeployment", &json!({})),
            "Missing required parameter",
        ),
        (
            call(
                "ecs",
                "StopServiceDeployment",
                &json!({ "serviceDeploymentArn": "a", "stopTyp": "ROLLBACK" }),
            ),
            "Unknown parameter",
        ),
        (
            call(
                "ecs",
                "StopServiceDeployment",
                &json!({ "serviceDeploymentArn": "a", "stopType": "rollback" }),
            ),
            "is none of",
        ),
        (
            call("ecs", "DescribeServices", &json!({ "services": "a" })),
            "Invalid type",
        ),
        (
            call(
                "ecs",
                "ListServiceDeployments",
                &json!({ "service": "a", "createdAt": { "after": "soon" } }),
            ),
            "Invalid type",
        ),
        (
            call(
                "ecs",
                "ListServiceDeployments",
                &json!({ "service": "a", "createdAt": 12 }),
            ),
            "cannot be read",
        ),
        (
            call(
                "ssm",
                "DescribeMaintenanceWindows",
                &json!({ "MaxResults": 5 }),
            ),
            "Invalid value",
        ),
        (
            call(
                "ssm",
                "DescribeMaintenanceWindows",
                &json!({ "MaxResults": 101 }),
            ),
            "at most 100",
        ),
        (
            call(
                "ssm",
                "CancelMaintenanceWindowExecution",
                &json!({ "WindowExecutionId": "x".repeat(36) }),
            ),
            "does not match",
        ),
        (
            call("opensearch", "ListTags", &json!({ "arn": "a" })),
            "Missing required parameter",
        ),
        (
            call("ecs", "StopServiceDeployments", &json!({})),
            "StopServiceDeployments",
        ),
        (call("ecks", "ListClusters", &json!({})), "ecks"),
    ] {
        let good = call("ecs", "ListClusters", &json!({}));
        let (told, is_content) = validate(&[good, bad.clone()]);
        assert!(!is_content, "{bad}");
        assert!(told.contains(why), "{bad}: {told}");
    }
}

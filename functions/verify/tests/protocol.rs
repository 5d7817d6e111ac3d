//! The built function under the Runtime API, in what no scenario has: batches of several messages, and bad messages.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use countermand_core::verdict::Home;
use countermand_double::{Double, InjectedFault, World};
use countermand_tests::{FunctionAnswer, FunctionProcess, SECRET_KEY};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const ARN: &str = "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/checkout/d0";

/// A deployment in this state, and a queue.
fn world(status: &str) -> World {
    let deployment =
        json!({ "id": "d0", "status": status, "created-at": "-10m", "sources": ["1"] });
    let services = json!([{ "name": "checkout", "deployments": [deployment] }]);
    World::from_value(json!({
        "ecs": { "clusters": [{ "name": "prod", "services": services }] },
        "sqs": { "queues": [{ "name": "verify" }] },
    }))
    .unwrap()
}

fn with_fault(double: Double, fault: Value) -> Double {
    let fault: InjectedFault = serde_json::from_value(fault).unwrap();
    double.add_fault(fault).unwrap();
    double
}

fn function(double: &Double) -> FunctionProcess {
    let queue = "https://sqs.eu-central-1.amazonaws.com/111122223333/verify";
    let environment = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL", double.url()),
        ("COUNTERMAND_VERIFY_QUEUE_URL", queue),
        // It only reads, which no mode switches off.
        ("COUNTERMAND_MODE", "disabled"),
    ];
    let environment = environment.map(|(name, value)| (name, value.to_owned()));
    FunctionProcess::start(env!("CARGO_BIN_EXE_verify"), environment)
}

/// A message about the deployment, whose stop was requested this many minutes ago.
fn message(minutes: i64) -> String {
    let since = Timestamp::now() - SignedDuration::from_mins(minutes);
    let message = json!({
        "schema": 1, "operation": "ecs.stop-service-deployment", "change": ARN,
        "names": { "cluster": "prod", "service": "checkout" }, "target": "prod/checkout", "policy": "p",
        "event_id": null, "aim": "stop", "why": "the alarm `a` fired", "began_at": null,
        "since": since, "look_at": since,
    });
    message.to_string()
}

/// The messages that it gives back to the queue.
fn given_back(function: &FunctionProcess, bodies: &[String], milliseconds: i64) -> Vec<String> {
    let messages = bodies.iter().enumerate();
    let messages =
        messages.map(|(at, body)| json!({ "messageId": format!("m{at}"), "body": body }));
    let batch = json!({ "Records": messages.collect::<Vec<_>>() });
    let home = Home {
        account: "111122223333".to_owned(),
        region: "eu-central-1".to_owned(),
    };
    let answered = function.invoke(&batch.to_string(), &home, milliseconds);
    let Some(FunctionAnswer::Response(response)) = answered else {
        panic!("{answered:?}");
    };
    let failures = response.get("batchItemFailures").and_then(Value::as_array);
    let failures = failures.unwrap().iter();
    let failures = failures.filter_map(|it| it.get("itemIdentifier")?.as_str());
    failures.map(str::to_owned).collect()
}

fn sent(double: &Double) -> usize {
    double.world().sqs.queues.first().unwrap().messages.len()
}

#[test]
fn only_what_cannot_be_read_goes_back_to_the_queue() {
    let double = Double::start(world("ROLLBACK_IN_PROGRESS")).unwrap();
    let function = function(&double);
    let unknown = message(1).replace("stop-service-deployment", "stop-everything");
    let bodies = [
        message(1),
        "{".to_owned(),
        message(2),
        unknown,
        String::new(),
    ];
    assert_eq!(given_back(&function, &bodies, 60_000), ["m1", "m3", "m4"]);
    assert_eq!(sent(&double), 2);
    for _ in 0..3 {
        let line: Value = serde_json::from_str(&function.logged().unwrap()).unwrap();
        assert_eq!(line.get("level"), Some(&json!("ERROR")), "{line}");
    }
}

#[test]
fn what_is_no_batch_fails() {
    let double = Double::start(world("ROLLBACK_IN_PROGRESS")).unwrap();
    let function = function(&double);
    for payload in ["{}", "[]", "{\"Records\": [{}]}", "null"] {
        let home = Home {
            account: String::new(),
            region: String::new(),
        };
        let answered = function.invoke(payload, &home, 60_000);
        assert!(
            matches!(answered, Some(FunctionAnswer::Error(..))),
            "{answered:?}"
        );
    }
    assert_eq!(given_back(&function, &[message(1)], 60_000), [""; 0]);
}

#[test]
fn what_the_queue_does_not_take_goes_back_to_it() {
    let denied = json!({ "call": "sqs:SendMessage", "fault": "access-denied", "times": 1 });
    let double = with_fault(
        Double::start(world("ROLLBACK_IN_PROGRESS")).unwrap(),
        denied,
    );
    let function = function(&double);
    let bodies = [message(1)];
    assert_eq!(given_back(&function, &bodies, 60_000), ["m0"]);
    let line = function.logged().unwrap();
    assert!(line.contains("`sqs:SendMessage` was refused"), "{line}");
    assert!(!line.contains(SECRET_KEY), "{line}");
    assert_eq!(given_back(&function, &bodies, 60_000), [""; 0]);
    assert_eq!(sent(&double), 1);
}

#[test]
fn a_look_for_which_there_is_no_time_goes_back_to_the_queue() {
    let slow = json!({ "call": "ecs:DescribeServiceDeployments", "fault": "delay", "seconds": 30 });
    let double = with_fault(Double::start(world("ROLLBACK_IN_PROGRESS")).unwrap(), slow);
    let function = function(&double);
    assert_eq!(given_back(&function, &[message(1)], 1_500), ["m0"]);
    assert_eq!(sent(&double), 0);
}

#[test]
fn what_is_not_told_by_its_deadline_is_unconfirmed() {
    let denied = json!({ "call": "ecs:DescribeServiceDeployments", "fault": "access-denied" });
    let double = with_fault(
        Double::start(world("ROLLBACK_IN_PROGRESS")).unwrap(),
        denied,
    );
    let function = function(&double);
    let bodies = [message(59), message(61)];
    assert_eq!(given_back(&function, &bodies, 60_000), [""; 0]);
    assert_eq!(sent(&double), 1);
    let told: Value = serde_json::from_str(&function.logged().unwrap()).unwrap();
    assert_eq!(told.get("outcome"), Some(&json!("unconfirmed")), "{told}");
    assert_eq!(told.get("level"), Some(&json!("WARN")), "{told}");
}

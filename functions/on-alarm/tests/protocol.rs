//! The built function under the Runtime API, in what no scenario has: many events, bad events, little time, and a wrong
//! set-up.
#![expect(clippy::unwrap_used, reason = "a test may")]

use countermand_double::{Double, InjectedFault};
use countermand_tests::{
    BuiltFunction, FunctionAnswer, FunctionProcess, PLENTY, Scenario, is_nightly,
};
use jiff::Timestamp;
use serde_json::{Value, json};

const BUILT: BuiltFunction = BuiltFunction {
    binary: env!("CARGO_BIN_EXE_on-alarm"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

const ROLLED_BACK: &str = "an-alarm-fires-during-a-deployment-and-it-is-rolled-back";

fn story(name: &str) -> Scenario {
    let mut all = Scenario::all().into_iter();
    let found = all.find(|it| it.name == name).unwrap();
    found.moved_to(Timestamp::now())
}

fn answers(record: &Value) -> Vec<String> {
    let targets = record
        .pointer("/decisions/0/targets")
        .and_then(Value::as_array);
    let answers = targets
        .into_iter()
        .flatten()
        .filter_map(|it| it.get("answer")?.as_str());
    answers.map(str::to_owned).collect()
}

/// The first event stops the change; all others find it stopping.
#[test]
fn many_events_in_a_row_are_each_answered() {
    let story = story(ROLLED_BACK);
    let double = Double::start(story.world()).unwrap();
    let function = BUILT.start(&story, &double);
    for nth in 0..50 {
        let Some(FunctionAnswer::Response(record)) =
            function.invoke(&story.event, &story.home(), PLENTY)
        else {
            panic!("event {nth} has failed");
        };
        assert_eq!(
            answers(&record).len(),
            usize::from(nth == 0),
            "event {nth}: {record}"
        );
    }
    let stops = double
        .calls()
        .into_iter()
        .filter(|it| it.operation == "StopServiceDeployment");
    assert_eq!(stops.count(), 1);
}

#[test]
fn an_event_that_cannot_be_read_fails_and_the_next_is_answered() {
    let story = story(ROLLED_BACK);
    let double = Double::start(story.world()).unwrap();
    let function = BUILT.start(&story, &double);
    for event in [
        "[]",
        "null",
        "\"text\"",
        "{\"source\": \"aws.cloudwatch\", \"detail-type\": \"CloudWatch Alarm State Change\"}",
        &story.event.replacen("\"ALARM\"", "\"ON FIRE\"", 1),
        // Lambda would refuse it: it is no JSON.
        "{",
    ] {
        let answered = function.invoke(event, &story.home(), PLENTY).unwrap();
        assert!(
            matches!(answered, FunctionAnswer::Error(..)),
            "{event}: {answered:?}"
        );
    }
    let answered = function.invoke(&story.event, &story.home(), PLENTY);
    let Some(FunctionAnswer::Response(record)) = answered else {
        panic!("{answered:?}");
    };
    assert_eq!(answers(&record), ["requested"]);
}

#[test]
fn a_deadline_in_the_past_was_not_meant() {
    let story = story(ROLLED_BACK);
    let double = Double::start(story.world()).unwrap();
    let function = BUILT.start(&story, &double);
    let answered = function.invoke_until(&story.event, &story.home(), 600_000);
    let Some(FunctionAnswer::Response(record)) = answered else {
        panic!("{answered:?}");
    };
    assert_eq!(answers(&record), ["requested"]);
}

/// At night: whether the calls before fit into the time depends on how busy the machine is.
#[test]
fn when_time_runs_out_nothing_more_is_begun_and_the_event_comes_again() {
    if !is_nightly() {
        return;
    }
    for (late, answer, stops) in [
        ("ecs:DescribeServices", "no-answer", 0),
        ("cloudwatch:DescribeAlarms", "no-answer", 0),
        ("ecs:StopServiceDeployment", "no-answer", 1),
    ] {
        let story = story(ROLLED_BACK);
        let double = Double::start(story.world()).unwrap();
        let delay: InjectedFault =
            serde_json::from_value(json!({ "call": late, "fault": "delay", "seconds": 30 }))
                .unwrap();
        double.add_fault(delay).unwrap();
        let function = BUILT.start(&story, &double);
        let answered = function.invoke(&story.event, &story.home(), 3_000).unwrap();
        assert!(
            matches!(&answered, FunctionAnswer::Error(kind, _) if kind == "Unfinished"),
            "{late}: {answered:?}"
        );
        let record: Value = serde_json::from_str(&function.logged().unwrap()).unwrap();
        assert!(
            answers(&record).iter().any(|it| it == answer),
            "{late}: {record:#}"
        );
        let stopped = double
            .calls()
            .into_iter()
            .filter(|it| it.operation == "StopServiceDeployment");
        assert_eq!(stopped.count(), stops, "{late}");
    }
}

#[test]
fn policies_that_do_not_parse_end_the_function_with_their_line() {
    let mut story = story(ROLLED_BACK);
    story.policies = story.policies.replacen("mode:", "mood:", 1);
    let double = Double::start(story.world()).unwrap();
    let mut function = BUILT.start(&story, &double);
    let status = function.wait();
    assert!(!status.success(), "{status:?}");
    let said = function.logged().unwrap();
    assert!(said.contains(".yaml:4:5: "), "{said}");
}

#[test]
fn policies_that_are_not_there_end_the_function() {
    let story = story(ROLLED_BACK);
    let double = Double::start(story.world()).unwrap();
    let nowhere = ("COUNTERMAND_POLICIES", "/nowhere".to_owned());
    let mut function = BUILT.start_with(&story, &double, [nowhere]);
    assert!(!function.wait().success());
    assert!(
        function
            .logged()
            .unwrap()
            .contains("`/nowhere` does not exist")
    );
}

#[test]
fn a_mode_that_is_not_known_is_told_and_switches_off() {
    let story = story(ROLLED_BACK);
    let double = Double::start(story.world()).unwrap();
    let function = BUILT.start_with(&story, &double, [("COUNTERMAND_MODE", "off".to_owned())]);
    let told: Value = serde_json::from_str(&function.logged().unwrap()).unwrap();
    assert_eq!(told.get("level"), Some(&json!("ERROR")));
    let Some(FunctionAnswer::Response(record)) =
        function.invoke(&story.event, &story.home(), PLENTY)
    else {
        panic!("it has failed");
    };
    assert!(
        record.get("note").is_some() && double.calls().is_empty(),
        "{record}"
    );
}

/// Emulators send no ARN. The account and region then come from the environment.
#[test]
fn without_an_arn_the_environment_says_where_home_is() {
    let story = story(ROLLED_BACK);
    for (account, answered) in [(story.home().account, 1), ("210987654321".to_owned(), 0)] {
        let double = Double::start(story.world()).unwrap();
        let function: FunctionProcess =
            BUILT.start_with(&story, &double, [("AWS_ACCOUNT_ID", account)]);
        let Some(FunctionAnswer::Response(record)) = function.invoke_anywhere(&story.event, PLENTY)
        else {
            panic!("it has failed");
        };
        assert_eq!(answers(&record).len(), answered, "{record}");
    }
}

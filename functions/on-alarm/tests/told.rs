//! How the built function publishes what it decided: a log line with metrics, and an event on a bus.
#![expect(clippy::unwrap_used, reason = "a test may")]

use countermand_double::{Double, InjectedFault};
use countermand_tests::{BuiltFunction, FunctionAnswer, FunctionProcess, PLENTY, Scenario};
use jiff::Timestamp;
use serde_json::{Value, json};

const BUILT: BuiltFunction = BuiltFunction {
    binary: env!("CARGO_BIN_EXE_on-alarm"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

/// One with a queue and a bus.
fn story() -> Scenario {
    let mut all = Scenario::all().into_iter();
    let found = all.find(|it| it.name == "a-stop-that-fails-is-told-as-failed");
    found.unwrap().moved_to(Timestamp::now())
}

fn invoke(function: &FunctionProcess, story: &Scenario) -> FunctionAnswer {
    let answered = function.invoke(&story.event, &story.home(), PLENTY);
    answered.unwrap()
}

fn json_of(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn a_line_has_the_record_its_figures_and_the_trace() {
    let story = story();
    let double = Double::start(story.world()).unwrap();
    let function = BUILT.start(&story, &double);
    invoke(&function, &story);
    let line = json_of(&function.logged().unwrap());
    assert_eq!(line.get("level"), Some(&json!("INFO")), "{line:#}");
    let trace = json!("1-5759e988-bd862e3fe1be46a994272793");
    assert_eq!(line.get("xray_trace_id"), Some(&trace));
    assert!(line.get("decisions").is_some());
    assert_eq!(line.get("Stopped"), Some(&json!(2.0)));
    let seconds = line.get("SecondsToStop").and_then(Value::as_f64).unwrap();
    assert!((6.0..60.0).contains(&seconds), "{seconds}");
    let namespace = line.pointer("/_aws/CloudWatchMetrics/0/Namespace");
    assert_eq!(namespace, Some(&json!("Countermand")));
}

#[test]
fn a_quiet_log_still_has_the_figures() {
    let story = story();
    let double = Double::start(story.world()).unwrap();
    let quiet = ("AWS_LAMBDA_LOG_LEVEL", "ERROR".to_owned());
    let function = BUILT.start_with(&story, &double, [quiet]);
    invoke(&function, &story);
    let line = json_of(&function.logged().unwrap());
    assert_eq!(line.get("Stopped"), Some(&json!(2.0)), "{line:#}");
    assert!(line.get("decisions").is_none(), "{line:#}");
    assert_eq!(function.end(), Vec::<String>::new());
}

#[test]
fn a_log_of_text_has_the_level_in_front_and_the_figures_apart() {
    let story = story();
    let double = Double::start(story.world()).unwrap();
    let text = ("AWS_LAMBDA_LOG_FORMAT", "Text".to_owned());
    let function = BUILT.start_with(&story, &double, [text]);
    invoke(&function, &story);
    let line = function.logged().unwrap();
    let (level, rest) = line.split_once(' ').unwrap();
    let (request, record) = rest.split_once(' ').unwrap();
    assert_eq!((level, request.len()), ("INFO", 36), "{line}");
    assert!(json_of(record).get("decisions").is_some());
    let figures = json_of(&function.logged().unwrap());
    assert!(figures.get("_aws").is_some() && figures.get("decisions").is_none());
}

#[test]
fn every_decision_is_put_on_the_bus() {
    let story = story();
    let double = Double::start(story.world()).unwrap();
    let function = BUILT.start(&story, &double);
    invoke(&function, &story);
    let world = double.world();
    let [event] = world.events.buses.first().unwrap().events.as_slice() else {
        unreachable!("{:#?}", world.events);
    };
    assert_eq!(event.source, "countermand");
    assert_eq!(event.detail_type, "Countermand Decision");
    assert_eq!(event.resources.len(), 2);
    let answer = event.detail.pointer("/targets/0/answer");
    assert_eq!(answer, Some(&json!("requested")));
}

#[test]
fn a_bus_that_fails_for_a_moment_is_tried_again_and_one_that_refuses_is_told() {
    for (fault, answered, put) in [
        (
            json!({ "call": "events:PutEvents", "fault": "500", "times": 2 }),
            None,
            1,
        ),
        (
            json!({ "call": "events:PutEvents", "fault": "access-denied", "times": 1 }),
            Some("Unpublished"),
            0,
        ),
    ] {
        let story = story();
        let double = Double::start(story.world()).unwrap();
        let fault: InjectedFault = serde_json::from_value(fault).unwrap();
        double.add_fault(fault).unwrap();
        let function = BUILT.start(&story, &double);
        let error = match invoke(&function, &story) {
            FunctionAnswer::Error(kind, _) => Some(kind),
            FunctionAnswer::Response(_) => None,
        };
        assert_eq!(error.as_deref(), answered);
        let events = double.world().events.buses.first().unwrap().events.len();
        assert_eq!(events, put);
    }
}

#[test]
fn an_entry_that_fails_within_a_call_that_succeeds_is_put_again() {
    for (failing, is_put) in [(2, true), (3, false)] {
        let story = story();
        let mut world = story.world();
        world.events.buses.first_mut().unwrap().failing_entries = failing;
        let double = Double::start(world).unwrap();
        let function = BUILT.start(&story, &double);
        let is_answered = matches!(invoke(&function, &story), FunctionAnswer::Response(_));
        assert_eq!(is_answered, is_put, "{failing}");
    }
}

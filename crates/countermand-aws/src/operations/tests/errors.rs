//! The meaning of every error in AWS's models: written down once, tried on the double, and compared with the models.

use std::collections::BTreeSet;

use countermand_core::failure::CallFailure;
use countermand_core::policy::{AlarmWhen, ChangeCalendarWhen};
use countermand_core::record::text::Along;
use countermand_core::verdict::CalendarQuestion;
use serde_json::{Value, json};

use super::cases::{self, Cases, NOW};
use super::{Attempt, REQUESTED, Stage, StopReply, python};
use crate::failure::failure;
use crate::survey::change_calendar;

/// Calls that are made for triggers rather than operations: the call, the meaning of its errors, the errors.
const OF_TRIGGERS: &str = "
cloudwatch:DescribeAlarms refused InvalidNextToken
cloudwatch:DescribeAlarmHistory refused InvalidNextToken
ssm:GetCalendarState refused InvalidDocument InvalidDocumentType UnsupportedCalendarException
ssm:GetCalendarState no-answer InternalServerError
";

const SCRIPT: &str = "crates/countermand-aws/src/operations/tests/modelled_errors.py";

/// A call for an operation, or for a trigger.
#[derive(Clone, Copy)]
struct Made {
    cases: Option<Cases>,
    call: &'static str,
}

/// Every call, error and meaning.
fn meanings() -> Vec<(Made, &'static str, &'static str)> {
    let of_operations = cases::all()
        .into_iter()
        .map(|(_, it)| (Some(it), it.errors));
    let all = of_operations.chain([(None, OF_TRIGGERS)]);
    let rows = all.flat_map(|(cases, lines)| {
        lines
            .lines()
            .filter(|it| !it.is_empty())
            .flat_map(move |line| {
                let mut words = line.split(' ');
                let call = words.next().unwrap_or_default();
                let meaning = words.next().unwrap_or_default();
                words.map(move |error| (Made { cases, call }, meaning, error))
            })
    });
    rows.collect()
}

/// Every call of an operation, and that operation.
pub(super) fn every_call() -> Vec<(Cases, &'static str)> {
    let mut calls = Vec::new();
    for (_, cases) in cases::all() {
        let lines = cases.errors.lines().filter(|it| !it.is_empty());
        let names: BTreeSet<_> = lines.filter_map(|line| line.split(' ').next()).collect();
        calls.extend(names.into_iter().map(|call| (cases, call)));
    }
    calls
}

#[tokio::test]
async fn every_error_leads_to_what_it_means() {
    for (made, meaning, error) in meanings() {
        assert_eq!(
            what_comes_of(made, error).await,
            meaning,
            "{} {error}",
            made.call
        );
    }
}

#[tokio::test]
async fn whatever_is_called_a_throttle_is_no_answer_and_a_denied_call_is_refused() {
    let mut seen = BTreeSet::new();
    for (made, meaning, _) in meanings() {
        let action = made.cases.map(|it| it.action);
        if !seen.insert((action, made.call)) {
            continue;
        }
        for (fault, usual) in [
            ("throttle", "no-answer"),
            ("500", "no-answer"),
            ("reset", "no-answer"),
            ("garbage", "no-answer"),
            ("cut", "no-answer"),
            ("access-denied", "refused"),
            ("SomethingNewException", "refused"),
        ] {
            let meaning = if meaning == "told" { "told" } else { usual };
            assert_eq!(
                what_comes_of(made, fault).await,
                meaning,
                "{} {fault}",
                made.call
            );
        }
    }
}

#[test]
fn every_error_that_aws_has_modelled_is_written_down() {
    let all = meanings();
    let calls: BTreeSet<_> = all.iter().map(|(made, ..)| made.call).collect();
    let calls: Vec<_> = calls.into_iter().collect();
    let output = python(SCRIPT, &calls.join("\n"));
    let modelled: BTreeSet<_> = output.lines().filter_map(|it| it.split_once(' ')).collect();
    let written: BTreeSet<_> = all
        .iter()
        .map(|(made, _, error)| (made.call, *error))
        .collect();
    let missing: Vec<_> = modelled.difference(&written).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(modelled.len() > 80, "{output}");
    // Not in AWS's models, but a conflict is possible there as well.
    let more: Vec<_> = written.difference(&modelled).collect();
    assert_eq!(
        more,
        [&("ecs:ContinueServiceDeployment", "ConflictException")]
    );
}

#[test]
fn every_call_of_an_operation_is_written_down() {
    for (spec, cases) in cases::all() {
        let declared: BTreeSet<_> = spec.permissions().iter().map(|it| it.action).collect();
        let all = every_call();
        let written = all.iter().filter(|(it, _)| it.action == cases.action);
        let written: BTreeSet<_> = written.map(|(_, call)| *call).collect();
        assert_eq!(written, declared, "{}", spec.name);
    }
    let of_triggers = AlarmWhen::PERMISSIONS
        .iter()
        .chain(ChangeCalendarWhen::PERMISSIONS);
    let declared: BTreeSet<_> = of_triggers.map(|it| it.action).collect();
    let all = meanings();
    let written = all.iter().filter(|(made, ..)| made.cases.is_none());
    let written: BTreeSet<_> = written.map(|(made, ..)| made.call).collect();
    assert_eq!(written, declared);
}

/// Makes the call fail, in a world that leads to it, and returns the meaning that the product gives to the failure.
async fn what_comes_of(made: Made, fault: &str) -> &'static str {
    let call = made.call;
    let Some(cases) = made.cases else {
        return what_comes_of_a_trigger(call, fault).await;
    };
    let (mut world, action, more) = (cases.scene)(call);
    spoil(&mut world, call, fault);
    let stage = Stage::with(world, action, more);
    let attempts = stage.run().await;
    if stage.calls().contains_key(call) {
        return match attempts.as_slice() {
            [Attempt::Failed(failure)] => meaning_of(failure),
            [Attempt::Stopping(StopReply::AlreadyOver(_))] => "already-over",
            // The same as if AWS had answered that nothing is there.
            [] | [Attempt::Stopping(StopReply::Requested) | Attempt::Held(_)] => "nothing-there",
            several => panic!("{several:?}"),
        };
    }
    assert_eq!(attempts, [REQUESTED], "{call} {fault}");
    let found = stage.find().await;
    let change = found.changes[0].as_ref();
    let along = change.stop_along(&stage.aws.read, &stage.aws.stop).await;
    if stage.calls().contains_key(call) {
        let asked = |it: &Along| matches!(it, Along::Requested(_));
        // At least one of the command and the automation is not cancelled.
        assert!(along.iter().filter(|it| asked(it)).count() < 2, "{along:?}");
        assert!(along.iter().any(|it| !asked(it)), "{along:?}");
        return "told";
    }
    let again = stage.look_again(change).await;
    assert!(stage.calls().contains_key(call), "{call} was not made");
    match again {
        Err(failure) => meaning_of(&failure),
        Ok(_) => "nothing-there",
    }
}

async fn what_comes_of_a_trigger(call: &str, fault: &str) -> &'static str {
    let mut world = json!({ "now": NOW, "ssm": { "calendars": [{ "name": "year-end" }] } });
    spoil(&mut world, call, fault);
    let stage = Stage::new(world, cases::all()[0].1.action);
    let cloudwatch = stage.aws.read.cloudwatch();
    let failed = match call {
        "cloudwatch:DescribeAlarms" => {
            let asked = cloudwatch.describe_alarms().send().await;
            failure("cloudwatch:DescribeAlarms")(asked.unwrap_err())
        }
        "cloudwatch:DescribeAlarmHistory" => {
            let asked = cloudwatch.describe_alarm_history().send().await;
            failure("cloudwatch:DescribeAlarmHistory")(asked.unwrap_err())
        }
        _ => {
            let asked = change_calendar("year-end", CalendarQuestion::Now, &stage.aws.read).await;
            asked.unwrap_err()
        }
    };
    meaning_of(&failed)
}

fn spoil(world: &mut Value, call: &str, fault: &str) {
    let by_double = call.replacen("es:", "opensearch:", usize::from(call.starts_with("es:")));
    let fault = json!({ "call": by_double, "fault": fault });
    match world["faults"].as_array_mut() {
        Some(faults) => faults.push(fault),
        None => world["faults"] = json!([fault]),
    }
}

fn meaning_of(trouble: &CallFailure) -> &'static str {
    match trouble {
        CallFailure::Refused { .. } => "refused",
        CallFailure::Throttled { .. } | CallFailure::NoAnswer { .. } | CallFailure::NoTime => {
            "no-answer"
        }
    }
}

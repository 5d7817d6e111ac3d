//! There is a scenario for everything that an alarm can lead to, for each operation.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;

use countermand_core::operations;
use countermand_core::verdict::{About, Code};
use countermand_tests::{Expected, Scenario};
use serde_json::Value;

const ECS: &str = "ecs.stop-service-deployment";
const OPENSEARCH: &str = "opensearch.cancel-service-software-update";
const PROTON: &str = "proton.cancel-service-instance-deployment";
const SSM: &str = "ssm.cancel-maintenance-window-execution";

const ANSWERS: [&str; 6] = [
    "requested",
    "already-over",
    "refused",
    "no-answer",
    "not-tried",
    "previewed",
];

/// Codes that no alarm leads to for these operations, and why.
const NEVER: &[(Code, &[&str], &str)] = &[
    (
        Code::InFlightWhenFrozen,
        &[ECS, OPENSEARCH, PROTON, SSM],
        "only a freeze has a beginning that a change can be older than",
    ),
    (
        Code::IsItselfARollback,
        &[ECS, OPENSEARCH, PROTON, SSM],
        "only an event of ECS itself says so",
    ),
    (
        Code::BeganAfterTrigger,
        &[OPENSEARCH],
        "an update that can be cancelled has not begun",
    ),
    (
        Code::AlarmWasAlreadyFiring,
        &[OPENSEARCH],
        "an update that can be cancelled has not begun",
    ),
    (
        Code::BeganTooLongAgo,
        &[OPENSEARCH],
        "an update that can be cancelled has not begun",
    ),
    (
        Code::AlreadyStopping,
        &[OPENSEARCH],
        "a cancelled update is gone at once",
    ),
    (
        Code::RollingBackNatively,
        &[OPENSEARCH, PROTON, SSM],
        "only ECS rolls back by itself",
    ),
    (
        Code::RecentlyRolledBack,
        &[OPENSEARCH, PROTON, SSM],
        "only ECS rolls back: the others cancel",
    ),
    (
        Code::NothingToRollBackTo,
        &[OPENSEARCH, PROTON, SSM],
        "only ECS rolls back: the others cancel",
    ),
    (
        Code::UnsupportedController,
        &[OPENSEARCH, PROTON, SSM],
        "only ECS has deployment controllers",
    ),
    (
        Code::NotCancellable,
        &[ECS, PROTON, SSM],
        "only OpenSearch says whether it can be cancelled",
    ),
    (
        Code::PastAutomatedUpdateDate,
        &[ECS, PROTON, SSM],
        "only OpenSearch has such a date",
    ),
    (
        Code::TooNearMandatoryDeadline,
        &[ECS, PROTON, SSM],
        "only OpenSearch has such a deadline",
    ),
];

#[test]
fn every_code_of_the_event_has_a_scenario() {
    let told = codes_of_events();
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| code.about() == About::Event && !told.contains(&name(**code)))
        .collect();
    assert!(missing.is_empty(), "no scenario has {missing:?}");
}

#[test]
fn every_other_code_has_a_scenario_for_each_operation_it_can_be_about() {
    let told = told_of_targets(|target| {
        let reasons = target.get("reasons").and_then(Value::as_array);
        reasons.into_iter().flatten().filter_map(code).collect()
    });
    let (mut missing, mut impossible) = (Vec::new(), Vec::new());
    for code in Code::ALL.iter().filter(|it| it.about() != About::Event) {
        for operation in operations::ALL.iter().map(|it| it.name) {
            let is_told = told.contains(&(operation.to_owned(), name(*code)));
            let never = NEVER
                .iter()
                .find(|(it, operations, _)| it == code && operations.contains(&operation));
            match never {
                None if !is_told => missing.push((operation, code)),
                Some((.., why)) if is_told => impossible.push((operation, code, why)),
                _ => {}
            }
        }
    }
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
    assert!(impossible.is_empty(), "it does happen: {impossible:#?}");
}

#[test]
fn every_answer_has_a_scenario_for_each_operation() {
    let told = told_of_targets(|target| {
        let answer = target.get("answer").and_then(Value::as_str);
        answer.map(str::to_owned).into_iter().collect()
    });
    let pairs = operations::ALL
        .iter()
        .flat_map(|it| ANSWERS.map(|answer| (it.name.to_owned(), answer.to_owned())));
    let missing: Vec<_> = pairs.filter(|pair| !told.contains(pair)).collect();
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
}

fn codes_of_events() -> BTreeSet<String> {
    let all = Scenario::all();
    let expected = all.iter().flat_map(Scenario::deliveries);
    let decisions = expected.flat_map(|it| it.decisions.as_array().into_iter().flatten());
    let reasons = decisions
        .filter_map(|it| it.get("reasons")?.as_array())
        .flatten();
    reasons.filter_map(code).collect()
}

/// Operations, each with something that a scenario expects of one of its targets.
fn told_of_targets(what: fn(&Value) -> Vec<String>) -> BTreeSet<(String, String)> {
    let all = Scenario::all();
    let expected = all.iter().flat_map(Scenario::deliveries);
    let targets = expected.flat_map(Expected::targets);
    targets
        .flat_map(|target| {
            let operation = target.get("operation").and_then(Value::as_str).unwrap();
            let told = what(target).into_iter();
            told.map(move |it| (operation.to_owned(), it))
        })
        .collect()
}

fn code(reason: &Value) -> Option<String> {
    Some(reason.get("code")?.as_str()?.to_owned())
}

fn name(code: Code) -> String {
    serde_json::to_value(code)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

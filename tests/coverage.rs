//! There is a scenario for everything that an event can lead to, for each operation.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;

use countermand_core::event::{Reading, read};
use countermand_core::load::load;
use countermand_core::operations::{self, Outcome};
use countermand_core::policy::When;
use countermand_core::trigger::Kind;
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

/// Codes that nothing leads to for these operations, and why.
const NEVER: &[(Code, &[&str], &str)] = &[
    (
        Code::InFlightWhenFrozen,
        &[OPENSEARCH],
        "an update that can be cancelled has not begun",
    ),
    (
        Code::IsItselfARollback,
        &[OPENSEARCH, PROTON, SSM],
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

/// What an event and a policy that it wakes come to, for every operation that such an event can be about.
#[test]
fn every_way_into_a_freeze_has_a_scenario_for_each_operation() {
    let told = told_of_ways();
    let mut missing = Vec::new();
    for (trigger, when) in [
        ("due", "schedule"),
        ("due", "freeze"),
        ("begins", "freeze"),
        ("closes", "change-calendar"),
        ("begins", "change-calendar"),
    ] {
        let mut wanted = Vec::new();
        for about in operations::ALL {
            if trigger == "begins" && about.announced_by.is_none() {
                continue;
            }
            wanted.push((about.name, "requested"));
            if when != "schedule" {
                let held = match about.name {
                    // What is only planned is not in flight, but can be planned for another time.
                    OPENSEARCH => "calendar-open",
                    _ => "in-flight-when-frozen",
                };
                wanted.push((about.name, held));
            }
        }
        if when != "schedule" {
            wanted.push(("the event", "calendar-open"));
        }
        if trigger == "begins" {
            wanted.push((ECS, "is-itself-a-rollback"));
        }
        let ways = wanted.into_iter();
        let ways = ways.map(|(about, what)| [trigger, when, about, what].map(str::to_owned));
        missing.extend(ways.filter(|it| !told.contains(it)));
    }
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
}

/// Trigger, kind of policy, operation or `the event`, and an answer or a reason.
fn told_of_ways() -> BTreeSet<[String; 4]> {
    let mut told = BTreeSet::new();
    for scenario in Scenario::all() {
        let Reading::Ours(trigger) = read(scenario.event.as_bytes()) else {
            continue;
        };
        let trigger = match trigger.kind {
            Kind::PolicyDue(_) => "due",
            Kind::ChangeBegan(_) => "begins",
            Kind::CalendarClosed(_) => "closes",
            Kind::AlarmChanged(_) | Kind::Asked(_) => continue,
        };
        let policies = load(&scenario.sources()).into_policies().unwrap();
        for expected in scenario.deliveries() {
            for decision in expected.decisions.as_array().into_iter().flatten() {
                let text = |it: &Value, key| it.get(key).and_then(Value::as_str).map(str::to_owned);
                let name = text(decision, "policy").unwrap();
                let mut all = policies.list().iter();
                let policy = all.find(|it| it.name.as_str() == name).unwrap();
                let when = match policy.when {
                    When::Alarm(_) => "alarm",
                    When::Schedule(_) => "schedule",
                    When::Freeze(_) => "freeze",
                    When::ChangeCalendar(_) => "change-calendar",
                };
                let targets = decision.get("targets").and_then(Value::as_array);
                let targets = targets.into_iter().flatten().map(|target| {
                    let operation = text(target, "operation").unwrap();
                    (operation, text(target, "answer"), target)
                });
                let event = ("the event".to_owned(), None, decision);
                for (about, answer, it) in targets.chain([event]) {
                    let reasons = it.get("reasons").and_then(Value::as_array);
                    let codes = reasons.into_iter().flatten().filter_map(code);
                    told.extend(
                        codes
                            .chain(answer)
                            .map(|what| [trigger.to_owned(), when.to_owned(), about.clone(), what]),
                    );
                }
            }
        }
    }
    told
}

/// Outcomes that cannot come of these, and why.
const NO_END: &[(Outcome, &[&str], &str)] = &[(
    Outcome::Failed,
    &[OPENSEARCH, SSM],
    "their cancellations have no state that says so",
)];

#[test]
fn every_outcome_has_a_scenario_for_each_operation() {
    let all = Scenario::all();
    let mut told = BTreeSet::new();
    for expected in all.iter().flat_map(Scenario::deliveries) {
        for target in expected.targets() {
            let text = |key: &str| target.get(key).and_then(Value::as_str).unwrap_or_default();
            if let Some(outcome) = expected.outcomes.get(text("target")) {
                told.insert((text("operation").to_owned(), outcome.clone()));
            }
        }
    }
    let mut wrong = Vec::new();
    for outcome in Outcome::ALL {
        for operation in operations::ALL.iter().map(|it| it.name) {
            let never = NO_END
                .iter()
                .find(|(it, operations, _)| *it == outcome && operations.contains(&operation));
            let word = serde_json::to_value(outcome).unwrap();
            let pair = (operation.to_owned(), word.as_str().unwrap().to_owned());
            if told.contains(&pair) == never.is_some() {
                wrong.push((pair, never));
            }
        }
    }
    assert!(wrong.is_empty(), "missing, or impossible: {wrong:#?}");
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

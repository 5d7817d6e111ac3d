//! Everything that an event can lead to has a scenario: what is the same for all operations once, and what is an
//! operation's own once for each operation that declares it.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;

use countermand_core::event::{Reading, read};
use countermand_core::load::load;
use countermand_core::operation::{OperationSpec, Outcome};
use countermand_core::operations;
use countermand_core::policy::When;
use countermand_core::reason::Scope;
use countermand_core::trigger::TriggerKind;
use countermand_core::verdict::HoldCode;
use countermand_tests::Scenario;
use serde::Serialize;
use serde_json::Value;

/// What a stop can be answered by the operation's own service.
const ANSWERS_OF_THE_SERVICE: [&str; 3] = ["requested", "already-over", "refused"];

/// What the loop around all operations answers in place of a service.
const ANSWERS_OF_THE_LOOP: [&str; 3] = ["no-answer", "not-tried", "previewed"];

/// The outcomes that its changes can have, by the states that it declares final.
fn own_outcomes(operation: &OperationSpec) -> BTreeSet<Outcome> {
    let ends = operation.final_states.iter().map(|(_, end)| *end);
    let outcomes = ends.flat_map(|end| {
        let observed = Outcome::of_observed(end);
        [Some(Outcome::of_stopped(end)), observed]
            .into_iter()
            .flatten()
    });
    outcomes.chain([Outcome::Unconfirmed]).collect()
}

#[test]
fn every_hold_code_has_a_scenario() {
    let of_events = codes_of_events();
    let of_targets: BTreeSet<_> = codes_of_targets().into_iter().map(|it| it.1).collect();
    let missing: Vec<_> = HoldCode::ALL
        .iter()
        .filter(|code| {
            let told = match code.scope() {
                Scope::Event => &of_events,
                Scope::Target | Scope::Change | Scope::AllChanges => &of_targets,
            };
            !told.contains(&word(**code))
        })
        .collect();
    assert!(missing.is_empty(), "no scenario has {missing:?}");
}

#[test]
fn every_code_of_an_operation_has_a_scenario_of_it_and_of_no_operation_without_that_code() {
    let told = codes_of_targets();
    let owned: BTreeSet<_> = operations::ALL
        .iter()
        .copied()
        .flat_map(|it| it.hold_codes.iter().copied())
        .collect();
    let (mut missing, mut undeclared) = (Vec::new(), Vec::new());
    for operation in operations::ALL {
        let own = operation.hold_codes;
        for code in &owned {
            let is_told = told.contains(&(operation.name.to_owned(), word(*code)));
            match (own.contains(code), is_told) {
                (true, false) => missing.push((operation.name, code)),
                (false, true) => undeclared.push((operation.name, code)),
                _ => {}
            }
        }
    }
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
    assert!(undeclared.is_empty(), "not declared: {undeclared:#?}");
}

#[test]
fn every_answer_of_a_service_has_a_scenario_for_each_operation_and_every_other_one_at_all() {
    let told = told_of_targets(|target| text(target, "answer").into_iter().collect());
    let mut missing = Vec::new();
    for operation in operations::ALL {
        let answers = ANSWERS_OF_THE_SERVICE.iter().copied();
        let pairs = answers.map(|answer| (operation.name.to_owned(), answer.to_owned()));
        missing.extend(pairs.filter(|pair| !told.contains(pair)));
    }
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
    let answers: BTreeSet<_> = told.iter().map(|(_, answer)| answer.as_str()).collect();
    let known: BTreeSet<_> = ANSWERS_OF_THE_SERVICE
        .into_iter()
        .chain(ANSWERS_OF_THE_LOOP)
        .collect();
    assert_eq!(answers, known);
}

#[test]
fn every_outcome_has_a_scenario_for_each_operation_that_can_come_to_it() {
    let told = outcomes_of_targets();
    let mut wrong = Vec::new();
    for operation in operations::ALL {
        let own = own_outcomes(operation);
        for outcome in Outcome::ALL {
            let pair = (operation.name.to_owned(), word(outcome));
            if told.contains(&pair) != own.contains(&outcome) {
                wrong.push(pair);
            }
        }
    }
    assert!(wrong.is_empty(), "missing, or impossible: {wrong:#?}");
}

#[test]
fn every_way_into_a_freeze_has_a_scenario() {
    let told = told_of_policies();
    let mut wanted = vec![("due", "schedule", Scope::Change, "requested")];
    for (trigger, when) in [
        ("due", "freeze"),
        ("begins", "freeze"),
        ("closes", "change-calendar"),
        ("begins", "change-calendar"),
    ] {
        wanted.extend([
            (trigger, when, Scope::Change, "requested"),
            // What runs may finish; what is only planned can be planned for another time.
            (trigger, when, Scope::Change, "in-flight-when-frozen"),
            (trigger, when, Scope::Change, "calendar-open"),
            (trigger, when, Scope::Event, "calendar-open"),
        ]);
        if trigger == "begins" {
            wanted.push((trigger, when, Scope::Change, "is-itself-a-rollback"));
        }
    }
    wanted.retain(|(trigger, when, spec, what)| {
        !told.iter().any(|it| {
            let is_about_event = it.operation.is_none();
            (it.trigger, it.when, it.what.as_str()) == (*trigger, *when, *what)
                && is_about_event == (*spec == Scope::Event)
        })
    });
    assert!(wanted.is_empty(), "no scenario has {wanted:#?}");
}

#[test]
fn every_operation_whose_beginnings_are_announced_has_a_scenario_in_which_one_is_stopped() {
    let told = told_of_policies();
    let announced = operations::ALL
        .iter()
        .filter(|it| !it.announced_by.is_empty());
    let missing: Vec<_> = announced
        .map(|it| it.name)
        .filter(|name| {
            !told.iter().any(|it| {
                it.trigger == "begins"
                    && it.operation.as_deref() == Some(name)
                    && it.what == "requested"
            })
        })
        .collect();
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
}

/// An answer or a reason in a decision, and how it came to that decision.
struct ToldOfPolicy {
    trigger: &'static str,
    when: &'static str,
    /// Absent where it is about the event.
    operation: Option<String>,
    what: String,
}

/// Of the policies that a schedule, a beginning or a change calendar wakes.
fn told_of_policies() -> Vec<ToldOfPolicy> {
    let mut told = Vec::new();
    for scenario in Scenario::all() {
        let Some(trigger) = trigger_of(&scenario) else {
            continue;
        };
        let policies = load(&scenario.sources()).into_policies().unwrap();
        let decisions = scenario.deliveries().flat_map(|it| list(&it.decisions));
        for decision in decisions {
            let name = text(decision, "policy").unwrap();
            let mut all = policies.list().iter();
            let policy = all.find(|it| it.name.as_str() == name).unwrap();
            let when = match policy.when {
                When::Alarm(_) => "alarm",
                When::Schedule(_) => "schedule",
                When::Freeze(_) => "freeze",
                When::ChangeCalendar(_) => "change-calendar",
            };
            let targets = decision.get("targets").map(list).unwrap_or_default();
            for it in targets.into_iter().chain([decision]) {
                let whats = codes(it).into_iter().chain(text(it, "answer"));
                told.extend(whats.map(|what| ToldOfPolicy {
                    trigger,
                    when,
                    operation: text(it, "operation"),
                    what,
                }));
            }
        }
    }
    told
}

fn trigger_of(scenario: &Scenario) -> Option<&'static str> {
    let Reading::Ours(trigger) = read(scenario.event.as_bytes()) else {
        return None;
    };
    match trigger.kind {
        TriggerKind::PolicyDue(_) => Some("due"),
        TriggerKind::ChangeBegan(_) => Some("begins"),
        TriggerKind::CalendarClosed(_) => Some("closes"),
        TriggerKind::AlarmChanged(_) | TriggerKind::Asked(_) => None,
    }
}

fn codes_of_events() -> BTreeSet<String> {
    let all = Scenario::all();
    let expected = all.iter().flat_map(Scenario::deliveries);
    let decisions = expected.flat_map(|it| list(&it.decisions));
    decisions.flat_map(codes).collect()
}

/// Operations, each with a code by which a scenario holds one of its targets.
fn codes_of_targets() -> BTreeSet<(String, String)> {
    told_of_targets(codes)
}

/// Operations, each with an outcome that a scenario expects of one of its changes.
fn outcomes_of_targets() -> BTreeSet<(String, String)> {
    let mut told = BTreeSet::new();
    for expected in Scenario::all().iter().flat_map(Scenario::deliveries) {
        for target in expected.targets() {
            let change = text(target, "target").unwrap();
            if let Some(outcome) = expected.outcomes.get(&change) {
                told.insert((text(target, "operation").unwrap(), outcome.clone()));
            }
        }
    }
    told
}

/// Operations, each with something that a scenario expects of one of its targets.
fn told_of_targets(what: fn(&Value) -> Vec<String>) -> BTreeSet<(String, String)> {
    let mut told = BTreeSet::new();
    for expected in Scenario::all().iter().flat_map(Scenario::deliveries) {
        for target in expected.targets() {
            let operation = text(target, "operation").unwrap();
            told.extend(what(target).into_iter().map(|it| (operation.clone(), it)));
        }
    }
    told
}

/// The codes of a decision's or a target's reasons.
fn codes(of: &Value) -> Vec<String> {
    let reasons = of.get("reasons").map(list).unwrap_or_default();
    let codes = reasons.into_iter().filter_map(|it| text(it, "code"));
    codes.collect()
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

fn text(of: &Value, key: &str) -> Option<String> {
    of.get(key)?.as_str().map(str::to_owned)
}

/// As it stands in records.
fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap().to_owned()
}

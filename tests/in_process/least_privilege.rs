//! The functions may do what they need, and nothing else. Each scenario runs with the roles that `synth` makes of its
//! policies, and again with less.

use std::collections::BTreeSet;

use countermand_core::load::load;
use countermand_core::operations;
use countermand_core::policy::{AlarmWhen, ChangeCalendarWhen};
use countermand_double::RecordedCall;
use countermand_synth::StackFunction;
use countermand_tests::Scenario;

use crate::cuts::Cuts;
use crate::role::{Roles, function_of, statements};
use crate::run::{Story, StoryEnd, all_well, run};

#[test]
fn every_scenario_ends_as_expected_with_what_its_policies_need_and_nothing_of_that_can_be_left_out()
{
    let scenarios = Scenario::to_run();
    let stories: Vec<_> = scenarios.iter().map(with_its_roles).collect();
    let ends = all_well(run(&stories));
    let mut cuts = Cuts::default();
    for (story, end) in stories.iter().zip(&ends) {
        let functions = function_of(story.scenario).into_iter();
        for function in functions.chain([StackFunction::Verify]) {
            cuts.add(function, story, end);
        }
    }
    cuts.each_is_missed();
}

#[test]
fn an_operation_that_no_policy_names_is_not_in_the_role() {
    let scenarios = Scenario::all();
    let mut others = Vec::new();
    for operation in operations::ALL {
        let (own, foreign): (Vec<_>, Vec<_>) = scenarios
            .iter()
            .filter(|it| function_of(it).is_some())
            .partition(|it| named(it).contains(operation.name));
        for scenario in &foreign {
            let foreign = actions_of(&Roles::of(scenario));
            // Two operations of a service can need one action, each on things of its own kind.
            let shared = named(scenario);
            let shared = operations::ALL.iter().filter(|it| shared.contains(it.name));
            let shared: BTreeSet<_> = shared
                .flat_map(|it| it.permissions())
                .map(|it| it.action)
                .collect();
            for permission in operation.permissions() {
                assert!(
                    !foreign.contains(permission.action) || shared.contains(permission.action),
                    "{scenario}: {permission:?}"
                );
            }
        }
        let alone = own.into_iter().find(|it| named(it).len() == 1);
        others.push((operation, alone.unwrap()));
    }
    for (operation, scenario) in &others {
        let foreign = others
            .iter()
            .filter(|(it, _)| it.service() != operation.service());
        let stories: Vec<_> = foreign
            .map(|(_, other)| Story {
                scenario,
                roles: Some(Roles::of(other)),
            })
            .collect();
        for end in run(&stories) {
            assert!(is_refused(&end), "{scenario}");
            let mut calls = end.calls.iter();
            let is_done = |it: &RecordedCall| {
                let action = action_of(it);
                it.status == 200 && operation.permissions().iter().any(|it| it.action == action)
            };
            assert!(!calls.any(is_done), "{scenario}: {:?}", end.calls);
        }
    }
}

/// The operations that its policies name.
fn named(scenario: &Scenario) -> BTreeSet<&'static str> {
    let policies = load(&scenario.sources()).into_policies().unwrap();
    let actions = policies.list().iter().flat_map(|it| &it.actions);
    actions.map(|it| it.spec().name).collect()
}

fn actions_of(roles: &Roles) -> BTreeSet<String> {
    let statements = roles.whole().into_iter().flatten();
    let actions = statements.map(|it| it.action.iter().map(str::to_owned).collect::<Vec<_>>());
    actions.flatten().collect()
}

#[test]
fn every_action_is_named_in_full_and_allowed_on_everything_only_where_it_is_declared_so() {
    let of_triggers = AlarmWhen::PERMISSIONS
        .iter()
        .chain(ChangeCalendarWhen::PERMISSIONS);
    let declared = operations::ALL.iter().flat_map(|it| it.permissions());
    let on_everything: BTreeSet<_> = declared
        .chain(of_triggers)
        .filter(|it| it.on == ["*"])
        .map(|it| it.action)
        .collect();
    for scenario in Scenario::all() {
        for function in StackFunction::ALL {
            for statement in statements(&scenario, function) {
                for action in statement.action.iter() {
                    assert!(!action.contains(['*', '?']), "{scenario}: {action}");
                    let is_wide = statement.resource.iter().any(|it| it == "*");
                    assert_eq!(
                        is_wide,
                        on_everything.contains(action),
                        "{scenario}: {action}"
                    );
                }
            }
        }
    }
}

fn with_its_roles(scenario: &Scenario) -> Story<'_> {
    Story {
        scenario,
        roles: Some(Roles::of(scenario)),
    }
}

/// Whether a call was refused, and the record tells so with AWS's code.
pub(crate) fn is_refused(end: &StoryEnd<'_>) -> bool {
    const DENIED: &str = "AccessDeniedException";
    let mut calls = end.calls.iter().chain(&end.looks);
    calls.any(|it| it.error.as_deref() == Some(DENIED) && it.fault.is_none())
        && end.told.iter().any(|it| it.to_string().contains(DENIED))
}

/// As IAM calls it.
pub(crate) fn action_of(call: &RecordedCall) -> String {
    call.name().replace("opensearch:", "es:")
}

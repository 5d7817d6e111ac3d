//! The functions may do what they need, and nothing else: each scenario with the roles that `synth` makes of its
//! policies, and with less than that.

use std::collections::{BTreeMap, BTreeSet};

use countermand_core::synth::Function;
use countermand_double::Call;
use countermand_double::world::{Statement, Texts};
use countermand_tests::Scenario;

use crate::role::{Roles, function_of};
use crate::run::{End, Story, all_well, run};

#[test]
fn every_scenario_ends_as_expected_with_what_its_policies_need_and_nothing_of_that_can_be_left_out()
{
    let scenarios = Scenario::all();
    let stories: Vec<_> = scenarios.iter().map(with_its_roles).collect();
    let ends = all_well(run(&stories));
    let mut cuts = Cuts::default();
    for (story, end) in stories.iter().zip(&ends) {
        let functions = function_of(story.scenario).into_iter();
        for function in functions.chain([Function::Verify]) {
            cuts.add(function, story, end);
        }
    }
    cuts.each_is_missed();
}

fn with_its_roles(scenario: &Scenario) -> Story<'_> {
    Story {
        scenario,
        roles: Some(Roles::of(scenario)),
    }
}

/// What can be taken out of a role, and the stories that used it, in which it is missing: the shortest last.
#[derive(Default)]
struct Cuts<'s>(BTreeMap<(Function, String), Vec<(Cost, Story<'s>)>>);

/// Stories in which calls are spoiled wait; those without are told first.
type Cost = (bool, usize);

impl<'s> Cuts<'s> {
    fn add(&mut self, function: Function, story: &Story<'s>, end: &End<'_>) {
        let roles = story.roles.as_ref().unwrap();
        let calls = match function {
            Function::Verify => &end.looks,
            Function::OnAlarm | Function::OnSchedule | Function::OnChange => &end.calls,
        };
        let made: BTreeSet<_> = calls.iter().map(action_of).collect();
        let cost = (!story.scenario.world().faults.is_empty(), calls.len());
        for (at, statement) in roles.of_function(function).iter().enumerate() {
            for (what, actions, rest) in cuts(statement) {
                let stories = self.0.entry((function, what)).or_default();
                if !actions.iter().any(|it| made.contains(it)) {
                    continue;
                }
                let mut roles = roles.clone();
                let statements = roles.of_function_mut(function);
                match rest {
                    Some(rest) => statements[at] = rest,
                    None => drop(statements.remove(at)),
                }
                let story = Story {
                    scenario: story.scenario,
                    roles: Some(roles),
                };
                stories.push((cost, story));
            }
        }
    }

    /// For each of them a story ends otherwise, by a call that is refused and told to be.
    fn each_is_missed(mut self) {
        assert!(self.0.len() > 100, "{}", self.0.len());
        for stories in self.0.values_mut() {
            stories.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        }
        let mut in_vain = Vec::new();
        while !self.0.is_empty() {
            let (mut whats, mut stories) = (Vec::new(), Vec::new());
            self.0.retain(|what, left| match left.pop() {
                Some((_, story)) => {
                    whats.push(what.clone());
                    stories.push(story);
                    true
                }
                None => {
                    in_vain.push(what.clone());
                    false
                }
            });
            for (what, end) in whats.iter().zip(run(&stories)) {
                if let Some(wrong) = &end.wrong {
                    assert!(is_refused(&end), "{what:?} in {}:\n{wrong}", end.scenario);
                    self.0.remove(what);
                }
            }
        }
        assert!(in_vain.is_empty(), "nothing needs {in_vain:#?}");
    }
}

/// By a call that was refused, as is told with the code of AWS.
fn is_refused(end: &End<'_>) -> bool {
    const DENIED: &str = "AccessDeniedException";
    let mut calls = end.calls.iter().chain(&end.looks);
    calls.any(|it| it.error.as_deref() == Some(DENIED) && it.fault.is_none())
        && end.told.iter().any(|it| it.to_string().contains(DENIED))
}

/// What can be taken out of a statement: all of it, an action, or what it allows on one kind of resource. What it
/// is called, the actions that are then missing, and what is left.
fn cuts(statement: &Statement) -> Vec<(String, Vec<String>, Option<Statement>)> {
    let actions: Vec<_> = statement.action.iter().map(str::to_owned).collect();
    let kinds: BTreeSet<_> = statement.resource.iter().map(kind).collect();
    let numbered = statement.sid.as_deref().unwrap_or_default();
    let sort = numbered.trim_end_matches(|it: char| it.is_ascii_digit());
    let on_condition = if statement.condition.is_empty() {
        ""
    } else {
        " with tags"
    };
    let what = format!("{sort} on {kinds:?}{on_condition}");
    let whole = (what, actions.clone(), None);
    let by_action = actions.iter().map(|left_out| {
        let others = actions.iter().filter(|it| *it != left_out);
        let rest = Statement {
            action: Texts::Many(others.cloned().collect()),
            ..statement.clone()
        };
        (left_out.clone(), vec![left_out.clone()], Some(rest))
    });
    let by_kind = kinds.iter().map(|left_out| {
        let others = statement.resource.iter().filter(|it| kind(it) != *left_out);
        let rest = Statement {
            resource: Texts::Many(others.map(str::to_owned).collect()),
            ..statement.clone()
        };
        let what = format!("{sort} on {left_out}{on_condition}");
        (what, actions.clone(), Some(rest))
    });
    [whole]
        .into_iter()
        .chain(by_action)
        .chain(by_kind)
        .collect()
}

/// `service` of the ARN of an ECS service.
fn kind(arn: &str) -> String {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    let kind = resource.split(['/', ':']).next().unwrap_or(resource);
    kind.to_owned()
}

/// As IAM calls it.
fn action_of(call: &Call) -> String {
    call.name().replace("opensearch:", "es:")
}

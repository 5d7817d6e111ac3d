//! Takes one permission after another out of the roles that `synth` makes: a story that used it must fail without it.

use std::collections::{BTreeMap, BTreeSet};

use countermand_double::{AccessStatement, AccessTexts};
use countermand_synth::StackFunction;

use crate::least_privilege::{action_of, is_refused};
use crate::run::{Story, StoryEnd, run};

/// Each cut of a role, with the stories that used what it takes away. The cheapest story comes last.
#[derive(Default)]
pub(crate) struct Cuts<'s>(BTreeMap<(StackFunction, String), Vec<(StoryCost, Story<'s>)>>);

/// Whether calls of the story fail, which makes it wait, and how many calls it makes.
type StoryCost = (bool, usize);

impl<'s> Cuts<'s> {
    pub(crate) fn add(&mut self, function: StackFunction, story: &Story<'s>, end: &StoryEnd<'_>) {
        let roles = story.roles.as_ref().unwrap();
        let calls = match function {
            StackFunction::Verify => &end.looks,
            StackFunction::OnAlarm | StackFunction::OnSchedule | StackFunction::OnChange => {
                &end.calls
            }
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
                statements.splice(at..=at, rest);
                let story = Story {
                    scenario: story.scenario,
                    roles: Some(roles),
                };
                stories.push((cost, story));
            }
        }
    }

    /// For each cut, a story ends otherwise, by a refused call that the record tells of.
    pub(crate) fn each_is_missed(mut self) {
        assert!(self.0.len() > 100, "{}", self.0.len());
        for stories in self.0.values_mut() {
            stories.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        }
        let mut in_vain = Vec::new();
        while !self.0.is_empty() {
            let (mut whats, mut stories) = (Vec::new(), Vec::new());
            self.0.retain(|what, left| {
                let Some((_, story)) = left.pop() else {
                    in_vain.push(what.clone());
                    return false;
                };
                whats.push(what.clone());
                stories.push(story);
                true
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

/// The cuts of a statement: all of it, one action, or one kind of resource. Each has a name, the actions that are then
/// missing, and the rest of the statement.
fn cuts(statement: &AccessStatement) -> Vec<(String, Vec<String>, Option<AccessStatement>)> {
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
        let rest = AccessStatement {
            action: AccessTexts::Many(others.cloned().collect()),
            ..statement.clone()
        };
        (left_out.clone(), vec![left_out.clone()], Some(rest))
    });
    let by_kind = kinds.iter().map(|left_out| {
        let others = statement.resource.iter().filter(|it| kind(it) != *left_out);
        let rest = AccessStatement {
            resource: AccessTexts::Many(others.map(str::to_owned).collect()),
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

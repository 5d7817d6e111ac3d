//! Pairs of policies that one event can trigger and that can stop the same change.

use std::collections::BTreeMap;

use crate::name::{Glob, NameEnds, OneOrMany, Pattern, Shape};
use crate::policy::{AlarmWhen, Mode, Policy, When};
use crate::problem::{Problem, ProblemCode};
use crate::read::{NodeId, PathStep, PolicyFile};

pub(super) fn overlaps(files: &[PolicyFile<'_>]) -> Vec<Problem> {
    overlaps_within(files, MOST_STEPS)
}

fn overlaps_within(files: &[PolicyFile<'_>], mut steps: usize) -> Vec<Problem> {
    let policies = files.iter().flat_map(|file| {
        let policies = file.complete();
        let enabled = policies.filter(|(_, policy)| policy.mode != Mode::Disabled);
        enabled.map(move |(node, policy)| Reach::of(file, node, policy))
    });
    let mut earlier: Vec<Reach<'_>> = Vec::new();
    // Kept apart from the policies, close together in memory: these alone rule out nearly all pairs.
    let mut outlines: Vec<Outline> = Vec::new();
    let mut problems = Vec::new();
    for policy in policies {
        let outline = Outline::at(&policy);
        let near = outlines.iter().zip(&earlier);
        let mut near = near
            .filter(|(it, _)| !it.differs(&outline))
            .map(|(_, it)| it);
        let met = near.find_map(|it| match it.meets(&policy, &mut steps) {
            Ok(index) => index.map(|index| Ok((it, index))),
            Err(too_many) => Some(Err(too_many)),
        });
        match met {
            Some(Ok((first, index))) => problems.push(policy.overlaps_with(first, index)),
            Some(Err(TooMany)) => {
                problems.push(policy.is_not_compared());
                break;
            }
            None => {}
        }
        earlier.push(policy);
        outlines.push(outline);
    }
    problems
}

/// The most steps of comparing patterns. A thousand policies take a few steps for each pair.
const MOST_STEPS: usize = 50_000_000;

/// The comparison would take too many steps.
struct TooMany;

/// The fixed beginnings and ends of the names that a policy is about: enough to tell most policies apart.
struct Outline {
    alarm: NameEnds,
    /// Of the first and the last target key, if it has exactly one action.
    targets: [NameEnds; 2],
}

impl Outline {
    fn at(policy: &Reach<'_>) -> Self {
        let alarm = match &policy.triggered_by {
            TriggeredBy::Alarm(names, _) => NameEnds::of(names),
            TriggeredBy::Change | TriggeredBy::Schedule => NameEnds::ANY,
        };
        let names: &[Vec<Shape>] = match policy.actions.as_slice() {
            [only] => &only.names,
            _ => &[],
        };
        let ends = |names: Option<&Vec<Shape>>| names.map_or(NameEnds::ANY, |it| NameEnds::of(it));
        Self {
            alarm,
            targets: [ends(names.first()), ends(names.last())],
        }
    }

    /// Whether the two cannot overlap. Names of different operations are compared too: those policies do not overlap
    /// anyway.
    fn differs(&self, other: &Self) -> bool {
        let targets = self.targets.iter().zip(&other.targets);
        self.alarm.differ(other.alarm) || targets.into_iter().any(|(one, two)| one.differ(*two))
    }
}

struct Reach<'a> {
    file: &'a PolicyFile<'a>,
    node: NodeId,
    policy: &'a Policy,
    triggered_by: TriggeredBy<'a>,
    actions: Vec<ActionTargets<'a>>,
}

enum TriggeredBy<'a> {
    Alarm(Vec<Shape>, &'a AlarmWhen),
    /// Every change that begins triggers all freezes.
    Change,
    /// Its own schedule, which triggers no other policy.
    Schedule,
}

struct ActionTargets<'a> {
    operation: &'static str,
    /// For each target key, in the operation's order.
    names: Vec<Vec<Shape>>,
    tags: &'a Filters,
}

/// By key (of a tag or a dimension), the values that are asked for.
type Filters = BTreeMap<String, OneOrMany<Glob>>;

impl<'a> Reach<'a> {
    fn of(file: &'a PolicyFile<'a>, node: NodeId, policy: &'a Policy) -> Self {
        let triggered_by = match &policy.when {
            When::Alarm(alarm) => {
                TriggeredBy::Alarm(alarm.name.iter().map(Pattern::shape).collect(), alarm)
            }
            When::Freeze(_) | When::ChangeCalendar(_) => TriggeredBy::Change,
            When::Schedule(_) => TriggeredBy::Schedule,
        };
        let actions = policy.actions.iter().map(|action| ActionTargets {
            operation: action.spec().name,
            names: action
                .names()
                .into_iter()
                .map(|(_, names)| names.shapes())
                .collect(),
            tags: action.conditions().tags,
        });
        Self {
            file,
            node,
            policy,
            triggered_by,
            actions: actions.collect(),
        }
    }

    /// The index of the first action of `later` that can stop what an action of this policy can stop.
    fn meets(&self, later: &Self, steps: &mut usize) -> Result<Option<usize>, TooMany> {
        let together = match (&self.triggered_by, &later.triggered_by) {
            (TriggeredBy::Alarm(ours, one), TriggeredBy::Alarm(theirs, two)) => {
                any_meet(ours, theirs, steps)? && filters_meet(one, two, steps)?
            }
            (TriggeredBy::Change, TriggeredBy::Change) => true,
            _ => false,
        };
        if together {
            for (index, theirs) in later.actions.iter().enumerate() {
                for ours in &self.actions {
                    if ours.meets(theirs, steps)? {
                        return Ok(Some(index));
                    }
                }
            }
        }
        Ok(None)
    }

    fn is_not_compared(&self) -> Problem {
        let path = [PathStep::Key("name")];
        let message = "from here on it is not known which policies stop the same: there are too many patterns to compare";
        let help = "name fewer things in each policy, with fewer wildcards";
        self.file
            .problem_at(self.node, &path, ProblemCode::NotCompared, message, help)
    }

    fn overlaps_with(&self, first: &Reach<'_>, index: usize) -> Problem {
        let operation = self.actions.get(index).map_or("", |it| it.operation);
        let path = [
            PathStep::Key("do"),
            PathStep::At(index),
            PathStep::Name(operation),
        ];
        let name = &first.policy.name;
        let message = format!("the policy `{name}` can stop the same for the same event");
        let help =
            "the first of them that enforces stops it: tell them apart by name, or merge them";
        self.file
            .problem_at(self.node, &path, ProblemCode::Overlaps, message, help)
    }
}

impl ActionTargets<'_> {
    fn meets(&self, other: &Self, steps: &mut usize) -> Result<bool, TooMany> {
        if self.operation != other.operation {
            return Ok(false);
        }
        for (one, two) in self.names.iter().zip(&other.names) {
            if !any_meet(one, two, steps)? {
                return Ok(false);
            }
        }
        all_meet(self.tags, other.tags, steps)
    }
}

/// Whether one alarm in one state can pass the filters of both.
fn filters_meet(one: &AlarmWhen, two: &AlarmWhen, steps: &mut usize) -> Result<bool, TooMany> {
    Ok(one.state.iter().any(|state| two.state.contains(state))
        && both_hold(one.account.as_ref(), two.account.as_ref(), steps)?
        && both_hold(one.region.as_ref(), two.region.as_ref(), steps)?
        && all_meet(&one.tags, &two.tags, steps)?
        // An alarm over several metrics could pass both with two values of a dimension; that is rare.
        && all_meet(&one.dimensions, &two.dimensions, steps)?)
}

fn all_meet(one: &Filters, two: &Filters, steps: &mut usize) -> Result<bool, TooMany> {
    for (key, ours) in one {
        if !both_hold(Some(ours), two.get(key), steps)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A filter that only one of them has does not tell them apart.
fn both_hold(
    one: Option<&OneOrMany<Glob>>,
    two: Option<&OneOrMany<Glob>>,
    steps: &mut usize,
) -> Result<bool, TooMany> {
    let (Some(one), Some(two)) = (one, two) else {
        return Ok(true);
    };
    let shapes = |globs: &OneOrMany<Glob>| globs.iter().map(Glob::shape).collect::<Vec<_>>();
    any_meet(&shapes(one), &shapes(two), steps)
}

fn any_meet(one: &[Shape], two: &[Shape], steps: &mut usize) -> Result<bool, TooMany> {
    for one in one {
        for two in two {
            if one.meets_within(two, steps).ok_or(TooMany)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Source;

    #[test]
    fn policies_that_would_take_too_long_to_compare_are_not() {
        let policy = |name: &str| {
            let action = "ecs.stop-service-deployment: { cluster: a, service: \"b*c\" }";
            format!(
                "  - name: {name}\n    when: {{ alarm: {{ name: \"d*e\" }} }}\n    do: [{{ {action} }}]\n"
            )
        };
        let text = format!("version: 1\npolicies:\n{}{}", policy("a"), policy("b"));
        let source = Source::new("p.yaml", text.into());
        let (file, _) = PolicyFile::read(&source, 0);
        let codes = |steps| -> Vec<ProblemCode> {
            let problems = overlaps_within(std::slice::from_ref(&file), steps);
            problems.iter().map(|problem| problem.code).collect()
        };
        assert_eq!(codes(MOST_STEPS), [ProblemCode::Overlaps]);
        assert_eq!(codes(1), [ProblemCode::NotCompared]);
    }
}

//! Two policies that one event can wake and that can stop the same thing.

use std::collections::BTreeMap;

use crate::name::{Ends, Glob, OneOrMany, Pattern, Shape};
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
    // Apart from the rest: nearly all pairs are ruled out by these alone.
    let mut glances: Vec<Outline> = Vec::new();
    let mut problems = Vec::new();
    for policy in policies {
        let glance = Outline::at(&policy);
        let near = glances.iter().zip(&earlier);
        let mut near = near
            .filter(|(it, _)| !it.differs(&glance))
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
        glances.push(glance);
    }
    problems
}

/// Comparing patterns takes time, and a thousand policies take a few of these for each pair.
const MOST_STEPS: usize = 50_000_000;

/// More steps than are taken.
struct TooMany;

/// What of a policy is seen at once.
struct Outline {
    alarm: Ends,
    /// Of its only action, where it has one: of its first and its last key.
    targets: [Ends; 2],
}

impl Outline {
    fn at(policy: &Reach<'_>) -> Self {
        let alarm = match &policy.woken_by {
            WokenBy::Alarm(names, _) => Ends::of(names),
            WokenBy::Change | WokenBy::Itself => Ends::ANY,
        };
        let names: &[Vec<Shape>] = match policy.actions.as_slice() {
            [only] => &only.names,
            _ => &[],
        };
        let ends = |names: Option<&Vec<Shape>>| names.map_or(Ends::ANY, |it| Ends::of(it));
        Self {
            alarm,
            targets: [ends(names.first()), ends(names.last())],
        }
    }

    /// The two cannot meet. Different operations do not either, whatever their names are.
    fn differs(&self, other: &Self) -> bool {
        let targets = self.targets.iter().zip(&other.targets);
        self.alarm.differ(other.alarm) || targets.into_iter().any(|(one, two)| one.differ(*two))
    }
}

struct Reach<'a> {
    file: &'a PolicyFile<'a>,
    node: NodeId,
    policy: &'a Policy,
    woken_by: WokenBy<'a>,
    actions: Vec<ActionTargets<'a>>,
}

enum WokenBy<'a> {
    Alarm(Vec<Shape>, &'a AlarmWhen),
    /// A change that begins wakes every freeze.
    Change,
    /// Its own schedule, which wakes no other.
    Itself,
}

struct ActionTargets<'a> {
    operation: &'static str,
    /// Key by key, each in the operation's own order.
    names: Vec<Vec<Shape>>,
    tags: &'a Filters,
}

/// What the values of some keys must be.
type Filters = BTreeMap<String, OneOrMany<Glob>>;

impl<'a> Reach<'a> {
    fn of(file: &'a PolicyFile<'a>, node: NodeId, policy: &'a Policy) -> Self {
        let woken_by = match &policy.when {
            When::Alarm(alarm) => {
                WokenBy::Alarm(alarm.name.iter().map(Pattern::shape).collect(), alarm)
            }
            When::Freeze(_) | When::ChangeCalendar(_) => WokenBy::Change,
            When::Schedule(_) => WokenBy::Itself,
        };
        let actions = policy.actions.iter().map(|action| ActionTargets {
            operation: action.about().name,
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
            woken_by,
            actions: actions.collect(),
        }
    }

    /// The action of `later` that stops what an action of this one can stop.
    fn meets(&self, later: &Self, steps: &mut usize) -> Result<Option<usize>, TooMany> {
        let together = match (&self.woken_by, &later.woken_by) {
            (WokenBy::Alarm(ours, one), WokenBy::Alarm(theirs, two)) => {
                any_meet(ours, theirs, steps)? && filters_meet(one, two, steps)?
            }
            (WokenBy::Change, WokenBy::Change) => true,
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
        let place = self.file.place(self.node, &[PathStep::Key("name")]);
        let message = "from here on it is not known which policies stop the same: there are too many patterns to compare";
        let help = "name fewer things in each policy, with fewer wildcards";
        self.file
            .problem(place, ProblemCode::NotCompared, message, help)
    }

    fn overlaps_with(&self, first: &Reach<'_>, index: usize) -> Problem {
        let operation = self
            .actions
            .get(index)
            .map(|it| it.operation)
            .unwrap_or_default();
        let path = [
            PathStep::Key("do"),
            PathStep::At(index),
            PathStep::Name(operation),
        ];
        let place = self.file.place(self.node, &path);
        let message = format!(
            "the policy `{}` can stop the same for the same event",
            first.policy.name
        );
        let help =
            "the first of them that enforces stops it: tell them apart by name, or merge them";
        self.file
            .problem(place, ProblemCode::Overlaps, message, help)
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

/// One alarm in one state can pass the filters of both.
fn filters_meet(one: &AlarmWhen, two: &AlarmWhen, steps: &mut usize) -> Result<bool, TooMany> {
    Ok(one.state.iter().any(|state| two.state.contains(state))
        && both_hold(one.account.as_ref(), two.account.as_ref(), steps)?
        && both_hold(one.region.as_ref(), two.region.as_ref(), steps)?
        && all_meet(&one.tags, &two.tags, steps)?
        // Only an alarm over several metrics can give one dimension two values.
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

/// What only one of them asks for does not keep them apart.
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

//! Two policies that one event can wake and that can stop the same thing.

use super::document::{File, Step};
use super::problem::{Code, Problem};
use super::tree::NodeId;
use crate::name::{Pattern, Shape};
use crate::policy::{Mode, Policy, When};

pub(super) fn overlaps(files: &[File<'_>]) -> Vec<Problem> {
    let policies = files.iter().flat_map(|file| {
        let policies = file
            .policies
            .iter()
            .filter(|(_, policy)| policy.mode != Mode::Disabled);
        policies.map(move |(node, policy)| Reach::of(file, *node, policy))
    });
    let mut earlier: Vec<Reach<'_>> = Vec::new();
    let mut problems = Vec::new();
    for policy in policies {
        let met = earlier.iter().find_map(|it| Some((it, it.meets(&policy)?)));
        if let Some((first, index)) = met {
            problems.push(policy.overlaps_with(first, index));
        }
        earlier.push(policy);
    }
    problems
}

struct Reach<'a> {
    file: &'a File<'a>,
    node: NodeId,
    policy: &'a Policy,
    woken_by: WokenBy,
    actions: Vec<Targets>,
}

enum WokenBy {
    Alarm(Vec<Shape>),
    /// A change that begins wakes every freeze.
    Change,
    /// Its own schedule, which wakes no other.
    Itself,
}

struct Targets {
    operation: &'static str,
    /// Key by key, each in the operation's own order.
    names: Vec<Vec<Shape>>,
}

impl<'a> Reach<'a> {
    fn of(file: &'a File<'a>, node: NodeId, policy: &'a Policy) -> Self {
        let woken_by = match &policy.when {
            When::Alarm(alarm) => WokenBy::Alarm(alarm.name.iter().map(Pattern::shape).collect()),
            When::Freeze(_) | When::ChangeCalendar(_) => WokenBy::Change,
            When::Schedule(_) => WokenBy::Itself,
        };
        let actions = policy.actions.iter().map(|action| Targets {
            operation: action.about().name,
            names: action
                .names()
                .into_iter()
                .map(|(_, names)| names.shapes())
                .collect(),
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
    fn meets(&self, later: &Self) -> Option<usize> {
        let together = match (&self.woken_by, &later.woken_by) {
            (WokenBy::Alarm(ours), WokenBy::Alarm(theirs)) => any_meet(ours, theirs),
            (WokenBy::Change, WokenBy::Change) => true,
            _ => false,
        };
        let same = |theirs: &Targets| self.actions.iter().any(|ours| ours.meets(theirs));
        together
            .then(|| later.actions.iter().position(same))
            .flatten()
    }

    fn overlaps_with(&self, first: &Reach<'_>, index: usize) -> Problem {
        let operation = self
            .actions
            .get(index)
            .map(|it| it.operation)
            .unwrap_or_default();
        let path = [Step::Key("do"), Step::At(index), Step::Name(operation)];
        let place = self.file.place(self.node, &path);
        let message = format!(
            "the policy `{}` can stop the same for the same event",
            first.policy.name
        );
        let help =
            "the first of them that enforces stops it: tell them apart by name, or merge them";
        self.file.problem(place, Code::Overlaps, message, help)
    }
}

impl Targets {
    fn meets(&self, other: &Self) -> bool {
        self.operation == other.operation
            && self
                .names
                .iter()
                .zip(&other.names)
                .all(|(one, two)| any_meet(one, two))
    }
}

fn any_meet(one: &[Shape], two: &[Shape]) -> bool {
    one.iter().any(|one| two.iter().any(|two| one.meets(two)))
}

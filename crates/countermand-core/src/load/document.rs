//! One file, read as far as it can be.

use std::collections::{BTreeMap, HashMap};

use super::build;
use super::problem::{Code, Problem};
use super::reader::{MOST_TOLD, Raw, Reading};
use super::source::Source;
use super::tree::{NodeId, Tree};
use crate::calendar::Calendar;
use crate::policy::{Document, Policy};

/// What could be read of a file, with the places that it came from.
#[derive(Debug)]
pub(super) struct File<'s> {
    pub(super) tree: Tree<'s>,
    pub(super) index: usize,
    pub(super) policies: Vec<(NodeId, Policy)>,
    /// Every policy that the file has, also where it could not be read.
    pub(super) written: Vec<NodeId>,
    /// By name: the key's place, and the calendar where it can be read.
    pub(super) calendars: BTreeMap<String, (NodeId, Option<Calendar>)>,
}

/// A step from a mapping or list into one of its parts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    /// The key itself, not its value.
    Name(&'a str),
    At(usize),
}

impl<'s> File<'s> {
    pub(super) fn read(source: &'s Source, index: usize) -> (Self, Vec<Problem>) {
        let (tree, mut problems) = build::tree(source, index);
        Problem::at_most(MOST_TOLD, &mut problems);
        let mut file = Self {
            tree,
            index,
            policies: Vec::new(),
            written: Vec::new(),
            calendars: BTreeMap::new(),
        };
        if let Some(root) = file.tree.root {
            problems.extend(file.fill(root, !source.is_json()));
        }
        (file, problems)
    }

    /// Policies and calendars are read one by one: a mistake in one costs the others nothing.
    fn fill(&mut self, root: NodeId, yaml: bool) -> Vec<Problem> {
        let reading = Reading::new(&self.tree, self.index, yaml);
        let Some(document) = reading.read::<Document<Raw, Raw>>(root) else {
            return reading.into_problems();
        };
        reading.require(root, "version");
        let entries = self.tree.entry(root, "calendars");
        let entries = entries.map_or(&[][..], |(_, calendars)| self.tree.entries(calendars));
        let keys: HashMap<Option<&str>, NodeId> = entries
            .iter()
            .map(|(key, _)| (self.tree.text(*key), *key))
            .collect();
        for (name, raw) in document.calendars.unwrap_or_default() {
            let key = keys.get(&Some(name.as_str())).copied().unwrap_or(raw.0);
            let whole = !self.tree.node(raw.0).unfinished;
            let calendar = whole.then(|| reading.read(raw.0)).flatten();
            self.calendars.insert(name, (key, calendar));
        }
        for raw in document.policies.unwrap_or_default() {
            self.written.push(raw.0);
            let whole = !self.tree.node(raw.0).unfinished;
            if let Some(policy) = whole.then(|| reading.read(raw.0)).flatten() {
                self.policies.push((raw.0, policy));
            }
        }
        reading.into_problems()
    }

    /// Policies of which no list has lost an entry that could not be read: their places are those of the text.
    pub(super) fn complete(&self) -> impl Iterator<Item = (NodeId, &Policy)> {
        let policies = self.policies.iter().map(|(node, policy)| (*node, policy));
        policies.filter(|(node, policy)| {
            let has_all = |key, read| {
                let list = self.tree.entry(*node, key);
                list.is_none_or(|(_, list)| self.tree.elements(list).len() == read)
            };
            has_all("do", policy.actions.len()) && has_all("except", policy.except.len())
        })
    }

    /// The text at the end of the path.
    pub(super) fn text(&self, from: NodeId, path: &[&str]) -> Option<(NodeId, &str)> {
        let found = path
            .iter()
            .try_fold(from, |at, key| Some(self.tree.entry(at, key)?.1))?;
        Some((found, self.tree.text(found)?))
    }

    /// Whether all of the text could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.tree
            .root
            .is_some_and(|root| !self.tree.node(root).unfinished)
    }

    /// The deepest place on the path that exists.
    pub(super) fn place(&self, from: NodeId, path: &[Step<'_>]) -> NodeId {
        path.iter().fold(from, |at, step| {
            let next = match *step {
                Step::Key(key) => self.tree.entry(at, key).map(|(_, value)| value),
                Step::Name(key) => self.tree.entry(at, key).map(|(name, _)| name),
                Step::At(index) => self.tree.element(at, index),
            };
            next.unwrap_or(at)
        })
    }

    pub(super) fn problem(
        &self,
        at: NodeId,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        Problem {
            code,
            source: self.index,
            span: self.tree.node(at).span.clone(),
            message: message.into(),
            help: vec![help.into()],
        }
    }
}

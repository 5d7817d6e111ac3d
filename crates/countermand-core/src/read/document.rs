//! One file, read as far as it can be.

use std::collections::{BTreeMap, HashMap};

use super::build;
use super::reader::{RawNode, TreeReader};
use super::source::Source;
use super::tree::{NodeId, Tree};
use crate::calendar::Calendar;
use crate::operations::Action;
use crate::policy::{Document, Exception, Policy, When};
use crate::problem::{Problem, ProblemCode};

/// What could be read of a file, with the places that it came from.
#[derive(Debug)]
pub(crate) struct PolicyFile<'s> {
    pub(crate) tree: Tree<'s>,
    pub(crate) index: usize,
    pub(crate) policies: Vec<(NodeId, Policy)>,
    /// Those of which a part could not be read: the parts that could.
    parts: Vec<PartialPolicy>,
    /// Every policy that the file has.
    pub(crate) written: Vec<NodeId>,
    /// By name: the key's place, and the calendar where it can be read.
    pub(crate) calendars: BTreeMap<String, (NodeId, Option<Calendar>)>,
}

/// A policy in its parts: what cannot be read in one of them hides no mistake in another.
#[derive(Debug)]
struct PartialPolicy {
    node: NodeId,
    when: Option<When>,
    actions: Vec<(NodeId, Action)>,
    except: Vec<(NodeId, Exception)>,
}

/// What could be read of a policy, each part with its place.
#[derive(Debug)]
pub(crate) struct ReadablePolicy<'f> {
    pub(crate) node: NodeId,
    pub(crate) when: Option<&'f When>,
    pub(crate) actions: Vec<(NodeId, &'f Action)>,
    /// What none of the actions has, the policy does not have.
    pub(crate) has_all_actions: bool,
    pub(crate) except: Vec<(NodeId, &'f Exception)>,
}

/// A step from a mapping or list into one of its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PathStep<'a> {
    Key(&'a str),
    /// The key itself, not its value.
    Name(&'a str),
    At(usize),
}

impl<'s> PolicyFile<'s> {
    pub(crate) fn read(source: &'s Source, index: usize) -> (Self, Vec<Problem>) {
        let (tree, mut problems) = build::tree(source, index);
        Problem::truncate(&mut problems);
        let mut file = Self {
            tree,
            index,
            policies: Vec::new(),
            parts: Vec::new(),
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
        let reading = TreeReader::new(&self.tree, self.index, yaml);
        let Some(document) = reading.read::<Document<RawNode, RawNode>>(root) else {
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
            if self.tree.node(raw.0).unfinished {
                continue;
            }
            self.written.push(raw.0);
            let policy: Option<Policy> = reading.read(raw.0);
            if !policy
                .as_ref()
                .is_some_and(|policy| self.is_complete(raw.0, policy))
            {
                self.parts.push(self.parts_of(raw.0, &reading));
            }
            self.policies.extend(policy.map(|policy| (raw.0, policy)));
        }
        reading.into_problems()
    }

    /// What is wrong in the parts has been said by now.
    fn parts_of(&self, node: NodeId, reading: &TreeReader<'_>) -> PartialPolicy {
        let list = |key| self.list(node, key).iter();
        let when = self.tree.entry(node, "when");
        PartialPolicy {
            node,
            when: when.and_then(|(_, when)| reading.read(when)),
            actions: list("do")
                .filter_map(|it| Some((*it, reading.read(*it)?)))
                .collect(),
            except: list("except")
                .filter_map(|it| Some((*it, reading.read(*it)?)))
                .collect(),
        }
    }

    fn list(&self, policy: NodeId, key: &str) -> &[NodeId] {
        let list = self.tree.entry(policy, key);
        list.map_or(&[], |(_, list)| self.tree.elements(list))
    }

    /// No list of it has lost an entry that could not be read: its places are those of the text.
    fn is_complete(&self, node: NodeId, policy: &Policy) -> bool {
        let has_all = |key, read| self.list(node, key).len() == read;
        has_all("do", policy.actions.len()) && has_all("except", policy.except.len())
    }

    /// Policies that could be read to the last entry.
    pub(crate) fn complete(&self) -> impl Iterator<Item = (NodeId, &Policy)> {
        let policies = self.policies.iter().map(|(node, policy)| (*node, policy));
        policies.filter(|(node, policy)| self.is_complete(*node, policy))
    }

    /// All policies, as far as they could be read.
    pub(crate) fn in_parts(&self) -> impl Iterator<Item = ReadablePolicy<'_>> {
        let complete = self.complete().map(|(node, policy)| ReadablePolicy {
            node,
            when: Some(&policy.when),
            actions: self
                .list(node, "do")
                .iter()
                .copied()
                .zip(&policy.actions)
                .collect(),
            has_all_actions: true,
            except: self
                .list(node, "except")
                .iter()
                .copied()
                .zip(&policy.except)
                .collect(),
        });
        complete.chain(self.parts.iter().map(|parts| ReadablePolicy {
            node: parts.node,
            when: parts.when.as_ref(),
            actions: parts.actions.iter().map(|(node, it)| (*node, it)).collect(),
            has_all_actions: parts.actions.len() == self.list(parts.node, "do").len(),
            except: parts.except.iter().map(|(node, it)| (*node, it)).collect(),
        }))
    }

    /// The text at the end of the path.
    pub(crate) fn text(&self, from: NodeId, path: &[&str]) -> Option<(NodeId, &str)> {
        let found = path
            .iter()
            .try_fold(from, |at, key| Some(self.tree.entry(at, key)?.1))?;
        Some((found, self.tree.text(found)?))
    }

    /// Whether all of the text could be read.
    pub(crate) fn is_whole(&self) -> bool {
        self.tree
            .root
            .is_some_and(|root| !self.tree.node(root).unfinished)
    }

    /// The deepest place on the path that exists.
    pub(crate) fn place(&self, from: NodeId, path: &[PathStep<'_>]) -> NodeId {
        path.iter().fold(from, |at, step| {
            let next = match *step {
                PathStep::Key(key) => self.tree.entry(at, key).map(|(_, value)| value),
                PathStep::Name(key) => self.tree.entry(at, key).map(|(name, _)| name),
                PathStep::At(index) => self.tree.element(at, index),
            };
            next.unwrap_or(at)
        })
    }

    pub(crate) fn problem(
        &self,
        at: NodeId,
        code: ProblemCode,
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

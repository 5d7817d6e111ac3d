//! One policy file, read as far as possible.

use std::collections::{BTreeMap, HashMap};

use super::build;
use super::reader::{RawNode, TreeReader};
use super::source::Source;
use super::tree::{NodeId, Tree};
use crate::calendar::Calendar;
use crate::operations::Action;
use crate::policy::{Document, Policy, TargetException, When};
use crate::problem::{Problem, ProblemCode};

/// The readable contents of a file, with their nodes in its tree.
#[derive(Debug)]
pub(crate) struct PolicyFile<'s> {
    pub(crate) tree: Tree<'s>,
    pub(crate) index: usize,
    pub(crate) policies: Vec<(NodeId, Policy)>,
    /// The readable parts of the policies that are not complete.
    partial: Vec<PartialPolicy>,
    /// The nodes of all policies, readable or not.
    pub(crate) policy_nodes: Vec<NodeId>,
    /// By name: the node of the key, and the calendar if it can be read.
    pub(crate) calendars: BTreeMap<String, (NodeId, Option<Calendar>)>,
}

/// A policy of which a part cannot be read. The other parts are still checked.
#[derive(Debug)]
struct PartialPolicy {
    node: NodeId,
    when: Option<When>,
    actions: Vec<(NodeId, Action)>,
    except: Vec<(NodeId, TargetException)>,
}

/// The readable parts of a policy, complete or not, each with its node.
#[derive(Debug)]
pub(crate) struct ReadablePolicy<'f> {
    pub(crate) node: NodeId,
    pub(crate) when: Option<&'f When>,
    pub(crate) actions: Vec<(NodeId, &'f Action)>,
    /// Every action could be read: what none of them has, the policy does not have.
    pub(crate) has_all_actions: bool,
    pub(crate) except: Vec<(NodeId, &'f TargetException)>,
}

/// One step of a path through the tree.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PathStep<'a> {
    /// To the value of a key.
    Key(&'a str),
    /// To the key itself.
    Name(&'a str),
    /// To an element of a list.
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
            partial: Vec::new(),
            policy_nodes: Vec::new(),
            calendars: BTreeMap::new(),
        };
        if let Some(root) = file.tree.root {
            problems.extend(file.fill(root, !source.is_json()));
        }
        (file, problems)
    }

    /// Reads policies and calendars one by one, so that a mistake in one does not hide the others.
    fn fill(&mut self, root: NodeId, yaml: bool) -> Vec<Problem> {
        let reader = TreeReader::new(&self.tree, self.index, yaml);
        let Some(document) = reader.read::<Document<RawNode, RawNode>>(root) else {
            return reader.into_problems();
        };
        reader.require(root, "version");
        let entries = self.tree.entry(root, "calendars");
        let entries = entries.map_or(&[][..], |(_, calendars)| self.tree.entries(calendars));
        let keys: HashMap<Option<&str>, NodeId> = entries
            .iter()
            .map(|(key, _)| (self.tree.text(*key), *key))
            .collect();
        for (name, raw) in document.calendars.unwrap_or_default() {
            let key = keys.get(&Some(name.as_str())).copied().unwrap_or(raw.0);
            let whole = !self.tree.node(raw.0).unfinished;
            let calendar = whole.then(|| reader.read(raw.0)).flatten();
            self.calendars.insert(name, (key, calendar));
        }
        for raw in document.policies.unwrap_or_default() {
            if self.tree.node(raw.0).unfinished {
                continue;
            }
            self.policy_nodes.push(raw.0);
            let policy: Option<Policy> = reader.read(raw.0);
            if !policy
                .as_ref()
                .is_some_and(|policy| self.is_complete(raw.0, policy))
            {
                self.partial.push(self.parts_of(raw.0, &reader));
            }
            self.policies.extend(policy.map(|policy| (raw.0, policy)));
        }
        reader.into_problems()
    }

    /// Problems in the parts are not reported again: the reader reports each place once.
    fn parts_of(&self, node: NodeId, reader: &TreeReader<'_>) -> PartialPolicy {
        let list = |key| self.list(node, key).iter();
        let when = self.tree.entry(node, "when");
        PartialPolicy {
            node,
            when: when.and_then(|(_, when)| reader.read(when)),
            actions: list("do")
                .filter_map(|it| Some((*it, reader.read(*it)?)))
                .collect(),
            except: list("except")
                .filter_map(|it| Some((*it, reader.read(*it)?)))
                .collect(),
        }
    }

    fn list(&self, policy: NodeId, key: &str) -> &[NodeId] {
        let list = self.tree.entry(policy, key);
        list.map_or(&[], |(_, list)| self.tree.elements(list))
    }

    /// No entry of its lists was left out as unreadable, so that the n-th value belongs to the n-th node.
    fn is_complete(&self, node: NodeId, policy: &Policy) -> bool {
        let has_all = |key, read| self.list(node, key).len() == read;
        has_all("do", policy.actions.len()) && has_all("except", policy.except.len())
    }

    /// The policies that could be read completely.
    pub(crate) fn complete(&self) -> impl Iterator<Item = (NodeId, &Policy)> {
        let policies = self.policies.iter().map(|(node, policy)| (*node, policy));
        policies.filter(|(node, policy)| self.is_complete(*node, policy))
    }

    /// All policies, as far as they can be read.
    pub(crate) fn readable(&self) -> impl Iterator<Item = ReadablePolicy<'_>> {
        let list = |node, key| self.list(node, key).iter().copied();
        let complete = self.complete().map(move |(node, policy)| ReadablePolicy {
            node,
            when: Some(&policy.when),
            actions: list(node, "do").zip(&policy.actions).collect(),
            has_all_actions: true,
            except: list(node, "except").zip(&policy.except).collect(),
        });
        complete.chain(self.partial.iter().map(|parts| ReadablePolicy {
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

    /// Whether the text could be parsed to its end.
    pub(crate) fn is_whole(&self) -> bool {
        self.tree
            .root
            .is_some_and(|root| !self.tree.node(root).unfinished)
    }

    /// The node at the end of the path, or the last one on it that exists.
    fn node_at(&self, from: NodeId, path: &[PathStep<'_>]) -> NodeId {
        path.iter().fold(from, |at, step| {
            let next = match *step {
                PathStep::Key(key) => self.tree.entry(at, key).map(|(_, value)| value),
                PathStep::Name(key) => self.tree.entry(at, key).map(|(name, _)| name),
                PathStep::At(index) => self.tree.element(at, index),
            };
            next.unwrap_or(at)
        })
    }

    /// A problem with the node at the end of the path.
    pub(crate) fn problem_at(
        &self,
        from: NodeId,
        path: &[PathStep<'_>],
        code: ProblemCode,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Problem {
        self.problem(self.node_at(from, path), code, message, help)
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

//! A policy file as a tree in which everything knows its place.

use std::borrow::Cow;
use std::ops::Range;

#[derive(Debug, Default)]
pub(crate) struct Tree<'s> {
    pub(crate) nodes: Vec<TreeNode<'s>>,
    pub(crate) root: Option<NodeId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(pub(crate) usize);

#[derive(Debug)]
pub(crate) struct TreeNode<'s> {
    pub(crate) span: Range<usize>,
    pub(crate) value: NodeValue<'s>,
    /// The text broke off inside it: what is missing was perhaps only not reached.
    pub(crate) unfinished: bool,
    /// How many nodes it stands for, with what its aliases stand for.
    pub(crate) weight: usize,
}

#[derive(Debug)]
pub(crate) enum NodeValue<'s> {
    /// Plain text may mean a number; quoted text never does.
    Scalar {
        text: Cow<'s, str>,
        plain: bool,
    },
    List(Vec<NodeId>),
    Map(Vec<(NodeId, NodeId)>),
}

impl<'s> Tree<'s> {
    pub(crate) fn node(&self, id: NodeId) -> &TreeNode<'s> {
        static NOWHERE: TreeNode<'static> = TreeNode {
            span: 0..0,
            value: NodeValue::List(Vec::new()),
            unfinished: false,
            weight: 0,
        };
        self.nodes.get(id.0).unwrap_or(&NOWHERE)
    }

    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).value {
            NodeValue::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Scalars that the text promised but did not give.
    pub(crate) fn unreadable_scalars(&self) -> impl Iterator<Item = NodeId> {
        let scalars = self.nodes.iter().enumerate();
        let unreadable = scalars
            .filter(|(_, node)| node.unfinished && matches!(node.value, NodeValue::Scalar { .. }));
        unreadable.map(|(index, _)| NodeId(index))
    }

    pub(crate) fn cut_short(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.unfinished = true;
        }
    }

    /// The keys and values of a mapping.
    pub(crate) fn entries(&self, map: NodeId) -> &[(NodeId, NodeId)] {
        match &self.node(map).value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn elements(&self, list: NodeId) -> &[NodeId] {
        match &self.node(list).value {
            NodeValue::List(elements) => elements,
            _ => &[],
        }
    }

    /// The key and the value of one entry.
    pub(crate) fn entry(&self, map: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let mut entries = self.entries(map).iter().copied();
        entries.find(|(it, _)| self.text(*it) == Some(key))
    }

    pub(crate) fn element(&self, list: NodeId, index: usize) -> Option<NodeId> {
        match &self.node(list).value {
            NodeValue::List(elements) => elements.get(index).copied(),
            // One where a list could stand.
            _ => (index == 0).then_some(list),
        }
    }
}

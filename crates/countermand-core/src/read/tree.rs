//! A policy file as a tree whose nodes know their place in the text.

use std::borrow::Cow;
use std::ops::Range;

#[derive(Debug, Default)]
pub(crate) struct Tree<'s> {
    nodes: Vec<SourceNode<'s>>,
    pub(crate) root: Option<NodeId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(pub(crate) usize);

#[derive(Debug)]
pub(crate) struct SourceNode<'s> {
    pub(crate) span: Range<usize>,
    pub(crate) value: NodeValue<'s>,
    /// The text ends inside this node, by a syntax error: what seems to be missing may stand behind that.
    pub(crate) unfinished: bool,
    /// The number of nodes below it, with every alias expanded.
    pub(crate) weight: usize,
}

#[derive(Debug)]
pub(crate) enum NodeValue<'s> {
    /// Unquoted (plain) text may be a number; quoted text never is.
    Scalar {
        text: Cow<'s, str>,
        plain: bool,
    },
    List(Vec<NodeId>),
    Map(Vec<(NodeId, NodeId)>),
}

impl<'s> Tree<'s> {
    pub(crate) fn node(&self, id: NodeId) -> &SourceNode<'s> {
        static NOWHERE: SourceNode<'static> = SourceNode {
            span: 0..0,
            value: NodeValue::List(Vec::new()),
            unfinished: false,
            weight: 0,
        };
        self.nodes.get(id.0).unwrap_or(&NOWHERE)
    }

    pub(crate) fn add(
        &mut self,
        span: Range<usize>,
        value: NodeValue<'s>,
        weight: usize,
    ) -> NodeId {
        self.nodes.push(SourceNode {
            span,
            value,
            unfinished: false,
            weight,
        });
        NodeId(self.nodes.len() - 1)
    }

    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).value {
            NodeValue::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Scalars that stand for something the text does not define: an alias without an anchor.
    pub(crate) fn unresolved_scalars(&self) -> impl Iterator<Item = NodeId> {
        let scalars = self.nodes.iter().enumerate();
        let unresolved = scalars
            .filter(|(_, node)| node.unfinished && matches!(node.value, NodeValue::Scalar { .. }));
        unresolved.map(|(index, _)| NodeId(index))
    }

    pub(crate) fn mark_unfinished(&mut self, id: NodeId) {
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

    /// An element of a list. A single value counts as a list of one, as it does in policies.
    pub(crate) fn element(&self, list: NodeId, index: usize) -> Option<NodeId> {
        match &self.node(list).value {
            NodeValue::List(elements) => elements.get(index).copied(),
            _ => (index == 0).then_some(list),
        }
    }
}

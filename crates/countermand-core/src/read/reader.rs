//! From tree to types: a serde deserializer that does not stop at the first mistake.
//!
//! Derived code returns on its first error. So the reader reports the mistake with its place, leaves that place out, and
//! reads the same type again until it finds no new mistake. An error that only follows from something left out
//! ("missing `when`", where `when` is there but wrong) is not reported.

mod access;
mod error;
mod required;
pub(super) mod scalar;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ops::Range;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};

use self::access::{ChoiceReader, ListReader, MapReader};
use self::error::ReadError;
use self::scalar::ScalarMeaning;
use super::tree::{NodeId, NodeValue, Tree};
use crate::nearest::nearest;
use crate::problem::{Problem, ProblemCode};

/// Reads the values of one file, and collects the problems.
pub(crate) struct TreeReader<'t> {
    pub(super) tree: &'t Tree<'t>,
    source: usize,
    yaml: bool,
    problems: RefCell<Vec<Problem>>,
    reported: RefCell<HashSet<(usize, ProblemCode, String)>>,
    /// Nodes that are left out, because a problem with them has been reported.
    wrong: RefCell<HashSet<NodeId>>,
    /// By mapping: keys that an unknown key was probably meant to be.
    misspelt: RefCell<HashSet<(NodeId, &'static str)>>,
    /// How many more bytes may be read again after a mistake in them.
    budget: Cell<usize>,
}

/// The most bytes that are read again. After each mistake its policy or calendar is read again: without a limit the time
/// would grow with the square of a hostile file.
const MOST_READ_AGAIN: usize = 4 * 1024 * 1024;

/// A part of the document that is read later and on its own, so that its mistakes do not affect the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawNode(pub(super) NodeId);

const RAW: &str = "\0raw";

impl<'t> TreeReader<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>, source: usize, yaml: bool) -> Self {
        Self {
            tree,
            source,
            yaml,
            problems: RefCell::default(),
            reported: RefCell::default(),
            wrong: RefCell::new(tree.unresolved_scalars().collect()),
            misspelt: RefCell::default(),
            budget: Cell::new(MOST_READ_AGAIN),
        }
    }

    /// The value at the node without the parts that are wrong; none if the rest is not a value.
    pub(crate) fn read<T: DeserializeOwned>(&self, node: NodeId) -> Option<T> {
        while !self.is_full() {
            let error = match T::deserialize(self.node_reader(node)) {
                Ok(value) => return Some(value),
                Err(error) => error.at(node),
            };
            let at = error.node.unwrap_or(node);
            if let Some(problem) = error.into_problem(self) {
                self.report(problem);
            }
            if !self.wrong.borrow_mut().insert(at) || at == node {
                return None;
            }
            let again = self.tree.node(node).span.len();
            let Some(left) = self.budget.get().checked_sub(again) else {
                self.report(Problem::too_much_is_wrong(self.source, self.span(node)));
                return None;
            };
            self.budget.set(left);
        }
        None
    }

    /// There are so many problems that the rest is not read.
    pub(super) fn is_full(&self) -> bool {
        self.problems.borrow().len() > Problem::MOST_IN_A_FILE
    }

    /// All problems, without warnings about places that also have an error.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        let wrong = problems.iter().filter(|problem| problem.is_error());
        let wrong: HashSet<_> = wrong.map(|problem| problem.span.start).collect();
        problems.retain(|problem| problem.is_error() || !wrong.contains(&problem.span.start));
        problems
    }

    fn span(&self, node: NodeId) -> Range<usize> {
        self.tree.node(node).span.clone()
    }

    pub(super) fn problem_at(
        &self,
        node: NodeId,
        code: ProblemCode,
        message: impl Into<String>,
        help: Vec<String>,
    ) -> Problem {
        Problem {
            code,
            source: self.source,
            span: self.span(node),
            message: message.into(),
            help,
        }
    }

    /// Adds the problem, unless the same was reported for the same place before.
    pub(super) fn report(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        let key = (problem.span.start, problem.code, problem.message.clone());
        if problems.len() > Problem::MOST_IN_A_FILE || !self.reported.borrow_mut().insert(key) {
            return;
        }
        if problems.len() < Problem::MOST_IN_A_FILE {
            problems.push(problem);
        } else {
            problems.push(Problem::too_much_is_wrong(problem.source, problem.span));
        }
    }

    fn report_at(
        &self,
        node: NodeId,
        code: ProblemCode,
        message: impl Into<String>,
        help: Vec<String>,
    ) {
        self.report(self.problem_at(node, code, message, help));
    }

    fn node_reader(&self, node: NodeId) -> NodeReader<'_> {
        NodeReader {
            tree_reader: self,
            node,
        }
    }

    fn is_wrong(&self, node: NodeId) -> bool {
        self.wrong.borrow().contains(&node)
    }

    /// Reports the key if it is missing.
    pub(super) fn require(&self, map: NodeId, key: &'static str) {
        let is_read = !self.tree.node(map).unfinished;
        if is_read && !self.has(map, key) {
            self.report_at(map, ProblemCode::MissingKey, missing(key), Vec::new());
        }
    }

    /// Whether the key is there, perhaps misspelt.
    fn has(&self, map: NodeId, key: &'static str) -> bool {
        self.tree.entry(map, key).is_some() || self.misspelt.borrow().contains(&(map, key))
    }

    fn has_wrong_children(&self, node: NodeId) -> bool {
        match &self.tree.node(node).value {
            NodeValue::Scalar { .. } => false,
            NodeValue::List(elements) => elements.iter().any(|it| self.is_wrong(*it)),
            NodeValue::Map(entries) => entries.iter().any(|(_, it)| self.is_wrong(*it)),
        }
    }
}

/// Reads the value of one node.
#[derive(Clone, Copy)]
struct NodeReader<'t> {
    tree_reader: &'t TreeReader<'t>,
    node: NodeId,
}

impl<'t> NodeReader<'t> {
    fn value(&self) -> &'t NodeValue<'t> {
        &self.tree_reader.tree.node(self.node).value
    }

    fn wrong_type(&self, wanted: &str) -> ReadError {
        let (found, help) = self.described();
        // Quotes help only if any text is allowed here.
        let help = if wanted.contains("text") || wanted.contains("string") {
            help
        } else {
            Vec::new()
        };
        let message = format!("expected {wanted}, found {found}");
        ReadError::problem(self.node, ProblemCode::WrongType, message, help)
    }

    /// The value in words, and what to do if it was meant as text.
    fn described(&self) -> (String, Vec<String>) {
        let quoted = |text: &str| {
            vec![format!(
                "if it is meant as text, write it in quotes: `\"{text}\"`"
            )]
        };
        match self.value() {
            NodeValue::List(_) => ("a list".to_owned(), Vec::new()),
            NodeValue::Map(entries) => {
                let tree = self.tree_reader.tree;
                let help = match entries.as_slice() {
                    [(key, value)] if tree.text(*value) == Some("") => tree
                        .text(*key)
                        .map(|key| quoted(&format!("{{{key}}}")))
                        .unwrap_or_default(),
                    _ => Vec::new(),
                };
                ("a mapping".to_owned(), help)
            }
            NodeValue::Scalar { text, plain } => {
                let read_as = match ScalarMeaning::of(text, *plain) {
                    ScalarMeaning::Text => return (format!("the text `{text}`"), Vec::new()),
                    ScalarMeaning::Null if text.is_empty() => {
                        return ("nothing".to_owned(), Vec::new());
                    }
                    ScalarMeaning::Null => "nothing",
                    ScalarMeaning::Bool(_) => "true or false",
                    ScalarMeaning::Int(_) | ScalarMeaning::Float(_) => "a number",
                };
                let found = format!("`{text}`, which YAML reads as {read_as}");
                (found, quoted(text))
            }
        }
    }

    /// The one entry whose key is among the choices. Keys beside it were most likely meant to be indented below it.
    fn one_of(
        &self,
        entries: &'t [(NodeId, NodeId)],
        choices: &'static [&'static str],
    ) -> Result<ChoiceReader<'t>, ReadError> {
        let text = |key| self.tree_reader.tree.text(key).unwrap_or_default();
        let known = entries
            .iter()
            .filter(|(key, _)| choices.contains(&text(*key)));
        let known: Vec<_> = known.collect();
        let ((word, content), beside) = match (known.as_slice(), entries) {
            ([], [only]) => (*only, &[][..]),
            ([known], _) => (**known, entries),
            _ => {
                let found: Vec<_> = entries.iter().map(|(key, _)| text(*key)).collect();
                let (choices, found) = (listed(choices), listed(&found));
                let message = format!("expected exactly one of {choices}, found {found}");
                return Err(ReadError::problem(
                    self.node,
                    ProblemCode::WrongType,
                    message,
                    Vec::new(),
                ));
            }
        };
        for (key, _) in beside.iter().filter(|(key, _)| *key != word) {
            let message = format!("`{}` does not stand beside `{}`", text(*key), text(word));
            let help = vec!["indent it, if it belongs below".to_owned()];
            self.tree_reader
                .report_at(*key, ProblemCode::UnknownKey, message, help);
        }
        let is_empty = self.tree_reader.tree.text(content) == Some("");
        if beside.len() > 1 && is_empty {
            // Its parameters stand beside it instead of below, and that has been reported.
            return Err(ReadError::reported(self.node));
        }
        Ok(ChoiceReader::new(self.tree_reader, word, Some(content)))
    }

    fn text(&self) -> Result<&'t str, ReadError> {
        let NodeValue::Scalar { text, plain } = self.value() else {
            return Err(self.wrong_type("text"));
        };
        if ScalarMeaning::of(text, *plain) != ScalarMeaning::Text {
            return Err(self.wrong_type("text"));
        }
        self.warn_of_other_readers(text, *plain);
        Ok(text)
    }

    fn warn_of_other_readers(&self, text: &str, plain: bool) {
        if self.tree_reader.yaml
            && plain
            && let Some(other) = scalar::read_by_yaml_1_1(text)
        {
            let message = format!("`{text}` without quotes is {other} to many YAML readers");
            let help = match ScalarMeaning::of(text, plain) {
                ScalarMeaning::Int(_) => "write it without the zero in front".to_owned(),
                _ => format!("write it in quotes: `\"{text}\"`"),
            };
            self.reads_differently(message, help);
        }
    }

    /// Keys are always text here, and not for every YAML reader.
    fn warn_about_key(&self) {
        let NodeValue::Scalar { text, plain } = self.value() else {
            return;
        };
        if ScalarMeaning::of(text, *plain) == ScalarMeaning::Text {
            self.warn_of_other_readers(text, *plain);
        } else if self.tree_reader.yaml {
            let message = format!("the key `{text}` without quotes is no text to YAML readers");
            self.reads_differently(message, format!("write it in quotes: `\"{text}\"`"));
        }
    }

    fn reads_differently(&self, message: String, help: String) {
        let code = ProblemCode::ReadsDifferently;
        self.tree_reader
            .report_at(self.node, code, message, vec![help]);
    }

    fn entries(&self, keys: Option<&'static [&'static str]>) -> Result<MapReader<'t>, ReadError> {
        let NodeValue::Map(entries) = self.value() else {
            let wanted = match keys {
                Some(keys) => format!("a mapping with {}", listed(keys)),
                None => "a mapping".to_owned(),
            };
            return Err(self.wrong_type(&wanted));
        };
        Ok(MapReader::new(self.tree_reader, self.node, entries, keys))
    }

    /// Gives an error without a place this node, and names the YAML type that was expected. An error that only follows
    /// from a part that was left out is marked as reported.
    fn locate<T>(self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|error| {
            if error.node.is_some() {
                return error;
            }
            let known = self.tree_reader.tree.node(self.node).unfinished
                || match error.missing() {
                    Some(key) => self.tree_reader.has(self.node, key),
                    None => self.tree_reader.has_wrong_children(self.node),
                };
            match error.expected() {
                _ if known => ReadError::reported(self.node),
                Some(wanted) => self.wrong_type(wanted),
                None => error.at(self.node),
            }
        })
    }
}

fn missing(key: &str) -> String {
    format!("`{key}` is missing here")
}

/// `a`, `b` and `c`.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// Help for an unknown word: the nearest known one, and all of them.
fn possible_here(given: &str, known: &[&'static str]) -> Vec<String> {
    let nearest = nearest(given, known.iter().copied());
    let mut help: Vec<_> = nearest
        .map(|it| format!("did you mean `{it}`?"))
        .into_iter()
        .collect();
    help.push(format!("possible here: {}", listed(known)));
    help
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Id;
        impl Visitor<'_> for Id {
            type Value = RawNode;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a node of a tree")
            }
            fn visit_u64<E>(self, id: u64) -> Result<RawNode, E> {
                Ok(RawNode(NodeId(usize::try_from(id).unwrap_or(usize::MAX))))
            }
        }
        deserializer.deserialize_newtype_struct(RAW, Id)
    }
}

impl<'de> Deserializer<'de> for NodeReader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let result: Result<_, ReadError> = match self.value() {
            NodeValue::List(elements) => {
                return self.locate(visitor.visit_seq(ListReader::new(self.tree_reader, elements)));
            }
            NodeValue::Map(_) => return self.deserialize_map(visitor),
            NodeValue::Scalar { text, plain } => match ScalarMeaning::of(text, *plain) {
                ScalarMeaning::Text => {
                    self.warn_of_other_readers(text, *plain);
                    visitor.visit_str(text)
                }
                ScalarMeaning::Null => visitor.visit_unit(),
                ScalarMeaning::Bool(it) => visitor.visit_bool(it),
                ScalarMeaning::Int(it) => {
                    self.warn_of_other_readers(text, *plain);
                    visitor.visit_i64(it)
                }
                ScalarMeaning::Float(it) => visitor.visit_f64(it),
            },
        };
        self.locate(result)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.locate(visitor.visit_str(self.text()?))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.value() {
            NodeValue::List(elements) => {
                self.locate(visitor.visit_seq(ListReader::new(self.tree_reader, elements)))
            }
            NodeValue::Map(_) => Err(self
                .wrong_type("a list")
                .with_help("begin each entry with `- `")),
            NodeValue::Scalar { .. } => Err(self.wrong_type("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.locate(visitor.visit_map(self.entries(None)?))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = visitor.visit_map(self.entries(Some(keys))?);
        if result.as_ref().is_err_and(|error| error.node.is_none()) {
            for key in required::by(name) {
                self.tree_reader.require(self.node, key);
            }
        }
        self.locate(result)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        choices: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let variant = match self.value() {
            NodeValue::Map(entries) => self.one_of(entries, choices)?,
            NodeValue::Scalar { text, plain }
                if ScalarMeaning::of(text, *plain) == ScalarMeaning::Text =>
            {
                ChoiceReader::new(self.tree_reader, self.node, None)
            }
            _ => return Err(self.wrong_type(&format!("one of {}", listed(choices)))),
        };
        self.locate(
            variant
                .check(choices)
                .and_then(|()| visitor.visit_enum(variant)),
        )
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match name {
            RAW => visitor.visit_u64(self.node.0 as u64),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// A key without a value is a mistake. It does not count as an absent key.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct identifier
    }
}

//! From tree to types: a serde deserializer that does not stop at the first mistake.
//!
//! Derived code returns on its first error. So what was wrong is noted with its place, that place is left
//! out, and the same type is read again, until nothing new is wrong. A message that only follows from
//! something left out ("missing `when`", when `when` is there but wrong) is kept quiet.

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

/// All that is read from one file.
pub(crate) struct TreeReader<'t> {
    pub(super) tree: &'t Tree<'t>,
    source: usize,
    yaml: bool,
    problems: RefCell<Vec<Problem>>,
    noted: RefCell<HashSet<(usize, ProblemCode, String)>>,
    /// What is left out: it is wrong, and that has been said.
    wrong: RefCell<HashSet<NodeId>>,
    /// Keys of a mapping that were probably meant by others that are not known there.
    misspelt: RefCell<HashSet<(NodeId, &'static str)>>,
    /// How many more bytes are read again because something in them was wrong.
    patience: Cell<usize>,
}

/// Each mistake has its part read again. A part of a few lines never comes near this.
const MOST_READ_AGAIN: usize = 4 * 1024 * 1024;

/// A part of the document that is read on its own, so that its mistakes cost the others nothing.
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
            noted: RefCell::default(),
            wrong: RefCell::new(tree.unreadable_scalars().collect()),
            misspelt: RefCell::default(),
            patience: Cell::new(MOST_READ_AGAIN),
        }
    }

    /// The value at the node, without the parts of it that are wrong, or nothing where that leaves nothing.
    pub(crate) fn read<T: DeserializeOwned>(&self, node: NodeId) -> Option<T> {
        while !self.is_full() {
            let stop = match T::deserialize(self.at(node)) {
                Ok(value) => return Some(value),
                Err(stop) => stop.at(node),
            };
            let at = stop.node.unwrap_or(node);
            if let Some(problem) = stop.problem(self) {
                self.note(problem);
            }
            if !self.wrong.borrow_mut().insert(at) || at == node {
                return None;
            }
            let again = self.tree.node(node).span.len();
            let Some(left) = self.patience.get().checked_sub(again) else {
                self.note(Problem::too_much_is_wrong(self.source, self.span(node)));
                return None;
            };
            self.patience.set(left);
        }
        None
    }

    /// Enough is wrong: the rest is not read.
    pub(super) fn is_full(&self) -> bool {
        self.problems.borrow().len() > Problem::MOST_IN_A_FILE
    }

    /// A doubt about a text that is wrong altogether only leads astray.
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

    /// Says it once, however often the place is read.
    pub(super) fn note(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        let key = (problem.span.start, problem.code, problem.message.clone());
        if problems.len() > Problem::MOST_IN_A_FILE || !self.noted.borrow_mut().insert(key) {
            return;
        }
        if problems.len() < Problem::MOST_IN_A_FILE {
            problems.push(problem);
        } else {
            problems.push(Problem::too_much_is_wrong(problem.source, problem.span));
        }
    }

    fn at(&self, node: NodeId) -> NodeReader<'_> {
        NodeReader {
            reading: self,
            node,
        }
    }

    fn is_wrong(&self, node: NodeId) -> bool {
        self.wrong.borrow().contains(&node)
    }

    /// Says that the key is missing, where it is.
    pub(super) fn require(&self, map: NodeId, key: &'static str) {
        let is_read = !self.tree.node(map).unfinished;
        if is_read && !self.has(map, key) {
            self.note(self.problem_at(map, ProblemCode::MissingKey, missing(key), Vec::new()));
        }
    }

    /// Whether the key is there, if only misspelt.
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

/// One place that is being read.
#[derive(Clone, Copy)]
struct NodeReader<'t> {
    reading: &'t TreeReader<'t>,
    node: NodeId,
}

impl<'t> NodeReader<'t> {
    fn value(&self) -> &'t NodeValue<'t> {
        &self.reading.tree.node(self.node).value
    }

    fn wrong_type(&self, wanted: &str) -> ReadError {
        let (found, help) = self.described();
        // Quotes help only where any text is possible.
        let help = if wanted.contains("text") || wanted.contains("string") {
            help
        } else {
            Vec::new()
        };
        let message = format!("expected {wanted}, found {found}");
        ReadError::said(self.node, ProblemCode::WrongType, message, help)
    }

    /// What stands here, and what to do if it was meant as text.
    fn described(&self) -> (String, Vec<String>) {
        let quoted = |text: &str| {
            vec![format!(
                "if it is meant as text, write it in quotes: `\"{text}\"`"
            )]
        };
        match self.value() {
            NodeValue::List(_) => ("a list".to_owned(), Vec::new()),
            NodeValue::Map(entries) => {
                let tree = self.reading.tree;
                let help = match entries.as_slice() {
                    [(key, value)] if tree.text(*value) == Some("") => tree
                        .text(*key)
                        .map(|key| quoted(&format!("{{{key}}}")))
                        .unwrap_or_default(),
                    _ => Vec::new(),
                };
                ("a mapping".to_owned(), help)
            }
            NodeValue::Scalar { text, plain } => match ScalarMeaning::of(text, *plain) {
                ScalarMeaning::Text => (format!("the text `{text}`"), Vec::new()),
                ScalarMeaning::Null if text.is_empty() => ("nothing".to_owned(), Vec::new()),
                ScalarMeaning::Null => (
                    format!("`{text}`, which YAML reads as nothing"),
                    quoted(text),
                ),
                ScalarMeaning::Bool(_) => (
                    format!("`{text}`, which YAML reads as true or false"),
                    quoted(text),
                ),
                ScalarMeaning::Int(_) | ScalarMeaning::Float(_) => (
                    format!("`{text}`, which YAML reads as a number"),
                    quoted(text),
                ),
            },
        }
    }

    /// The one entry that is a choice. What stands beside it is mostly meant to stand below it.
    fn one_of(
        &self,
        entries: &'t [(NodeId, NodeId)],
        choices: &'static [&'static str],
    ) -> Result<ChoiceReader<'t>, ReadError> {
        let text = |key| self.reading.tree.text(key).unwrap_or_default();
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
                return Err(ReadError::said(
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
            self.reading.note(self.reading.problem_at(
                *key,
                ProblemCode::UnknownKey,
                message,
                help,
            ));
        }
        let is_empty = self.reading.tree.text(content) == Some("");
        if beside.len() > 1 && is_empty {
            // All that belongs to it stands beside it, and that has been said.
            return Err(ReadError::known(self.node));
        }
        Ok(ChoiceReader::entry(self.reading, word, content))
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
        if self.reading.yaml
            && plain
            && let Some(other) = scalar::read_by_yaml_1_1(text)
        {
            let message = format!("`{text}` without quotes is {other} to many YAML readers");
            let help = match ScalarMeaning::of(text, plain) {
                ScalarMeaning::Int(_) => "write it without the zero in front".to_owned(),
                _ => format!("write it in quotes: `\"{text}\"`"),
            };
            let help = vec![help];
            let problem =
                self.reading
                    .problem_at(self.node, ProblemCode::ReadsDifferently, message, help);
            self.reading.note(problem);
        }
    }

    /// Keys are text to us, whatever they look like.
    fn warn_about_key(&self) {
        let NodeValue::Scalar { text, plain } = self.value() else {
            return;
        };
        if ScalarMeaning::of(text, *plain) == ScalarMeaning::Text {
            self.warn_of_other_readers(text, *plain);
        } else if self.reading.yaml {
            let message = format!("the key `{text}` without quotes is no text to YAML readers");
            let help = vec![format!("write it in quotes: `\"{text}\"`")];
            self.reading.note(self.reading.problem_at(
                self.node,
                ProblemCode::ReadsDifferently,
                message,
                help,
            ));
        }
    }

    fn entries(&self, keys: Option<&'static [&'static str]>) -> Result<MapReader<'t>, ReadError> {
        let NodeValue::Map(entries) = self.value() else {
            let wanted = match keys {
                Some(keys) => format!("a mapping with {}", listed(keys)),
                None => "a mapping".to_owned(),
            };
            return Err(self.wrong_type(&wanted));
        };
        Ok(MapReader::new(self.reading, self.node, entries, keys))
    }

    /// Gives a stop that has no place yet this one, and tells it in the document's words. What follows only
    /// from what was left out is not said again.
    fn told<T>(self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|stop| {
            if stop.node.is_some() {
                return stop;
            }
            let known = self.reading.tree.node(self.node).unfinished
                || match stop.missing() {
                    Some(key) => self.reading.has(self.node, key),
                    None => self.reading.has_wrong_children(self.node),
                };
            match stop.wanted() {
                _ if known => ReadError::known(self.node),
                Some(wanted) => self.wrong_type(wanted),
                None => stop.at(self.node),
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

/// "Did you mean", and all that would have been right.
fn known_here(given: &str, known: &[&'static str]) -> Vec<String> {
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
                return self.told(visitor.visit_seq(ListReader::new(self.reading, elements)));
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
        self.told(result)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.told(visitor.visit_str(self.text()?))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.value() {
            NodeValue::List(elements) => {
                self.told(visitor.visit_seq(ListReader::new(self.reading, elements)))
            }
            NodeValue::Map(_) => Err(self
                .wrong_type("a list")
                .with_help("begin each entry with `- `")),
            NodeValue::Scalar { .. } => Err(self.wrong_type("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.told(visitor.visit_map(self.entries(None)?))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = visitor.visit_map(self.entries(Some(keys))?);
        if result.as_ref().is_err_and(|stop| stop.node.is_none()) {
            for key in required::by(name) {
                self.reading.require(self.node, key);
            }
        }
        self.told(result)
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
                ChoiceReader::word(self.reading, self.node)
            }
            _ => return Err(self.wrong_type(&format!("one of {}", listed(choices)))),
        };
        self.told(
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

    /// A key without a value is a mistake, not an absent key.
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

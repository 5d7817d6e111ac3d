//! From text to tree.
//!
//! JSON is a subset of YAML 1.2, so one parser serves both; a file named `.json` must be valid JSON first.
//! After a syntax error the tree up to that place is kept, so that mistakes before it are reported in the same run.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, options};

use super::reader::scalar::ScalarMeaning;
use super::source::{LARGEST, Source, UnreadableText};
use super::tree::{NodeId, NodeValue, Tree};
use crate::problem::{Problem, ProblemCode};

/// The most levels of nesting. Policies have a few.
const DEEPEST: usize = 64;
/// The most nodes that the aliases of one file may expand to.
const MOST_ALIASED: usize = 10_000;
/// The anchor id that the parser gives to nodes without an anchor.
const UNNAMED: usize = 0;
/// A text counts as one more node for each such length, because an alias can copy it.
const A_LONG_TEXT: usize = 256;

/// The tree, up to the first syntax error, and the problems found on the way.
pub(super) fn tree(source: &Source, index: usize) -> (Tree<'_>, Vec<Problem>) {
    let mut builder = Builder::new(source, index);
    builder.run();
    (builder.tree, builder.problems)
}

struct Builder<'s> {
    source: &'s Source,
    index: usize,
    tree: Tree<'s>,
    open: Vec<Open<'s>>,
    /// The node of each anchor that is complete.
    anchors: HashMap<usize, NodeId>,
    aliased: usize,
    problems: Vec<Problem>,
}

/// A list or mapping that has begun and not ended yet.
struct Open<'s> {
    start: Range<usize>,
    anchor: usize,
    weight: usize,
    children: Children<'s>,
}

enum Children<'s> {
    List(Vec<NodeId>),
    Map {
        entries: Vec<(NodeId, NodeId)>,
        known: Keys<'s>,
        key: Option<Key>,
    },
}

/// The keys of a mapping. Most mappings have few, and a scan of a short list is faster than hashing.
#[derive(Default)]
struct Keys<'s> {
    few: Vec<Cow<'s, str>>,
    more: HashSet<Cow<'s, str>>,
}

#[derive(Clone, Copy)]
struct Key {
    node: NodeId,
    /// It is a duplicate, or not text: its value is dropped.
    refused: bool,
}

/// A syntax error, already reported: parsing ends here.
struct BrokenOff;

impl<'s> Keys<'s> {
    const FEW: usize = 12;

    /// Whether the key is new.
    fn insert(&mut self, key: Cow<'s, str>) -> bool {
        if self.few.contains(&key) {
            return false;
        }
        if self.few.len() < Self::FEW {
            self.few.push(key);
            return true;
        }
        self.more.insert(key)
    }
}

/// Whether a node can be a key. Else what is wrong, and what to do: nothing, for a `<<` that is not the first.
fn check_key<'s>(
    node: &NodeValue<'s>,
    known: &mut Keys<'s>,
) -> Result<(), Option<(ProblemCode, String, &'static str)>> {
    let NodeValue::Scalar { text, plain } = node else {
        let message = "a key must be text".to_owned();
        return Err(Some((
            ProblemCode::NotPlainData,
            message,
            "write the key as text",
        )));
    };
    let is_first = known.insert(text.clone());
    if *plain && text == "<<" {
        let message = "merge keys are not read: YAML 1.2 has none".to_owned();
        let help = "write out the keys that it stands for";
        return Err(is_first.then_some((ProblemCode::NotPlainData, message, help)));
    }
    if is_first {
        return Ok(());
    }
    let message = format!("`{text}` stands here twice");
    Err(Some((
        ProblemCode::DuplicateKey,
        message,
        "keep one of them",
    )))
}

fn weight_of(text: &str) -> usize {
    1 + text.len() / A_LONG_TEXT
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source, index: usize) -> Self {
        Self {
            source,
            index,
            tree: Tree::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            aliased: 0,
            problems: Vec::new(),
        }
    }

    fn run(&mut self) {
        if let Some(unreadable) = self.unreadable() {
            self.problems.push(unreadable);
            return;
        }
        // The error is among the problems already.
        let _: Result<(), BrokenOff> = self.events();
        while !self.open.is_empty() {
            self.close(None);
        }
        if self.tree.root.is_none() && self.problems.is_empty() {
            let help = "begin with `version: 1`";
            self.problem(
                ProblemCode::NotOneDocument,
                0..0,
                "the file says nothing",
                help,
            );
        }
    }

    fn events(&mut self) -> Result<(), BrokenOff> {
        let options = options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: DEEPEST,
            block_nesting_limit: DEEPEST,
        };
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(&self.source.text, options) {
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            self.tag(&event, span.tag_start.and_then(|it| it.byte_offset()));
            let span = span.byte_range().unwrap_or_default();
            if matches!(event, Event::DocumentStart(..)) {
                documents += 1;
                if documents > 1 {
                    let help = "put it into a file of its own";
                    self.problem(
                        ProblemCode::NotOneDocument,
                        span,
                        "a second document begins here",
                        help,
                    );
                    return Err(BrokenOff);
                }
            }
            self.event(event, span)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'s>, span: Range<usize>) -> Result<(), BrokenOff> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                let plain = style == ScalarStyle::Plain && !is_text;
                // The parser gives `~` for a value that is not written.
                let text = if plain && span.is_empty() {
                    "".into()
                } else {
                    text
                };
                let weight = weight_of(&text);
                let node = self
                    .tree
                    .add(span, NodeValue::Scalar { text, plain }, weight);
                self.name(anchor, node);
                self.attach(node);
            }
            Event::SequenceStart(_, anchor, _) => {
                self.begin(span, anchor, Children::List(Vec::new()));
            }
            Event::MappingStart(_, anchor, _) => {
                let children = Children::Map {
                    entries: Vec::new(),
                    known: Keys::default(),
                    key: None,
                };
                self.begin(span, anchor, children);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(Some(span.end)),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::UnresolvedAlias(name) => self.unresolved(&name, span),
            _ => {}
        }
        Ok(())
    }

    /// Refuses a tag, unless it names the type that the value has anyway.
    fn tag(&mut self, event: &Event<'s>, at: Option<usize>) {
        let Some(tag) = event.tag() else { return };
        let agrees = match (tag.core_suffix(), event) {
            (Some(tag), Event::Scalar(text, style, ..)) => {
                let meaning = ScalarMeaning::of(text, *style == ScalarStyle::Plain);
                match tag {
                    "str" => true,
                    "int" => matches!(meaning, ScalarMeaning::Int(_)),
                    "float" => matches!(meaning, ScalarMeaning::Float(_)),
                    "bool" => matches!(meaning, ScalarMeaning::Bool(_)),
                    "null" => meaning == ScalarMeaning::Null,
                    _ => false,
                }
            }
            (Some(tag), Event::SequenceStart(..)) => tag == "seq",
            (Some(tag), Event::MappingStart(..)) => tag == "map",
            _ => false,
        };
        if !agrees {
            let at = at.unwrap_or_default();
            let behind = self.source.text.get(at..).unwrap_or_default();
            let length = behind.find(char::is_whitespace).unwrap_or(behind.len());
            let written = tag.to_string().replace("tag:yaml.org,2002:", "!!");
            let message = match tag.core_suffix() {
                Some(_) => format!("the tag `{written}` does not fit its value"),
                None => format!("the tag `{written}` means nothing here"),
            };
            self.problem(
                ProblemCode::NotPlainData,
                at..at + length,
                message,
                "leave it out",
            );
        }
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<(), BrokenOff> {
        let Some(&node) = self.anchors.get(&anchor) else {
            let message = "this alias stands for something that contains it";
            self.problem(ProblemCode::AliasBomb, span, message, "write it out");
            return Err(BrokenOff);
        };
        self.aliased = self.aliased.saturating_add(self.tree.node(node).weight);
        if self.aliased > MOST_ALIASED {
            let message =
                format!("the aliases of this file stand for more than {MOST_ALIASED} values");
            self.problem(
                ProblemCode::AliasBomb,
                span,
                message,
                "write out what they stand for, or use fewer",
            );
            return Err(BrokenOff);
        }
        self.attach(node);
        Ok(())
    }

    fn unresolved(&mut self, name: &str, span: Range<usize>) {
        let message =
            format!("`*{name}` without quotes is a YAML alias, and nothing here is called so");
        self.problem(
            ProblemCode::Syntax,
            span.clone(),
            message,
            format!("write it in quotes: `\"*{name}\"`"),
        );
        let value = NodeValue::Scalar {
            text: "".into(),
            plain: false,
        };
        let node = self.tree.add(span, value, 1);
        self.tree.mark_unfinished(node);
        self.attach(node);
    }

    fn begin(&mut self, start: Range<usize>, anchor: usize, children: Children<'s>) {
        self.open.push(Open {
            start,
            anchor,
            weight: 1,
            children,
        });
    }

    /// Ends the innermost list or mapping. Without an `end` the text broke off inside it.
    fn close(&mut self, end: Option<usize>) {
        let Some(open) = self.open.pop() else { return };
        let last = match &open.children {
            Children::List(elements) => elements.last().copied(),
            Children::Map { entries, .. } => entries.last().map(|(_, value)| *value),
        };
        // A block ends with its last child. The parser reports the end on a later line.
        let inner_end = last.map_or(open.start.end, |child| self.tree.node(child).span.end);
        let is_flow = !open.start.is_empty();
        let end_of_span = if is_flow {
            end.unwrap_or(inner_end)
        } else {
            inner_end
        };
        let value = match open.children {
            Children::List(elements) => NodeValue::List(elements),
            Children::Map { entries, .. } => NodeValue::Map(entries),
        };
        let node = self
            .tree
            .add(open.start.start..end_of_span, value, open.weight);
        if end.is_none() {
            self.tree.mark_unfinished(node);
        } else {
            self.name(open.anchor, node);
        }
        self.attach(node);
    }

    fn name(&mut self, anchor: usize, node: NodeId) {
        if anchor != UNNAMED {
            self.anchors.insert(anchor, node);
        }
    }

    fn attach(&mut self, node: NodeId) {
        let weight = self.tree.node(node).weight;
        let Some(open) = self.open.last_mut() else {
            self.tree.root = Some(node);
            return;
        };
        open.weight = open.weight.saturating_add(weight);
        match &mut open.children {
            Children::List(elements) => elements.push(node),
            Children::Map {
                entries,
                known,
                key,
            } => match key.take() {
                Some(key) if key.refused => {}
                Some(key) => entries.push((key.node, node)),
                None => {
                    let checked = check_key(&self.tree.node(node).value, known);
                    *key = Some(Key {
                        node,
                        refused: checked.is_err(),
                    });
                    if let Err(Some((code, message, help))) = checked {
                        let span = self.tree.node(node).span.clone();
                        self.problem(code, span, message, help);
                    }
                }
            },
        }
    }

    fn unreadable(&self) -> Option<Problem> {
        let (code, at, message, help) = match &self.source.fault {
            Some(UnreadableText::TooLarge(bytes)) => (
                ProblemCode::TooLarge,
                0,
                format!("the file has {bytes} bytes: at most {LARGEST} are read"),
                "split it: a folder of policy files is one set of policies",
            ),
            Some(UnreadableText::NotUtf8(at)) => {
                let text = "this is not UTF-8".to_owned();
                (ProblemCode::NotUtf8, *at, text, "save the file as UTF-8")
            }
            Some(UnreadableText::Unreadable(why)) => (
                ProblemCode::Unreadable,
                0,
                format!("the file cannot be read: {why}"),
                "check the path and its permissions",
            ),
            None if self.source.is_json() => {
                let (at, message) = self.not_json()?;
                (
                    ProblemCode::Syntax,
                    at,
                    message,
                    "call the file `.yaml` to write YAML",
                )
            }
            None => return None,
        };
        Some(Problem {
            code,
            source: self.index,
            span: at..at,
            message,
            help: vec![help.to_owned()],
        })
    }

    fn not_json(&self) -> Option<(usize, String)> {
        let text = &self.source.text;
        let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
        let lines_before = error.line().saturating_sub(1);
        let line_start: usize = text
            .split_inclusive('\n')
            .take(lines_before)
            .map(str::len)
            .sum();
        let at = text.floor_char_boundary(line_start + error.column().saturating_sub(1));
        let said = error.to_string();
        let what = said
            .rsplit_once(" at line ")
            .map_or(said.as_str(), |(what, _)| what);
        Some((at, format!("this is not JSON: {what}")))
    }

    fn syntax(&mut self, error: &ScanError) -> BrokenOff {
        let at = error.marker().byte_offset().unwrap_or_default();
        let at = self.source.text.floor_char_boundary(at);
        let help = match error.kind() {
            ErrorKind::RecursionLimitExceeded => "policies are a few levels deep",
            _ if self.source.is_json() => {
                "write control characters as `\\u007f`, and keep keys shorter than 1,024 characters"
            }
            _ if self.is_indented_by_tab(at) => "use spaces to indent: YAML takes no tabs there",
            ErrorKind::MissingAnchorOrAliasName => {
                "a name that begins with `*` needs quotes: `\"*\"`"
            }
            ErrorKind::UnexpectedCharacter { .. } => "write the value in quotes",
            ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedFlowMappingSeparator => {
                "a value that begins with `{` needs quotes: `\"{service}-web\"`"
            }
            ErrorKind::MappingValueNotAllowed => {
                "check the indentation, and write a value with `: ` in quotes"
            }
            _ => "check the indentation, brackets and quotes before this place",
        };
        let said = error.kind().to_string();
        let message = if self.source.is_json() {
            format!("this cannot be read here: {said}")
        } else {
            format!("this is not YAML: {said}")
        };
        self.problem(ProblemCode::Syntax, at..at, message, help);
        BrokenOff
    }

    fn is_indented_by_tab(&self, at: usize) -> bool {
        let (before, behind) = self.source.text.split_at_checked(at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        let begun = before.get(line_start..).unwrap_or_default();
        let mut line = begun.chars().chain(behind.chars());
        let by_tab = |line: &str| line.trim_start_matches(' ').starts_with('\t');
        // For text over several lines the parser reports the first of them, and the tab stands in the next.
        let next_line = behind.split_once('\n').map(|(_, next)| next);
        line.find(|it| *it != ' ') == Some('\t') || next_line.is_some_and(by_tab)
    }

    fn problem(
        &mut self,
        code: ProblemCode,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Problem {
            code,
            source: self.index,
            span,
            message: message.into(),
            help: vec![help.into()],
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NodeValue, Source, tree};

    /// The text of the one string in this JSON, or how many problems there are.
    fn string_in(json: &str) -> Result<String, usize> {
        let source = Source::new("p.json", json.into());
        let (tree, problems) = tree(&source, 0);
        let root = tree.root.map(|it| &tree.node(it).value);
        match root {
            Some(NodeValue::Scalar { text, .. }) if problems.is_empty() => {
                Ok(text.clone().into_owned())
            }
            _ => Err(problems.len()),
        }
    }

    #[test]
    fn escapes_of_json_are_read() {
        for json in [
            r#""\"quoted\" \\ \/ \b\f\n\r\t""#,
            r#""gr\u00fcn \ud83d\ude00""#,
            "\"gr\u{fc}n \u{2713}\"",
            "\t\"behind a tab\"\r\n",
        ] {
            let meant = serde_json::from_str::<String>(json).unwrap();
            assert_eq!(string_in(json), Ok(meant), "{json}");
        }
    }

    proptest! {
        #[test]
        fn a_string_of_json_is_refused_or_read_as_serde_json_reads_it(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            match string_in(&json) {
                Ok(read) => prop_assert_eq!(read, text),
                Err(problems) => prop_assert_eq!(problems, 1),
            }
        }
    }
}

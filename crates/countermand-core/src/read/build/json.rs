//! JSON as programs write it, without YAML's reader: that takes five times as long for it.
//!
//! It is JSON already when it comes here. What YAML's reader might not take in the same way is left to that: the tree
//! is the same in any case.

use std::borrow::Cow;
use std::ops::Range;

use super::{Builder, Children, DEEPEST};
use crate::read::tree::NodeValue;

/// YAML's reader takes no longer keys.
const LONGEST_KEY: usize = 1_000;

/// It is for YAML's reader.
struct NotPlain;

impl<'s> Builder<'s> {
    /// The whole text; where it is not read, nothing has been.
    pub(super) fn plain_json(&mut self) -> bool {
        let is_read = self.read_json().is_ok() && self.open.is_empty();
        if !is_read {
            self.tree = super::Tree::default();
            self.open.clear();
            self.problems.clear();
        }
        is_read
    }

    fn read_json(&mut self) -> Result<(), NotPlain> {
        let text: &'s str = &self.source.text;
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            let end = match byte {
                b' ' | b'\n' | b',' => at + 1,
                b'{' | b'[' if self.open.len() >= DEEPEST => return Err(NotPlain),
                b'{' => self.begin_json(at, Children::map()),
                b'[' => self.begin_json(at, Children::List(Vec::new())),
                b'}' | b']' => {
                    self.close(Some(at + 1));
                    at + 1
                }
                b'"' => self.string(text, at)?,
                b'-' | b'0'..=b'9' | b'a'..=b'z' => self.word(text, at),
                _ => return Err(NotPlain),
            };
            at = end;
        }
        Ok(())
    }

    fn begin_json(&mut self, at: usize, children: Children<'s>) -> usize {
        self.begin(at..at + 1, super::UNNAMED, children);
        at + 1
    }

    fn word(&mut self, text: &'s str, at: usize) -> usize {
        let behind = text.get(at..).unwrap_or_default();
        let length = behind.find([',', ']', '}', ' ', '\n']);
        let end = at + length.unwrap_or(behind.len());
        self.json_scalar(text.get(at..end).unwrap_or_default().into(), at..end, true);
        end
    }

    fn string(&mut self, text: &'s str, at: usize) -> Result<usize, NotPlain> {
        let behind = text.as_bytes().get(at + 1..).unwrap_or_default();
        let mut has_escapes = false;
        let mut length = None;
        let mut bytes = behind.iter().enumerate();
        while let Some((nth, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    length = Some(nth);
                    break;
                }
                b'\\' => {
                    has_escapes = true;
                    // Escaped code points are halves of others now and then.
                    if bytes.next().is_none_or(|(_, it)| *it == b'u') {
                        return Err(NotPlain);
                    }
                }
                b' '..=b'~' | 0x80.. => {}
                _ => return Err(NotPlain),
            }
        }
        let end = at + 2 + length.ok_or(NotPlain)?;
        let written = text.get(at..end).ok_or(NotPlain)?;
        if !written.is_ascii() && !written.chars().all(is_printable) {
            return Err(NotPlain);
        }
        let meant: Cow<'s, str> = if has_escapes {
            serde_json::from_str::<String>(written)
                .map_err(|_| NotPlain)?
                .into()
        } else {
            text.get(at + 1..end - 1).ok_or(NotPlain)?.into()
        };
        let is_key = self.open.last().is_some_and(super::Open::wants_key);
        self.json_scalar(meant, at..end, false);
        match text.as_bytes().get(end) {
            Some(b':') if is_key && written.len() < LONGEST_KEY => Ok(end + 1),
            _ if is_key => Err(NotPlain),
            _ => Ok(end),
        }
    }

    fn json_scalar(&mut self, text: Cow<'s, str>, span: Range<usize>, plain: bool) {
        let weight = super::weight_of(&text);
        let node = self.add(span, NodeValue::Scalar { text, plain }, weight);
        self.attach(node);
    }
}

/// Beyond any doubt: what begins a line elsewhere is not.
fn is_printable(it: char) -> bool {
    matches!(it, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use crate::read::Source;
    use crate::read::build::{Builder, tree};

    /// What YAML's reader makes of it, and what this does.
    fn assert_same(text: &str) {
        let (yaml, json) = ["p.yaml", "p.json"]
            .map(|it| Source::new(it, text.into()))
            .into();
        let (by_yaml, problems) = tree(&yaml, 0);
        if problems.is_empty() {
            let (by_json, problems) = tree(&json, 0);
            assert_eq!(format!("{by_yaml:?}"), format!("{by_json:?}"), "{text}");
            assert!(problems.is_empty(), "{text}");
        }
    }

    fn is_read_at_once(text: &str) -> bool {
        let source = Source::new("p.json", text.into());
        Builder::new(&source, 0).plain_json()
    }

    #[test]
    fn json_as_programs_write_it_is_read_at_once() {
        for (text, at_once) in [
            (
                r#"{"version": 1, "policies": [{"name": "a"}, {}, []]}"#,
                true,
            ),
            (r#"{"a": -1.5e3, "b": true, "c": null, "d": ""}"#, true),
            ("{\n  \"a\": \"grün ✓\",\n  \"b\": [\n    1\n  ]\n}\n", true),
            (r#"{"a": "\"quoted\" \\ \n"}"#, true),
            (r#"{"a": 1, "a": 2}"#, true),
            (r#""a""#, true),
            (r#"{"a" : 1}"#, false),
            (r#"{"a": "\u00fc"}"#, false),
            ("{\t\"a\": 1}", false),
            ("{\"a\": \"\u{7f}\"}", false),
            ("{\"a\": \"\u{2028}\"}", false),
            ("\u{feff}{}", true),
        ] {
            assert_eq!(is_read_at_once(text), at_once, "{text}");
            assert_same(text);
        }
        let long = format!("{{\"{}\": 1}}", "k".repeat(1_100));
        assert!(!is_read_at_once(&long));
        let deep = "[".repeat(65) + &"]".repeat(65);
        assert!(!is_read_at_once(&deep));
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            any::<String>().prop_map(Json::from),
            "[a-z \"\\\\{}\\[\\]:,#&*<~-]{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
                prop::collection::vec((any::<String>(), inner), 0..5)
                    .prop_map(|it| Json::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_tree_is_the_same_as_yaml_s_reader_makes(json in any_json()) {
            assert_same(&json.to_string());
            assert_same(&serde_json::to_string_pretty(&json).unwrap());
        }
    }
}

//! Tables of keys, from the schema.

use std::collections::BTreeSet;

use countermand_core::policy;
use serde_json::{Map, Value};

/// The names of types in the schema, and where the reference explains them.
const EXPLAINED: &[(&str, &str)] = &[
    ("Action", "[operations](#do)"),
    ("Calendar", "[calendars](#calendars)"),
    ("Duration", "[length of time](#lengths-of-time)"),
    ("Exception", "[periods](#periods)"),
    ("Pattern", "[name](#names)"),
    ("Period", "[periods](#periods)"),
    ("Policy", "[policies](#a-policy)"),
    ("ScheduleExpression", "[schedule](#schedules)"),
    ("TargetException", "[exceptions](#except)"),
    ("When", "[trigger](#when)"),
    ("Zone", "IANA time zone"),
];

pub(crate) struct Keys {
    schema: Value,
    types: Map<String, Value>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        let schema = policy::schema();
        let types = schema["$defs"].as_object().unwrap().clone();
        Self { schema, types }
    }

    pub(crate) fn table_of(&self, name: &str) -> String {
        self.table(self.named(name), |_| true)
    }

    /// The parameters of all operations.
    pub(crate) fn common_parameters(&self) -> String {
        let common = self.common();
        let (_, first) = self.entries("Action").next().expect("an operation");
        self.table(first, |key| common.contains(key))
    }

    /// The parameters of one operation that not all operations have.
    pub(crate) fn own_parameters(&self, operation: &str) -> String {
        let common = self.common();
        let (_, it) = self
            .entries("Action")
            .find(|(name, _)| *name == operation)
            .unwrap_or_else(|| panic!("`{operation}` is not in the schema"));
        self.table(it, |key| !common.contains(key))
    }

    pub(crate) fn triggers(&self) -> String {
        let properties = self.named("When")["properties"].as_object().unwrap();
        let sections = properties.iter().map(|(key, value)| {
            let means = value["description"].as_str().unwrap();
            let keys = self.table(self.resolved(value), |_| true);
            format!("### `{key}`\n\n{means}\n\n{keys}\n")
        });
        sections.collect()
    }

    fn common(&self) -> BTreeSet<&str> {
        let each = self.entries("Action").map(|(_, it)| {
            let keys = it["properties"].as_object().unwrap().keys();
            keys.map(String::as_str).collect::<BTreeSet<_>>()
        });
        each.reduce(|one, other| &one & &other).unwrap_or_default()
    }

    fn named(&self, name: &str) -> &Value {
        match name {
            "Document" => &self.schema,
            _ => self
                .types
                .get(name)
                .unwrap_or_else(|| panic!("the schema has no `{name}`")),
        }
    }

    /// The entries of a mapping that has exactly one of several.
    fn entries(&self, name: &str) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.named(name)["properties"].as_object().unwrap();
        properties
            .iter()
            .map(|(key, value)| (key.as_str(), self.resolved(value)))
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match type_name(schema) {
            Some(name) => self.named(name),
            None => schema,
        }
    }

    fn table(&self, mapping: &Value, wanted: impl Fn(&str) -> bool) -> String {
        let rows: Vec<_> = self
            .rows("", mapping)
            .into_iter()
            .filter(|(key, _)| wanted(key))
            .collect();
        if rows.is_empty() {
            return String::new();
        }
        let rows = rows.into_iter().map(|(_, row)| row);
        table(&["key", "value", "means", "default"], rows)
    }

    fn rows(&self, before: &str, mapping: &Value) -> Vec<(String, Vec<String>)> {
        let properties = mapping["properties"].as_object().unwrap();
        let required: Vec<_> = mapping["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut rows = Vec::new();
        for (key, schema) in properties {
            let resolved = self.resolved(schema);
            let is_group =
                resolved["properties"].is_object() && resolved.get("maxProperties").is_none();
            if is_group {
                rows.extend(self.rows(&format!("{before}{key}."), resolved));
                continue;
            }
            let said = schema["description"].as_str().unwrap_or_default();
            let (means, default) = match said.split_once(" Default: ") {
                Some((means, default)) => (means, default.trim_end_matches('.').to_owned()),
                None => (said, default(schema)),
            };
            let default = if required.contains(&key.as_str()) {
                "required".to_owned()
            } else {
                default
            };
            let means = [means.to_owned()].into_iter().chain(self.choices(schema));
            let row = vec![
                format!("`{before}{key}`"),
                self.value(schema),
                means.collect::<Vec<_>>().join("<br>"),
                default,
            ];
            rows.push((key.clone(), row));
        }
        rows
    }

    /// The type of a key's value.
    fn value(&self, schema: &Value) -> String {
        if let Some(name) = type_name(schema) {
            if let Some((_, link)) = EXPLAINED.iter().find(|(known, _)| *known == name) {
                return (*link).to_owned();
            }
            if !name.starts_with("OneOrMore")
                && (name.ends_with("Glob") || name.ends_with("Target"))
            {
                return "[name](#names)".to_owned();
            }
            return self.value(self.named(name));
        }
        if let Some(only) = schema.get("const") {
            return format!("`{}`", plain(only));
        }
        let words = schema
            .get("enum")
            .or(schema.get("oneOf"))
            .and_then(Value::as_array);
        if let Some(words) = words {
            let words = words
                .iter()
                .map(|it| format!("`{}`", plain(it.get("const").unwrap_or(it))));
            return listed(&words.collect::<Vec<_>>());
        }
        if let Some([one, other]) = schema["anyOf"].as_array().map(Vec::as_slice) {
            let one = self.value(one);
            return match other["type"].as_str() {
                Some("array") => format!("{one}, or a list"),
                _ => format!("{one}, or {}", self.value(other)),
            };
        }
        match schema["type"].as_str() {
            Some("array") => format!("list of {}", self.value(&schema["items"])),
            Some("object") => match self.value(&schema["additionalProperties"]).as_str() {
                several if several.contains("s](") => format!("{several} by name"),
                one => format!("for each key a {one}"),
            },
            Some("integer") => "whole number".to_owned(),
            _ => "text".to_owned(),
        }
    }

    /// The words that a key accepts, and the meaning of each.
    fn choices(&self, schema: &Value) -> Vec<String> {
        let choices = self.resolved(schema)["oneOf"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let said = choices.iter().filter_map(|it| {
            let means = it["description"].as_str()?;
            Some(format!("`{}`: {}", plain(&it["const"]), lower_first(means)))
        });
        said.collect()
    }
}

/// A table of Markdown.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.iter().map(|&it| it.to_owned()).collect());
    text += &line(head.iter().map(|_| "---".to_owned()).collect());
    for row in rows {
        text += &line(row.iter().map(|cell| cell.replace('|', r"\|")).collect());
    }
    text
}

/// `a`, `b` or `c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

fn default(schema: &Value) -> String {
    schema
        .get("default")
        .map_or_else(|| "—".to_owned(), |it| format!("`{}`", plain(it)))
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn lower_first(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().map(|it| it.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn type_name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

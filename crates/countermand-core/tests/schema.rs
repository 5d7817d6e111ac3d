//! The schema and the reader agree on every policy.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may"
)]

#[path = "schema/mutations.rs"]
mod mutations;
#[path = "schema/names.rs"]
mod names;

use countermand_core::load::{self, Source};
use countermand_core::policy;
use countermand_core::problem::ProblemCode;
use jsonschema::Validator;
use serde_json::Value;

use mutations::Mutation;

/// A rule that a schema cannot express: its code, the key whose value it checks (or any), and which values it refuses.
type Beyond = (ProblemCode, &'static str, fn(&str) -> bool, &'static str);

const ANY: &str = "";

fn any(_: &str) -> bool {
    true
}

const BEYOND_A_SCHEMA: &[Beyond] = &[
    (
        ProblemCode::DuplicateName,
        ANY,
        any,
        "two places are compared",
    ),
    (
        ProblemCode::UnknownCalendar,
        ANY,
        any,
        "two places are compared",
    ),
    (
        ProblemCode::NeverCaptured,
        ANY,
        any,
        "two places are compared",
    ),
    (
        ProblemCode::NotInTrigger,
        ANY,
        any,
        "two places are compared",
    ),
    (
        ProblemCode::ExceptsNothing,
        ANY,
        any,
        "two places are compared",
    ),
    (
        ProblemCode::EmptyPeriod,
        ANY,
        any,
        "which of two times is later",
    ),
    (
        ProblemCode::BadValue,
        "again-every",
        |it| it == "0s",
        "how long a length of time is",
    ),
    (
        ProblemCode::BadValue,
        "name",
        |it| it.contains('{'),
        "whether captures are ambiguous or stand twice",
    ),
    (
        ProblemCode::BadValue,
        "domain",
        |it| it.len() > 28,
        "how long the names are that a pattern matches",
    ),
    (
        ProblemCode::BadValue,
        "zone",
        |it| it.chars().all(|it| it.is_ascii_alphanumeric() || it == '/'),
        "which zones there are",
    ),
    (
        ProblemCode::BadValue,
        "expression",
        |it| it.starts_with("rate("),
        "how large a number is, and whether its unit goes with it",
    ),
    (
        ProblemCode::BadValue,
        "expression",
        |it| it.starts_with("cron("),
        "which values the fields of cron take",
    ),
    (
        ProblemCode::BadValue,
        "expression",
        |it| it.starts_with("at("),
        "how long a month is",
    ),
    (
        ProblemCode::BadValue,
        "from",
        |it| it == "2026-02-30 00:00",
        "how long a month is",
    ),
    (
        ProblemCode::BadValue,
        "max-age",
        |it| it.len() > 4 && it.ends_with('d'),
        "how long a length of time is",
    ),
    (
        ProblemCode::BadValue,
        "closed",
        |it| it.starts_with('{'),
        "two ends are compared",
    ),
    (
        ProblemCode::BadValue,
        "open",
        |it| it.starts_with('{'),
        "two ends are compared",
    ),
];

#[test]
fn the_schema_is_one() {
    let schema = policy::schema();
    assert!(jsonschema::meta::validate(&schema).is_ok());
    assert_eq!(schema.get("$id"), None);
    for (path, part) in mutations::walk(&schema) {
        let is_mapping = part.get("properties").is_some_and(Value::is_object);
        if is_mapping && part.get("type") == Some(&"object".into()) {
            let closed = part.get("additionalProperties") == Some(&false.into());
            assert!(closed, "{path} takes any key");
        }
        let of_null = part
            .get("type")
            .is_some_and(|it| it.to_string().contains("null"));
        assert!(!of_null, "{path} takes null");
    }
}

#[test]
fn every_example_is_valid() {
    for (name, example) in examples() {
        assert_eq!(loaded(&example), [], "{name}");
        let errors: Vec<_> = validator()
            .iter_errors(&example)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_samples_use_every_key() {
    let schema = policy::schema();
    let samples = examples();
    let used: Vec<_> = samples
        .iter()
        .flat_map(|(_, it)| mutations::walk(it))
        .collect();
    for (_, part) in mutations::walk(&schema) {
        let properties = part.get("properties").and_then(Value::as_object);
        let known = properties.filter(|it| it.values().all(Value::is_object));
        for key in known.into_iter().flat_map(|it| it.keys()) {
            let is_used = used
                .iter()
                .any(|(path, _)| path.ends_with(&format!("/{key}")));
            assert!(is_used, "`{key}` is in no example, nor in every-key.yaml");
        }
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses_and_nothing_else() {
    let validator = validator();
    let mut needed = vec![false; BEYOND_A_SCHEMA.len()];
    let mut disagreements = Vec::new();
    let (mut accepted, mut refused) = (0, 0);
    for (name, example) in examples() {
        for Mutation { what, document } in mutations::of(&example) {
            let is_valid = validator.is_valid(&document);
            let problems = loaded(&document);
            match (problems.is_empty(), is_valid) {
                (true, true) => accepted += 1,
                (false, false) => refused += 1,
                (true, false) => {
                    let errors: Vec<_> = validator
                        .iter_errors(&document)
                        .map(|it| it.to_string())
                        .collect();
                    disagreements.push(format!(
                        "{name}, {what}: only the schema refuses: {errors:?}"
                    ));
                }
                (false, true) => {
                    for refusal in problems {
                        let beyond = BEYOND_A_SCHEMA.iter().position(|(code, key, values, _)| {
                            *code == refusal.code
                                && (*key == ANY || *key == refusal.key)
                                && values(&refusal.value)
                        });
                        match beyond {
                            Some(row) => needed[row] = true,
                            None => disagreements.push(format!(
                                "{name}, {what}: only the reader refuses: {refusal:?}"
                            )),
                        }
                    }
                }
            }
        }
    }
    assert!(
        disagreements.is_empty(),
        "{} disagreements\n{}",
        disagreements.len(),
        disagreements.join("\n")
    );
    let rows = BEYOND_A_SCHEMA.iter().zip(needed);
    let idle: Vec<_> = rows
        .filter(|(_, needed)| !needed)
        .map(|((code, key, _, why), _)| (code, key, why))
        .collect();
    assert!(idle.is_empty(), "nothing needs {idle:#?}");
    assert!(
        accepted > 100 && refused > 1_000,
        "{accepted} accepted, {refused} refused"
    );
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&policy::schema()).unwrap()
}

/// An error of the reader.
#[derive(Debug, PartialEq)]
struct EventRefusal {
    code: ProblemCode,
    /// The key of the value in question.
    key: String,
    /// The value.
    value: String,
    message: String,
}

fn loaded(document: &Value) -> Vec<EventRefusal> {
    let text = document.to_string();
    let sources = [Source::new("policy.json", text.clone().into_bytes())];
    let loaded = load::load(&sources);
    let errors = loaded.problems().iter().filter(|it| it.is_error());
    let places = mutations::places(document);
    errors
        .map(|problem| EventRefusal {
            code: problem.code,
            key: places.get(&problem.span.start).cloned().unwrap_or_default(),
            value: text[problem.span.clone()].trim_matches('"').to_owned(),
            message: problem.message.clone(),
        })
        .collect()
}

/// A policy file that uses every key, and the example policies, as JSON.
fn examples() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() > 5);
    files.insert(
        0,
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/every-key.yaml").into(),
    );
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let yaml = std::fs::read_to_string(path).unwrap();
        (name, mutations::from_yaml(&yaml))
    };
    files.into_iter().map(read).collect()
}

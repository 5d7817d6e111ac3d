//! Documents that differ from an example in one place.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};

pub(crate) struct Mutation {
    pub(crate) what: String,
    pub(crate) document: Value,
}

/// Values that some places must refuse and others may accept.
fn strange_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(3.0),
        json!(1.0),
        json!(4_294_967_296_u64),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("none"),
        json!("1"),
        json!("x y"),
        json!("x\u{1}y"),
        json!("x\u{85}y"),
        json!("x\u{e9}\u{1f680}y"),
        json!("x\ny"),
        json!("a**b"),
        json!("{"),
        json!("}"),
        json!("{}"),
        json!("{service}"),
        json!("{account}"),
        json!("{x:a|b\u{1}}"),
        json!("{x:a|*}"),
        json!("{x:}"),
        json!("{alarm.dimensions.A B}"),
        json!("{alarm.nam}"),
        json!("*"),
        json!("10m"),
        json!("0s"),
        json!("10"),
        json!("1m1h"),
        json!("rollback"),
        json!("ok"),
        json!("OK"),
        json!("FRI 17:00"),
        json!("FRI 24:00"),
        json!("2026-12-20 17:00"),
        json!("2026-13-20 17:00"),
        json!("rate(1 hour)"),
        json!("rate(0 hours)"),
        json!("Europe/Berlin"),
        json!("a".repeat(41)),
        json!("a".repeat(1025)),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!([""]),
        json!({"": ""}),
        json!({"x": null}),
        json!({"x": "y"}),
    ]
}

/// Values for one key, most of them wrong in a way that no schema can express.
const PROBES: &[(&str, &str)] = &[
    ("name", r#""{a}{b}""#),
    ("name", r#""{a}-{a}""#),
    ("name", r#""{a:x|x}""#),
    ("name", r#"["a", "a"]"#),
    ("name", r#""{a:x:y|z}""#),
    ("service", r#""{alarm.name.x}""#),
    ("service", r#""{nobody}""#),
    ("domain", r#""a-name-of-more-than-28-characters""#),
    ("domain", r#""UPPER""#),
    ("domain", r#""{alarm.name}""#),
    ("window", r#""has.a.dot""#),
    ("zone", r#""Mars/Olympus""#),
    ("zone", r#""Etc/GMT+5""#),
    ("expression", r#""rate(5 minute)""#),
    ("expression", r#""rate(4294967296 days)""#),
    ("expression", r#""cron(60 3 * * ? *)""#),
    ("expression", r#""cron(0 3 * * * *)""#),
    ("expression", r#""cron(0 3 * *)""#),
    ("expression", r#""at(2026-02-30T00:00:00)""#),
    ("expression", r#""at(2026-02-28T00:00:00)""#),
    ("from", r#""2026-02-30 00:00""#),
    ("from", r#""2030-02-28 00:00""#),
    ("until", r#""2020-02-28 00:00""#),
    ("max-age", r#""3653d""#),
    ("max-age", r#""99999999999999999999d""#),
    ("during", r#""weekends""#),
    ("except", r#"[{"domain": "x", "why": "it has none"}]"#),
    (
        "closed",
        r#"[{"from":"FRI 17:00","until":"2026-12-20 00:00","why":"why"}]"#,
    ),
    (
        "closed",
        r#"[{"from":"2026-12-20 00:00","until":"2026-12-19 00:00","why":"why"}]"#,
    ),
    (
        "closed",
        r#"[{"from":"FRI 17:00","until":"FRI 17:00","why":"why"}]"#,
    ),
    ("mode", r#""ENFORCE""#),
    ("tags", r#"{"": "x"}"#),
    ("tags", r#"{"a b\u0001": "x"}"#),
];

pub(crate) fn of(example: &Value) -> Vec<Mutation> {
    let mut mutations = Vec::new();
    for (path, value) in walk(example) {
        let mut add = |what: String, new: Value| {
            let mut document = example.clone();
            *document.pointer_mut(&path).unwrap() = new;
            let what = format!("{what} at `{path}`");
            mutations.push(Mutation { what, document });
        };
        for strange in strange_values() {
            add(format!("{strange}"), strange);
        }
        for (_, probe) in PROBES
            .iter()
            .filter(|(key, _)| path.ends_with(&format!("/{key}")))
        {
            add((*probe).to_owned(), serde_json::from_str(probe).unwrap());
        }
        add("a list of it".to_owned(), json!([value]));
        add("a list of it twice".to_owned(), json!([value, value]));
        match value {
            Value::Object(entries) => of_mapping(entries, &mut add),
            Value::Array(elements) => {
                let first = elements[0].clone();
                add("the first alone".to_owned(), first.clone());
                let longer = [elements.as_slice(), &[first]].concat();
                add("the first once more".to_owned(), longer.into());
            }
            Value::Number(number) => add("as text".to_owned(), number.to_string().into()),
            _ => {}
        }
    }
    mutations
}

fn of_mapping(entries: &Map<String, Value>, add: &mut impl FnMut(String, Value)) {
    let with = |change: &dyn Fn(&mut Map<String, Value>)| {
        let mut entries = entries.clone();
        change(&mut entries);
        Value::from(entries)
    };
    add(
        "an unknown key".to_owned(),
        with(&|it| drop(it.insert("nobody-knows".into(), json!("it")))),
    );
    add(
        "an empty key".to_owned(),
        with(&|it| drop(it.insert(String::new(), json!("it")))),
    );
    for key in ["why", "zone", "tags", "service", "alarm", "open"] {
        add(
            format!("`{key}: x` as well"),
            with(&|it| drop(it.insert(key.into(), json!("x")))),
        );
    }
    for key in entries.keys() {
        add(format!("without `{key}`"), with(&|it| drop(it.remove(key))));
        add(
            format!("`{key}` in capitals"),
            with(&|it| {
                let value = it.remove(key).unwrap();
                it.insert(key.to_uppercase(), value);
            }),
        );
    }
}

/// Every place in a document, as a JSON pointer.
pub(crate) fn walk(document: &Value) -> Vec<(String, &Value)> {
    let mut found = vec![(String::new(), document)];
    let mut next = 0;
    while let Some((path, value)) = found.get(next).cloned() {
        next += 1;
        match value {
            Value::Object(entries) => found.extend(entries.iter().map(|(key, value)| {
                let key = key.replace('~', "~0").replace('/', "~1");
                (format!("{path}/{key}"), value)
            })),
            Value::Array(elements) => found.extend(
                elements
                    .iter()
                    .enumerate()
                    .map(|(index, value)| (format!("{path}/{index}"), value)),
            ),
            _ => {}
        }
    }
    found
}

/// The offset of each value in the text of a document, and the nearest key above it.
pub(crate) fn places(document: &Value) -> BTreeMap<usize, String> {
    let mut places = BTreeMap::new();
    note_places(document, "", 0, &mut places);
    places
}

/// Returns the length of the value's text.
fn note_places(value: &Value, key: &str, at: usize, places: &mut BTreeMap<usize, String>) -> usize {
    places.insert(at, key.to_owned());
    let mut length = 1;
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                length += Value::from(key.as_str()).to_string().len() + 1;
                length += note_places(value, key, at + length, places) + 1;
            }
            length.max(2)
        }
        Value::Array(elements) => {
            for element in elements {
                length += note_places(element, key, at + length, places) + 1;
            }
            length.max(2)
        }
        scalar => scalar.to_string().len(),
    }
}

/// YAML as the examples use it: no aliases, and no numbers but whole ones.
pub(crate) fn from_yaml(yaml: &str) -> Value {
    let mut events = Parser::new_from_str(yaml).map(|event| event.unwrap().0);
    loop {
        match events.next().expect("a document") {
            Event::StreamStart | Event::DocumentStart(..) => {}
            event => return value(event, &mut events),
        }
    }
}

fn value<'a>(event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, ..) => text
            .parse::<i64>()
            .map_or_else(|_| Value::from(&*text), Value::from),
        Event::Scalar(text, ..) => Value::from(&*text),
        Event::SequenceStart(..) => {
            let mut elements = Vec::new();
            loop {
                match events.next().expect("an end") {
                    Event::SequenceEnd => return elements.into(),
                    event => elements.push(value(event, events)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut entries = Map::new();
            loop {
                let Event::Scalar(key, ..) = events.next().expect("an end") else {
                    return entries.into();
                };
                let event = events.next().expect("a value");
                entries.insert(key.into_owned(), value(event, events));
            }
        }
        other => panic!("{other:?} in an example"),
    }
}

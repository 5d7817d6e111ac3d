//! The JSON Schema of a policy file, for editors.
//!
//! It is generated from the types that read policies, and adjusted to what they accept: a key without a value is a
//! mistake. A choice of one among several keys becomes a mapping with exactly one entry, which editors complete and
//! explain better than a choice of mappings.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value};

use super::Document;

/// The JSON Schema (draft 2020-12) of a policy file.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(AsItIsRead);
    let mut schema = settings.into_generator().into_root_schema_for::<Document>();
    schema.insert("title".to_owned(), "A Countermand policy file".into());
    schema.to_value()
}

#[derive(Clone)]
struct AsItIsRead;

impl Transform for AsItIsRead {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(object) = schema.as_object_mut() {
            without_null(object);
            one_entry(object);
            one_line(object);
        }
        transform_subschemas(self, schema);
    }
}

/// `Option` means that the key may be left out, not that its value may be null.
fn without_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|it| it.get("type").is_none_or(|it| it != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            for (key, value) in only {
                schema.entry(key).or_insert(value);
            }
        }
    }
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
}

/// Joins the lines of a description: its line breaks are those of the source code.
fn one_line(schema: &mut Map<String, Value>) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
}

/// Turns a choice of mappings with one key each into one mapping with one of the keys.
fn one_entry(schema: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else {
        return;
    };
    let Some(properties) = choices.iter().map(entry).collect::<Option<Map<_, _>>>() else {
        return;
    };
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("additionalProperties".to_owned(), false.into());
    schema.insert("minProperties".to_owned(), 1.into());
    schema.insert("maxProperties".to_owned(), 1.into());
}

/// The one key of such a mapping, and its schema.
fn entry(choice: &Value) -> Option<(String, Value)> {
    let properties = choice.get("properties")?.as_object()?;
    let (key, value) = properties.iter().next().filter(|_| properties.len() == 1)?;
    let mut value = value.clone();
    if let (Some(description), Some(value)) = (choice.get("description"), value.as_object_mut()) {
        value.insert("description".to_owned(), description.clone());
    }
    Some((key.clone(), value))
}

//! What there is to know about an operation, from the registry and the schema.

use countermand_core::operation::{Announcement, FieldTest, OperationSpec};
use countermand_core::operations::ALL;
use countermand_core::policy::{Duration, schema};
use serde::Serialize;
use serde_json::Value;

/// The document of `operations --format json`.
#[derive(Serialize)]
pub(super) struct OperationsDocument {
    pub(super) operations: Vec<OperationEntry>,
}

#[derive(Serialize)]
pub(super) struct OperationEntry {
    pub(super) name: &'static str,
    pub(super) does: &'static str,
    /// Why the operation cannot be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended: Option<&'static str>,
    pub(super) parameters: Vec<ParameterEntry>,
    pub(super) permissions: Vec<PermissionEntry>,
    /// The first of the events that announce such a change, by the field that tells a beginning from the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_by: Option<AnnouncedByEntry>,
    /// All events that announce such a change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) announcements: Vec<AnnouncementEntry>,
    /// How long a requested stop is followed.
    deadline: String,
    /// A policy file that uses the operation.
    pub(super) example: &'static str,
}

#[derive(Serialize)]
pub(super) struct ParameterEntry {
    pub(super) key: String,
    pub(super) required: bool,
    pub(super) means: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<Value>,
    /// The permitted values, where there are only a few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) values: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct PermissionEntry {
    pub(super) action: &'static str,
    pub(super) on: &'static [&'static str],
    pub(super) why: &'static str,
}

#[derive(Serialize)]
struct AnnouncedByEntry {
    source: &'static str,
    detail_types: &'static [&'static str],
    field: String,
    values: &'static [&'static str],
}

#[derive(Serialize)]
pub(super) struct AnnouncementEntry {
    pub(super) source: &'static str,
    pub(super) detail_types: &'static [&'static str],
    pub(super) tests: Vec<DetailTestEntry>,
}

/// What a field of the detail must be.
#[derive(Serialize)]
pub(super) struct DetailTestEntry {
    /// As `requestParameters.dryRun`.
    field: String,
    /// In words, as `is `STARTED``.
    pub(super) words: String,
}

impl OperationsDocument {
    /// Of one operation, or of all.
    pub(super) fn of(name: Option<&str>) -> Self {
        let schema = schema();
        let all = ALL.iter().copied();
        let wanted = all.filter(|spec| name.is_none_or(|name| spec.name == name));
        Self {
            operations: wanted
                .map(|spec| OperationEntry::of(spec, &schema))
                .collect(),
        }
    }
}

impl OperationEntry {
    fn of(spec: &'static OperationSpec, schema: &Value) -> Self {
        let permissions = spec.permissions().into_iter().map(|it| PermissionEntry {
            action: it.action,
            on: it.on,
            why: it.why,
        });
        Self {
            name: spec.name,
            does: spec.does,
            ended: spec.ended,
            parameters: parameters(spec.name, schema),
            permissions: permissions.collect(),
            announced_by: spec.announced_by.first().and_then(AnnouncedByEntry::of),
            announcements: spec
                .announced_by
                .iter()
                .map(AnnouncementEntry::of)
                .collect(),
            deadline: Duration::from(spec.deadline).to_string(),
            example: spec.example,
        }
    }
}

impl AnnouncedByEntry {
    fn of(it: &Announcement) -> Option<Self> {
        let mut tests = it.detail.iter();
        let (field, values) = tests.find_map(|it| match it.test {
            FieldTest::OneOf(values) => Some((it.field(), values)),
            FieldTest::Absent | FieldTest::AbsentOrFalse => None,
        })?;
        Some(Self {
            source: it.source,
            detail_types: it.detail_types,
            field,
            values,
        })
    }
}

impl AnnouncementEntry {
    fn of(it: &Announcement) -> Self {
        let tests = it.detail.iter().map(|it| DetailTestEntry {
            field: it.field(),
            words: it.in_words(),
        });
        Self {
            source: it.source,
            detail_types: it.detail_types,
            tests: tests.collect(),
        }
    }
}

fn parameters(operation: &str, schema: &Value) -> Vec<ParameterEntry> {
    let action = schema.pointer("/$defs/Action/properties");
    let Some(mapping) = action.and_then(|it| resolve_reference(it.get(operation)?, schema)) else {
        return Vec::new();
    };
    let list = |key: &str| mapping.get(key).and_then(Value::as_array);
    let required = list("required").map_or(&[][..], Vec::as_slice);
    let properties = mapping.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    let parameters = properties.map(|(key, it)| ParameterEntry {
        key: key.clone(),
        required: required.iter().any(|it| it == key),
        means: text(it, "description"),
        default: it.get("default").cloned(),
        values: choices(resolve_reference(it, schema).unwrap_or(it)),
    });
    parameters.collect()
}

/// Follows a `$ref` of the schema.
fn resolve_reference<'a>(it: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let reference = it.get("$ref")?.as_str()?;
    schema.pointer(reference.strip_prefix('#')?)
}

fn choices(it: &Value) -> Vec<String> {
    let choices = it.get("oneOf").and_then(Value::as_array);
    let choices = choices.into_iter().flatten();
    choices
        .filter(|it| it.get("const").is_some())
        .map(|it| text(it, "const"))
        .collect()
}

fn text(it: &Value, key: &str) -> String {
    let text = it.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

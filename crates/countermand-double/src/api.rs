//! What the double knows of a service and its operations, and of their answers.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::arns::IamResources;
use crate::services::APIS;
use crate::world::World;

/// How one service is called, and how it fails.
pub(crate) struct ServiceApi {
    /// As the faults name it.
    pub(crate) name: &'static str,
    /// As IAM's actions name it.
    pub(crate) iam_name: &'static str,
    pub(crate) routing: ApiRouting,
    pub(crate) operations: &'static [ApiOperation],
    /// The code of its error for a throttled call.
    pub(crate) throttled: &'static str,
    /// The code of its error for a fault of its own, which has the status 500.
    pub(crate) broken: &'static str,
    /// The HTTP status of each other error whose status is not 400.
    pub(crate) statuses: &'static [(&'static str, u16)],
    /// For a service that once spoke the query protocol and still sends the error codes of that protocol in a header:
    /// those that differ from today's.
    pub(crate) query_codes: Option<&'static [(&'static str, &'static str)]>,
    /// The rates that AWS publishes.
    pub(crate) rates: &'static [PublishedRate],
}

/// One operation of one service.
pub(crate) struct ApiOperation {
    pub(crate) name: &'static str,
    /// What IAM has to allow it on.
    pub(crate) resources: IamResources,
    pub(crate) answer: fn(&mut World, Timestamp, &Value) -> ApiResult,
}

macro_rules! operations {
    ($($name:literal on $resources:path => $answer:path,)+) => {
        &[$(crate::api::ApiOperation { name: $name, resources: $resources, answer: $answer },)+]
    };
}
pub(crate) use operations;

pub(crate) type ApiResult = Result<Value, ApiError>;

/// How a request finds the service and its operation.
pub(crate) enum ApiRouting {
    /// By a header or, in CBOR, by the path: in both, this stands before the operation's name.
    Target(&'static str),
    /// By the method and the path: returns the operation's name and its whole input.
    Rest(fn(RestRequest<'_>) -> Option<(&'static str, Value)>),
}

pub(crate) struct RestRequest<'r> {
    pub(crate) method: &'r str,
    pub(crate) path: &'r str,
    /// The parameters of the query, each with a capital letter first.
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Value,
}

/// Operations that share a bucket of tokens, how many it holds, and how many come back in a second.
pub(crate) type PublishedRate = (&'static [&'static str], f64, f64);

/// An error that AWS answers.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) code: String,
    pub(crate) message: String,
    /// Other members of the error, such as `resourceIds`.
    pub(crate) members: Map<String, Value>,
}

impl ServiceApi {
    pub(crate) fn operation(&self, name: &str) -> Option<&'static ApiOperation> {
        self.operations.iter().find(|it| it.name == name)
    }

    /// The names of these calls, as `ecs:StopServiceDeployment`.
    pub(crate) fn calls(&self, operations: &[&str]) -> Vec<String> {
        let operations = operations.iter();
        operations.map(|it| format!("{}:{it}", self.name)).collect()
    }

    /// The HTTP status of this error.
    pub(crate) fn status_of(&self, code: &str) -> u16 {
        let mut known = self.statuses.iter();
        match known.find(|(known, _)| *known == code) {
            Some((_, status)) => *status,
            None if code == self.broken => 500,
            None => 400,
        }
    }
}

impl ApiError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            members: Map::new(),
        }
    }

    pub(crate) fn member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }
}

/// The name of every operation that the double has, as `ecs:StopServiceDeployment`.
pub(crate) fn operation_names() -> Vec<String> {
    let all = APIS.iter().flat_map(|service| {
        let operations = service.operations.iter();
        operations.map(|operation| format!("{}:{}", service.name, operation.name))
    });
    all.collect()
}

/// Reads an input strictly: otherwise a member that the double does not know would be ignored in silence.
pub(crate) fn read<T: DeserializeOwned>(input: &Value) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(input).map_err(unreadable)
}

/// Reads an input that consists of these texts.
pub(crate) fn read_texts<const N: usize>(
    input: &Value,
    members: [&str; N],
) -> Result<[String; N], ApiError> {
    let mut texts: BTreeMap<String, String> = read(input)?;
    if texts.len() != N || !members.iter().all(|it| texts.contains_key(*it)) {
        let members = members.join(", ");
        return Err(unreadable(format!("its members have to be {members}")));
    }
    Ok(members.map(|it| texts.remove(it).unwrap_or_default()))
}

fn unreadable(why: impl fmt::Display) -> ApiError {
    ApiError::new(
        "SerializationException",
        format!("the double cannot read this input: {why}"),
    )
}

/// The error with which most services answer what breaks their rules.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

/// A map as a list of objects, with these names for what each has of it.
pub(crate) fn pairs(map: &BTreeMap<String, String>, [key, value]: [&str; 2]) -> Vec<Value> {
    let pairs = map.iter();
    pairs.map(|(k, v)| json!({ key: k, value: v })).collect()
}

/// The object without its empty members: AWS leaves out what it does not have.
pub(crate) fn present(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// The members of both objects; where both have one, the second's is taken.
pub(crate) fn merged(mut value: Value, more: Value) -> Value {
    if let (Some(members), Value::Object(more)) = (value.as_object_mut(), more) {
        members.extend(more);
    }
    value
}

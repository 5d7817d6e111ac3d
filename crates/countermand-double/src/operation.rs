//! What an operation is to the double, and the list of all of them.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::resources::About;
use crate::wire::Refusal;
use crate::world::World;
use crate::{cloudwatch, ecs, events, opensearch, proton, sqs, ssm};

/// One operation of one service.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// What IAM has to allow it on.
    pub(crate) about: About,
    pub(crate) answer: fn(&mut World, Timestamp, &Value) -> Answered,
}

pub(crate) type Answered = Result<Value, Refusal>;

pub(crate) struct Service {
    /// As the faults name it.
    pub(crate) name: &'static str,
    /// What stands before the dot in `x-amz-target`; none for a REST service.
    pub(crate) target: Option<&'static str>,
    pub(crate) operations: &'static [Operation],
    /// The codes of its errors for a throttled call and for its own fault.
    pub(crate) throttled: (&'static str, u16),
    pub(crate) broken: &'static str,
    pub(crate) denied: u16,
}

pub(crate) const SERVICES: [&Service; 7] = [
    &ecs::SERVICE,
    &ssm::SERVICE,
    &opensearch::SERVICE,
    &proton::SERVICE,
    &cloudwatch::SERVICE,
    &sqs::SERVICE,
    &events::SERVICE,
];

/// Every operation that the double has, as `ecs:StopServiceDeployment`.
pub fn names() -> Vec<String> {
    SERVICES
        .iter()
        .flat_map(|service| {
            service
                .operations
                .iter()
                .map(|operation| format!("{}:{}", service.name, operation.name))
        })
        .collect()
}

/// Reads an input strictly: a member that the double does not know would be silently ignored otherwise.
pub(crate) fn read<T: DeserializeOwned>(input: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(input).map_err(|error| {
        Refusal::new(
            "SerializationException",
            format!("the double cannot read this input: {error}"),
        )
    })
}

/// The object without its empty members: AWS leaves out what it does not have.
pub(crate) fn present(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// Both objects in one; a member of the second takes the place of the first's.
pub(crate) fn merged(mut value: Value, more: Value) -> Value {
    if let (Some(members), Value::Object(more)) = (value.as_object_mut(), more) {
        members.extend(more);
    }
    value
}

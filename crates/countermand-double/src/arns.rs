//! The resources of a call: IAM has to allow the call on each of these ARNs. `*` stands for a call that IAM checks
//! against no resource, or for one whose input names none. Each operation has a function that reads them from its
//! input; here is what these functions share.

use serde_json::Value;

use crate::world::World;

/// The ARNs that IAM checks a call with this input against.
pub(crate) type IamResources = fn(&World, &Value) -> Vec<String>;

pub(crate) fn everything(_: &World, _: &Value) -> Vec<String> {
    or_everything(Vec::new())
}

/// The ARN of each name; an ARN in place of a name is left as it is.
pub(crate) fn arns<'i>(
    world: &World,
    service: &str,
    named: impl IntoIterator<Item = &'i str>,
    resource: impl Fn(&str) -> String,
) -> Vec<String> {
    let named = named.into_iter();
    let arns: Vec<_> = named
        .map(|name| {
            if name.starts_with("arn:") {
                name.to_owned()
            } else {
                world.arn(service, &resource(name))
            }
        })
        .collect();
    or_everything(arns)
}

pub(crate) fn or_everything(arns: Vec<String>) -> Vec<String> {
    if arns.is_empty() {
        vec!["*".to_owned()]
    } else {
        arns
    }
}

pub(crate) fn text<'i>(input: &'i Value, member: &str) -> Option<&'i str> {
    input.get(member)?.as_str()
}

pub(crate) fn texts<'i>(input: &'i Value, member: &str) -> impl Iterator<Item = &'i str> {
    let list = input.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

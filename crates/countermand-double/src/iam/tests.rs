use serde_json::{Value, json};

use super::*;

const DOMAIN: &str = "arn:aws:es:eu-central-1:111122223333:domain/prod-search";

/// What comes of the call about these resources, for whom these statements are all.
fn tried(statements: &Value, action: &str, resources: &[&str]) -> Option<(String, DenialCause)> {
    let world = json!({
        "opensearch": { "domains": [{ "name": "prod-search", "tags": { "env": "prod", "team": "Web" } }] },
        "iam": statements,
    });
    let world = World::from_value(world).unwrap();
    let resources: Vec<_> = resources.iter().map(|it| (*it).to_owned()).collect();
    let denial = denial(&world, action, &resources);
    denial.map(|(resource, why)| (resource.to_owned(), why))
}

fn allow(action: &Value, resource: &Value) -> Value {
    json!([{ "Effect": "Allow", "Action": action, "Resource": resource }])
}

/// A domain with tags, allowed or denied under a condition.
fn on_condition(effect: &str, condition: &Value) -> Option<DenialCause> {
    let statement = json!({ "Effect": effect, "Action": "es:ListTags", "Resource": "*", "Condition": condition });
    let mut statements = vec![statement];
    if effect == "Deny" {
        statements.push(json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
    }
    tried(&json!(statements), "es:ListTags", &[DOMAIN]).map(|(_, why)| why)
}

#[test]
fn what_is_not_allowed_is_refused() {
    let nothing_allows = Some((DOMAIN.to_owned(), DenialCause::NothingAllows));
    for (action, resource, wanted) in [
        (json!("es:ListTags"), json!(DOMAIN), None),
        (json!(["es:X", "es:ListTags"]), json!(["x", DOMAIN]), None),
        (json!("ES:listtags"), json!("*"), None),
        (
            json!("es:List*"),
            json!("arn:aws:es:*:domain/prod-?earch"),
            None,
        ),
        (json!([]), json!(DOMAIN), nothing_allows.clone()),
        (json!("es:ListTags"), json!([]), nothing_allows.clone()),
        (json!("es:ListTag"), json!("*"), nothing_allows.clone()),
        (json!("es:ListTags?"), json!("*"), nothing_allows.clone()),
        (
            json!("es:ListTags"),
            json!("arn:aws:es:*:domain/PROD-*"),
            nothing_allows.clone(),
        ),
        (
            json!("es:ListTags"),
            json!("arn:aws:es:*:domain/prod"),
            nothing_allows.clone(),
        ),
        (
            json!("es:ListTags"),
            json!("${AWS::Partition}"),
            nothing_allows,
        ),
    ] {
        let found = tried(&allow(&action, &resource), "es:ListTags", &[DOMAIN]);
        assert_eq!(found, wanted, "{action} on {resource}");
    }
}

#[test]
fn every_resource_has_to_be_allowed_and_what_has_none_is_allowed_on_everything_only() {
    let one = allow(&json!("es:ListTags"), &json!(DOMAIN));
    let refused = |resource: &str| Some((resource.to_owned(), DenialCause::NothingAllows));
    assert_eq!(
        tried(&one, "es:ListTags", &[DOMAIN, "arn:x"]),
        refused("arn:x")
    );
    assert_eq!(tried(&one, "es:ListTags", &["*"]), refused("*"));
    let all = allow(&json!("es:ListTags"), &json!("*"));
    assert_eq!(tried(&all, "es:ListTags", &[DOMAIN, "arn:x", "*"]), None);
    assert_eq!(tried(&json!([]), "es:ListTags", &["*"]), refused("*"));
    assert_eq!(tried(&Value::Null, "es:ListTags", &["*"]), None);
}

#[test]
fn a_denial_goes_before_whatever_allows() {
    let statements = json!([
        { "Effect": "Allow", "Action": "es:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "es:ListTags", "Resource": DOMAIN },
    ]);
    let denied = Some((DOMAIN.to_owned(), DenialCause::Denied));
    assert_eq!(tried(&statements, "es:ListTags", &[DOMAIN]), denied);
    assert_eq!(tried(&statements, "es:DescribeDomains", &[DOMAIN]), None);
}

#[test]
fn tags_are_asked_for_and_what_the_double_does_not_know_counts_against_the_call() {
    let refused = Some(DenialCause::NothingAllows);
    for (condition, allowed, denied) in [
        (
            json!({ "StringLike": { "aws:ResourceTag/env": "pr*" } }),
            None,
            Some(DenialCause::Denied),
        ),
        (
            json!({ "StringLike": { "aws:resourcetag/ENV": ["x", "prod"] } }),
            None,
            Some(DenialCause::Denied),
        ),
        (
            json!({ "StringEquals": { "aws:ResourceTag/env": "prod" } }),
            None,
            Some(DenialCause::Denied),
        ),
        (
            json!({ "StringEquals": { "aws:ResourceTag/env": "pr*" } }),
            refused,
            None,
        ),
        (
            json!({ "StringLike": { "aws:ResourceTag/team": "web" } }),
            refused,
            None,
        ),
        (
            json!({ "StringLike": { "aws:ResourceTag/nobody": "*" } }),
            refused,
            None,
        ),
        (
            json!({ "StringLike": { "aws:ResourceTag/env": "prod", "aws:ResourceTag/team": "x" } }),
            refused,
            None,
        ),
        (
            json!({ "StringNotLike": { "aws:ResourceTag/env": "x" } }),
            refused,
            Some(DenialCause::Denied),
        ),
        (
            json!({ "StringLike": { "aws:PrincipalTag/env": "x" } }),
            refused,
            Some(DenialCause::Denied),
        ),
        (
            json!({ "Bool": { "aws:SecureTransport": "true" } }),
            refused,
            Some(DenialCause::Denied),
        ),
    ] {
        assert_eq!(on_condition("Allow", &condition), allowed, "{condition}");
        assert_eq!(on_condition("Deny", &condition), denied, "{condition}");
    }
}

#[test]
fn what_iam_does_not_write_so_is_no_world() {
    for (statement, told) in [
        (
            json!({ "Effect": "Allow", "NotAction": "x", "Resource": "*" }),
            "NotAction",
        ),
        (
            json!({ "Effect": "Perhaps", "Action": "x", "Resource": "*" }),
            "Perhaps",
        ),
        (json!({ "Effect": "Allow", "Action": "x" }), "Resource"),
        (
            json!({ "Effect": "Allow", "Action": "x", "Resource": [{ "Fn::Sub": "x" }] }),
            "expected a text or a list of texts",
        ),
    ] {
        let error = World::from_value(json!({ "iam": [statement] })).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("iam[0]") && error.contains(told), "{error}");
    }
}

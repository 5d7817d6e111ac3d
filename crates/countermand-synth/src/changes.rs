//! EventBridge rules for changes that begin, for the policies that freeze.

use serde_json::{Map, Value, json};

use super::matcher::{any_of, matcher};
use super::rules::{RuleDraft, fits, named};
use super::{EventRule, StackFunction};
use countermand_core::name::{Piece, Spelling};
use countermand_core::operation::{
    Announcement, ArnEnd, DetailName, DetailTest, FieldTest, OperationSpec, TargetIn,
};
use countermand_core::operations::{ALL, Action};
use countermand_core::policy::{Policies, Policy};

/// A rule for each announcement of an operation that freezes are about: these events differ in source, type or detail.
pub(super) fn rules(policies: &Policies) -> Vec<EventRule> {
    let announced = ALL.iter().flat_map(|spec| {
        let announcements = spec.announced_by.iter();
        announcements.map(move |it| (*spec, it))
    });
    let rules = announced.filter_map(|(spec, announcement)| rule(spec, announcement, policies));
    named(StackFunction::OnChange, Policy::AGE_OF_CHANGE, rules)
}

fn rule<'p>(
    spec: &OperationSpec,
    announcement: &Announcement,
    policies: &'p Policies,
) -> Option<RuleDraft<'p>> {
    let freezes = policies.freezing();
    let actions = freezes.flat_map(|policy| policy.actions.iter().map(move |it| (policy, it)));
    let (mut policies, actions): (Vec<_>, Vec<_>) = actions
        .filter(|(_, action)| action.spec().name == spec.name)
        .unzip();
    policies.dedup_by_key(|policy| &policy.name);
    if policies.is_empty() {
        return None;
    }
    let mut broader = Vec::new();
    let targets = target_patterns(announcement, &actions, &mut broader);
    let mut pattern = pattern(announcement, targets);
    if !fits(&pattern) {
        pattern = self::pattern(announcement, None);
        broader = vec!["so many names do not fit into a pattern: it is for any target".to_owned()];
    }
    Some(RuleDraft {
        policies,
        pattern,
        broader,
    })
}

/// An event must match one of these; `None`: any target will do.
type TargetPatterns = Option<Vec<TargetPattern>>;

/// How an event names a target that a policy is about.
#[derive(Default)]
struct TargetPattern {
    resources: Vec<Value>,
    detail: Vec<(&'static [&'static str], Value)>,
}

fn pattern(announcement: &Announcement, targets: TargetPatterns) -> Value {
    let mut pattern = Map::new();
    pattern.insert("source".to_owned(), json!([announcement.source]));
    pattern.insert("detail-type".to_owned(), json!(announcement.detail_types));
    let patterns = targets.unwrap_or_else(|| vec![TargetPattern::default()]);
    let mut patterns = patterns.into_iter().map(|pattern| {
        let mut fields = Map::new();
        if !pattern.resources.is_empty() {
            fields.insert("resources".to_owned(), pattern.resources.into());
        }
        let mut detail = Map::new();
        for DetailTest { path, test } in announcement.detail {
            insert(&mut detail, path, matchers(test));
        }
        for (path, value) in pattern.detail {
            insert(&mut detail, path, value);
        }
        if !detail.is_empty() {
            fields.insert("detail".to_owned(), detail.into());
        }
        fields
    });
    match (patterns.next(), patterns.next()) {
        (Some(only), None) => pattern.extend(only),
        (first, second) => {
            let all = first.into_iter().chain(second).chain(patterns);
            pattern.insert("$or".to_owned(), all.map(Value::Object).collect());
        }
    }
    pattern.into()
}

/// Sets a field of the detail that may be nested.
fn insert(detail: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => {
            detail.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let nested = detail
                .entry((*first).to_owned())
                .or_insert_with(|| json!({}));
            if let Value::Object(nested) = nested {
                insert(nested, rest, value);
            }
        }
    }
}

/// One of these must fit the field.
fn matchers(test: &FieldTest) -> Value {
    let absent = json!({ "exists": false });
    match test {
        FieldTest::OneOf(texts) => json!(texts),
        FieldTest::Absent => json!([absent]),
        FieldTest::AbsentOrFalse => json!([absent, false]),
    }
}

fn target_patterns(
    announcement: &Announcement,
    actions: &[&Action],
    broader: &mut Vec<String>,
) -> TargetPatterns {
    match announcement.target_in {
        TargetIn::Resource(ends) => by_resource(ends, actions, broader),
        TargetIn::Detail(names) => {
            let mut pattern = TargetPattern::default();
            for DetailName {
                path,
                key,
                arn_end,
                is_id,
            } in names
            {
                let spellings = actions.iter().flat_map(|action| spellings(action, key));
                let spellings: Vec<_> = spellings.collect();
                let is_id = |it: &Spelling| is_id.is_none_or(|is_id| it.exact().is_some_and(is_id));
                if !spellings.iter().all(is_id) {
                    broader.push(format!(
                        "the event has the id of its {key}, and a policy has a name: it is for any"
                    ));
                } else if let Some(mut value) = any_of(&spellings, key, broader) {
                    if let (Some(end), Value::Array(list)) = (arn_end, &mut value) {
                        for action in actions {
                            list.extend(matching(end, action, broader)?);
                        }
                    }
                    pattern.detail.push((path, value));
                }
            }
            (!pattern.detail.is_empty()).then(|| vec![pattern])
        }
    }
}

fn by_resource(ends: &[ArnEnd], actions: &[&Action], broader: &mut Vec<String>) -> TargetPatterns {
    let means_all = |action: &&Action| {
        action
            .names()
            .iter()
            .all(|(_, names)| names.has_everything())
    };
    if actions.iter().any(means_all) {
        return None;
    }
    let mut patterns: Vec<TargetPattern> = Vec::new();
    for ArnEnd { end, other_arn } in ends {
        let mut alone: Vec<Value> = Vec::new();
        for action in actions {
            let resources = matching(end, action, broader)?;
            match other_arn {
                None => alone.extend(resources),
                Some((field, end)) => {
                    let list = matching(end, action, broader)?;
                    patterns.push(TargetPattern {
                        resources,
                        detail: vec![(field, list.into())],
                    });
                }
            }
        }
        if !alone.is_empty() {
            patterns.push(TargetPattern {
                resources: alone,
                detail: Vec::new(),
            });
        }
    }
    Some(patterns)
}

pub(super) fn spellings(action: &Action, key: &str) -> Vec<Spelling> {
    let names = action.names().into_iter().find(|(it, _)| *it == key);
    names.map_or_else(Vec::new, |(_, names)| names.spellings())
}

/// Patterns for the ends of the ARNs that an action means; `None` where EventBridge cannot express them.
fn matching(end: &str, action: &Action, broader: &mut Vec<String>) -> Option<Vec<Value>> {
    let names = action.names().into_iter();
    let names: Vec<_> = names.flat_map(|(_, names)| names.sources()).collect();
    let names = names.join("` `");
    let filled_in = filled_in(end, action);
    let matchers = filled_in
        .iter()
        .map(|pieces| matcher(pieces, &names, broader));
    matchers.collect()
}

/// `:service/{cluster}/{service}` with every combination of names of the action, after any text.
fn filled_in(end: &str, action: &Action) -> Vec<Vec<Piece>> {
    let mut filled = vec![vec![Piece::Any]];
    let mut rest = end;
    while let Some((before, after)) = rest.split_once('{') {
        let (key, behind) = after.split_once('}').unwrap_or((after, ""));
        let spellings = spellings(action, key);
        filled = filled
            .iter()
            .flat_map(|begun| {
                let text = literal(before);
                spellings
                    .iter()
                    .map(move |spelling| [begun.as_slice(), &text, spelling.pieces()].concat())
            })
            .collect();
        rest = behind;
    }
    for pieces in &mut filled {
        pieces.extend(literal(rest));
    }
    filled
}

/// The part of an ARN between two names, in which a `*` stands for anything.
fn literal(text: &str) -> Vec<Piece> {
    let parts = text.split('*').map(|it| Piece::Text(it.to_owned()));
    let mut pieces: Vec<_> = parts.flat_map(|it| [Piece::Any, it]).skip(1).collect();
    pieces.retain(|it| *it != Piece::Text(String::new()));
    pieces
}

#[cfg(test)]
mod tests {
    use countermand_core::operation::{CALL_SUCCEEDED, RECORDED_CALL};

    use super::*;

    fn announcement(detail: &'static [DetailTest]) -> Announcement {
        Announcement {
            source: "aws.any",
            detail_types: &[RECORDED_CALL],
            detail,
            target_in: TargetIn::Detail(&[]),
        }
    }

    #[test]
    fn a_pattern_asks_what_the_announcement_asks() {
        for (detail, wanted) in [
            (&[][..], Value::Null),
            (
                &[DetailTest {
                    path: &["status-details", "status"],
                    test: FieldTest::OneOf(&["UPDATE_IN_PROGRESS"]),
                }],
                json!({ "status-details": { "status": ["UPDATE_IN_PROGRESS"] } }),
            ),
            (
                &[
                    CALL_SUCCEEDED,
                    DetailTest {
                        path: &["requestParameters", "dryRun"],
                        test: FieldTest::AbsentOrFalse,
                    },
                ],
                json!({
                    "errorCode": [{ "exists": false }],
                    "requestParameters": { "dryRun": [{ "exists": false }, false] },
                }),
            ),
        ] {
            let pattern = pattern(&announcement(detail), None);
            let found = pattern.get("detail").cloned().unwrap_or_default();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_star_in_an_arn_stands_for_anything() {
        let text = |it: &str| Piece::Text(it.to_owned());
        for (written, wanted) in [
            ("", vec![]),
            (":stack/", vec![text(":stack/")]),
            ("/*", vec![text("/"), Piece::Any]),
            ("a*b", vec![text("a"), Piece::Any, text("b")]),
        ] {
            assert_eq!(literal(written), wanted, "{written}");
        }
    }
}

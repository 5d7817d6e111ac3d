//! What tells that a change has begun which a freeze could stop.

use serde_json::{Map, Value, json};

use super::matcher::{Matcher, any_of};
use super::rules::{fits, named};
use super::{Function, Rule, longest_age};
use crate::name::{Piece, Spelling};
use crate::operations::{ALL, About, Action, Announcement, ArnEnd, TargetIn};
use crate::policy::{Policies, Policy};

/// One rule for each operation whose changes are announced: their events differ in source or type.
pub(super) fn rules(policies: &Policies) -> Vec<Rule> {
    let announced = ALL
        .iter()
        .filter_map(|about| Some((*about, about.announced_by.as_ref()?)));
    let rules = announced.filter_map(|(about, announcement)| rule(about, announcement, policies));
    named(Function::OnChange, rules)
}

fn rule(about: &About, announcement: &Announcement, policies: &Policies) -> Option<Rule> {
    let freezes = policies.freezing();
    let actions = freezes.flat_map(|policy| policy.actions.iter().map(move |it| (policy, it)));
    let (mut policies, actions): (Vec<_>, Vec<_>) = actions
        .filter(|(_, action)| action.about().name == about.name)
        .unzip();
    policies.dedup_by_key(|policy| &policy.name);
    if policies.is_empty() {
        return None;
    }
    let mut broader = Vec::new();
    let named_by = named_by(announcement, &actions, &mut broader);
    let mut pattern = pattern(announcement, named_by);
    if !fits(&pattern) {
        pattern = self::pattern(announcement, None);
        broader = vec!["so many names do not fit into a pattern: it is for any target".to_owned()];
    }
    Some(Rule {
        name: String::new(),
        function: Function::OnChange,
        policies: policies.iter().map(|it| it.name.to_string()).collect(),
        pattern,
        broader,
        max_age_seconds: longest_age(policies, Policy::AGE_OF_CHANGE),
    })
}

/// What an event must have in one of these ways to be about a target; `None`: any is meant.
type NamedBy = Option<Vec<Way>>;

#[derive(Default)]
struct Way {
    resources: Vec<Value>,
    detail: Map<String, Value>,
}

fn pattern(announcement: &Announcement, named_by: NamedBy) -> Value {
    let mut pattern = Map::new();
    pattern.insert("source".to_owned(), json!([announcement.source]));
    pattern.insert("detail-type".to_owned(), json!(announcement.detail_types));
    let ways = named_by.unwrap_or_else(|| vec![Way::default()]);
    let mut ways = ways.into_iter().map(|way| {
        let mut fields = Map::new();
        if !way.resources.is_empty() {
            fields.insert("resources".to_owned(), way.resources.into());
        }
        let mut detail = Map::new();
        detail.insert(announcement.field.to_owned(), json!(announcement.values));
        detail.extend(way.detail);
        fields.insert("detail".to_owned(), detail.into());
        fields
    });
    match (ways.next(), ways.next()) {
        (Some(only), None) => pattern.extend(only),
        (first, second) => {
            let all = first.into_iter().chain(second).chain(ways);
            pattern.insert("$or".to_owned(), all.map(Value::Object).collect());
        }
    }
    pattern.into()
}

fn named_by(
    announcement: &Announcement,
    actions: &[&Action],
    broader: &mut Vec<String>,
) -> NamedBy {
    match announcement.target_in {
        TargetIn::Resource(ends) => by_resource(ends, actions, broader),
        TargetIn::Detail { field, key } => {
            let spellings: Vec<_> = actions
                .iter()
                .flat_map(|action| spellings(action, key))
                .collect();
            let is_id = |spelling: &Spelling| {
                let by_id = announcement.by_id.filter(|it| it.key == key);
                by_id.is_none_or(|it| spelling.exact().is_some_and(it.is_id))
            };
            if !spellings.iter().all(is_id) {
                broader.push(format!(
                    "the event has the id of its {key}, and a policy has a name: it is for any"
                ));
                return None;
            }
            let mut way = Way::default();
            way.detail
                .insert(field.to_owned(), any_of(&spellings, key, broader)?);
            Some(vec![way])
        }
    }
}

fn by_resource(ends: &[ArnEnd], actions: &[&Action], broader: &mut Vec<String>) -> NamedBy {
    let means_all = |action: &&Action| {
        action
            .names()
            .iter()
            .all(|(_, names)| names.has_everything())
    };
    if actions.iter().any(means_all) {
        return None;
    }
    let mut ways: Vec<Way> = Vec::new();
    for ArnEnd { end, beside } in ends {
        let mut alone: Vec<Value> = Vec::new();
        for action in actions {
            let resources = matching(end, action, broader)?;
            match beside {
                None => alone.extend(resources),
                Some((field, end)) => {
                    let mut way = Way {
                        resources,
                        ..Way::default()
                    };
                    let list = matching(end, action, broader)?;
                    way.detail.insert((*field).to_owned(), list.into());
                    ways.push(way);
                }
            }
        }
        if !alone.is_empty() {
            let resources = alone;
            ways.push(Way {
                resources,
                ..Way::default()
            });
        }
    }
    Some(ways)
}

fn spellings(action: &Action, key: &str) -> Vec<Spelling> {
    let mut names = action.names().into_iter().filter(|(it, _)| *it == key);
    names
        .next()
        .map(|(_, names)| names.spellings())
        .unwrap_or_default()
}

/// The ends of ARNs that an action means; `None` where EventBridge cannot be told.
fn matching(end: &str, action: &Action, broader: &mut Vec<String>) -> Option<Vec<Value>> {
    let matchers = filled_in(end, action).into_iter().map(|pieces| {
        let matcher = Matcher::of_pieces(&pieces);
        if let Some(why) = matcher.broader {
            let said = format!("`{}`: {why}", about_names(action));
            if !broader.contains(&said) {
                broader.push(said);
            }
        }
        matcher.value
    });
    matchers.collect()
}

fn about_names(action: &Action) -> String {
    let names = action
        .names()
        .into_iter()
        .flat_map(|(_, names)| names.sources());
    names.collect::<Vec<_>>().join("` `")
}

/// `:service/{cluster}/{service}` with every name of the action, behind anything.
fn filled_in(end: &str, action: &Action) -> Vec<Vec<Piece>> {
    let mut filled = vec![vec![Piece::Any]];
    let mut rest = end;
    while let Some((before, after)) = rest.split_once('{') {
        let (key, behind) = after.split_once('}').unwrap_or((after, ""));
        let spellings = spellings(action, key);
        filled = filled
            .iter()
            .flat_map(|begun| {
                let text = Piece::Text(before.to_owned());
                spellings.iter().map(move |spelling| {
                    [
                        begun.as_slice(),
                        std::slice::from_ref(&text),
                        spelling.pieces(),
                    ]
                    .concat()
                })
            })
            .collect();
        rest = behind;
    }
    for pieces in filled.iter_mut().filter(|_| !rest.is_empty()) {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    filled
}

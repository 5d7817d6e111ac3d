//! EventBridge rules for the alarms that policies name.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::matcher::any_of;
use super::rules::{RuleDraft, fits, named};
use super::{EventRule, StackFunction};
use countermand_core::name::{Glob, OneOrMany, Pattern, Shape};
use countermand_core::policy::{AlarmWhen, Policies, Policy};
use countermand_core::trigger::AlarmState;

/// EventBridge allows 300 rules on a bus, and other software needs some of them.
const MOST_RULES: usize = 50;

/// One rule, if one pattern has room for all names; else several rules, no two of which match the same alarm, because that
/// would be answered twice; else one rule for every alarm.
pub(super) fn rules(policies: &Policies) -> Vec<EventRule> {
    let policies: Vec<_> = policies.working().filter_map(AlarmPolicy::of).collect();
    if policies.is_empty() {
        return Vec::new();
    }
    let all: Vec<_> = policies.iter().collect();
    let rules = match pattern(&all) {
        Some(pattern) => vec![rule(pattern, &all)],
        None => split(&policies).unwrap_or_else(|| vec![rule_for_all(&all)]),
    };
    named(StackFunction::OnAlarm, Policy::AGE_OF_ALARM, rules)
}

/// A policy that an alarm triggers, and what EventBridge can check of it.
struct AlarmPolicy<'p> {
    policy: &'p Policy,
    /// What must match beside the name.
    conditions: AlarmConditions,
    /// `None`: any name.
    names: Option<Vec<Value>>,
    shapes: Vec<Shape>,
    states: &'p [AlarmState],
    broader: Vec<String>,
}

/// Account, region, state and more, as a pattern without names.
#[derive(Clone, PartialEq)]
struct AlarmConditions {
    outer: Map<String, Value>,
    detail: Map<String, Value>,
}

impl<'p> AlarmPolicy<'p> {
    fn of(policy: &'p Policy) -> Option<Self> {
        let when = policy.when.alarm()?;
        let mut broader = Vec::new();
        let mut names = Some(Vec::new());
        for name in &when.name {
            let found = any_of(&name.spellings(), name.source(), &mut broader);
            names = names.zip(found).map(|(mut names, found)| {
                names.extend(found.as_array().into_iter().flatten().cloned());
                names
            });
        }
        Some(Self {
            conditions: AlarmConditions::of(when, &mut broader),
            shapes: when.name.iter().map(Pattern::shape).collect(),
            states: &when.state,
            policy,
            names,
            broader,
        })
    }

    /// Whether one alarm could match both.
    fn meets(&self, other: &Self) -> bool {
        let mut others = other.shapes.iter();
        others.any(|other| self.shapes.iter().any(|shape| shape.meets(other)))
    }
}

impl AlarmConditions {
    fn of(when: &AlarmWhen, broader: &mut Vec<String>) -> Self {
        let mut outer = Map::new();
        for (key, globs) in [("account", &when.account), ("region", &when.region)] {
            if let Some(list) = globs.as_ref().and_then(|it| any_glob(it, broader)) {
                outer.insert(key.to_owned(), list);
            }
        }
        let states: Vec<_> = when.state.iter().map(|state| state.as_str()).collect();
        let mut detail = in_states(&states);
        if let Some(dimensions) = one_dimension(&when.dimensions, broader) {
            let metric = json!({ "metricStat": { "metric": { "dimensions": dimensions } } });
            detail.insert("configuration".to_owned(), json!({ "metrics": metric }));
        }
        if let Some(tags) = tags(&when.tags, broader) {
            detail.insert("alarmTags".to_owned(), tags);
        }
        Self { outer, detail }
    }

    fn with(&self, names: Option<&[Value]>) -> Map<String, Value> {
        let mut detail = Map::new();
        if let Some(names) = names {
            detail.insert("alarmName".to_owned(), json!(names));
        }
        detail.extend(self.detail.clone());
        let mut pattern = self.outer.clone();
        pattern.insert("detail".to_owned(), detail.into());
        pattern
    }
}

fn in_states(states: &[&str]) -> Map<String, Value> {
    Map::from_iter([("state".to_owned(), json!({ "value": states }))])
}

fn any_glob(globs: &OneOrMany<Glob>, broader: &mut Vec<String>) -> Option<Value> {
    let spellings: Vec<_> = globs.iter().flat_map(Glob::spellings).collect();
    let sources: Vec<_> = globs.iter().map(ToString::to_string).collect();
    any_of(&spellings, &sources.join("`, `"), broader)
}

/// EventBridge matches several fields below a list only if one element has them all, and a policy does not demand that. So
/// the pattern asks for the first dimension only.
fn one_dimension(
    dimensions: &BTreeMap<String, OneOrMany<Glob>>,
    broader: &mut Vec<String>,
) -> Option<Value> {
    let mut asked = None;
    for (key, globs) in dimensions {
        let mut said = Vec::new();
        let list = any_glob(globs, &mut said).unwrap_or_else(|| json!([{ "exists": true }]));
        match asked {
            None => {
                asked = Some(json!({ key.as_str(): list }));
                broader.extend(said);
            }
            Some(_) => broader.push(format!(
                "the dimension `{key}` is not asked for: EventBridge would want it in the same metric as the first"
            )),
        }
    }
    asked
}

/// An event without the alarm's tags must get through too: the function then holds, because the tags are unknown.
fn tags(tags: &BTreeMap<String, OneOrMany<Glob>>, broader: &mut Vec<String>) -> Option<Value> {
    let mut asked = Map::new();
    for (key, globs) in tags {
        if let Some(Value::Array(mut list)) = any_glob(globs, broader) {
            list.push(json!({ "exists": false }));
            broader.push(format!(
                "alarms without the tag `{key}` are let through, as their tags may be unknown"
            ));
            asked.insert(key.clone(), list.into());
        }
    }
    (!asked.is_empty()).then(|| asked.into())
}

/// One pattern for all of the policies; none if it is too long.
fn pattern(policies: &[&AlarmPolicy<'_>]) -> Option<Value> {
    let mut groups: Vec<(&AlarmConditions, Option<Vec<Value>>)> = Vec::new();
    for one in policies {
        match groups.iter_mut().find(|(it, _)| **it == one.conditions) {
            None => groups.push((&one.conditions, one.names.clone())),
            Some((_, all)) => {
                *all = all.take().zip(one.names.as_ref()).map(|(mut all, names)| {
                    let new = names.iter().filter(|it| !all.contains(it));
                    let new: Vec<_> = new.cloned().collect();
                    all.extend(new);
                    all
                });
            }
        }
    }
    let mut patterns = groups
        .iter()
        .map(|(conditions, names)| conditions.with(names.as_deref()));
    let mut pattern = of_alarms();
    if groups.len() == 1 {
        pattern.extend(patterns.next()?);
    } else {
        let choices = patterns.map(Value::Object).collect();
        pattern.insert("$or".to_owned(), Value::Array(choices));
    }
    let pattern = Value::Object(pattern);
    fits(&pattern).then_some(pattern)
}

fn of_alarms() -> Map<String, Value> {
    let mut pattern = Map::new();
    // One page of AWS lists alarm events under `aws.monitoring`.
    pattern.insert(
        "source".to_owned(),
        json!(["aws.cloudwatch", "aws.monitoring"]),
    );
    let kinds = [
        "CloudWatch Alarm State Change",
        "CloudWatch Alarm Contributor State Change",
    ];
    pattern.insert("detail-type".to_owned(), json!(kinds));
    pattern
}

/// Policies that one alarm can match stay in one rule. None if that needs too many rules, or too long ones.
fn split<'p>(policies: &[AlarmPolicy<'p>]) -> Option<Vec<RuleDraft<'p>>> {
    let mut bins: Vec<Vec<&AlarmPolicy<'p>>> = Vec::new();
    for group in groups(policies) {
        let fitting = bins.last_mut().and_then(|bin| {
            let more = [bin.as_slice(), group.as_slice()].concat();
            pattern(&more).map(|_| (bin, more))
        });
        match fitting {
            Some((bin, more)) => *bin = more,
            None => bins.push(group),
        }
        if bins.len() > MOST_RULES {
            return None;
        }
    }
    bins.iter()
        .map(|bin| Some(rule(pattern(bin)?, bin)))
        .collect()
}

/// The connected components of policies that can match a common alarm.
fn groups<'w, 'p>(policies: &'w [AlarmPolicy<'p>]) -> Vec<Vec<&'w AlarmPolicy<'p>>> {
    let mut groups: Vec<Vec<&AlarmPolicy<'_>>> = Vec::new();
    for one in policies {
        let (meeting, mut apart): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group| group.iter().any(|it| it.meets(one)));
        let mut group = meeting.concat();
        group.push(one);
        apart.push(group);
        groups = apart;
    }
    groups
}

fn rule<'p>(pattern: Value, policies: &[&AlarmPolicy<'p>]) -> RuleDraft<'p> {
    let mut broader: Vec<_> = policies.iter().flat_map(|it| it.broader.clone()).collect();
    broader.sort_unstable();
    broader.dedup();
    RuleDraft {
        policies: policies.iter().map(|it| it.policy).collect(),
        pattern,
        broader,
    }
}

fn rule_for_all<'p>(policies: &[&AlarmPolicy<'p>]) -> RuleDraft<'p> {
    let is_wanted = |state: &AlarmState| policies.iter().any(|it| it.states.contains(state));
    let states: Vec<_> = AlarmState::ALL
        .into_iter()
        .filter(is_wanted)
        .map(AlarmState::as_str)
        .collect();
    let mut pattern = of_alarms();
    pattern.insert("detail".to_owned(), in_states(&states).into());
    RuleDraft {
        broader: vec![
            "so many names do not fit into rules of which each alarm fits one: it is for any alarm"
                .to_owned(),
        ],
        ..rule(pattern.into(), policies)
    }
}

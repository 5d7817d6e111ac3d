//! Does the stack match the policies?

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Deployed, Desired, FindingCode, Report, ScheduleName};
use crate::{FINGERPRINT, Manifest, StackFunction};
use countermand_core::schedule::Expression;
use countermand_core::zone::Zone;

pub(super) fn examine(
    deployed: &Deployed,
    wanted: Desired<'_>,
    now: Timestamp,
    report: &mut Report<'_>,
) {
    rules(deployed, wanted.manifest, report);
    let Some(resources) = &deployed.resources else {
        return;
    };
    if fingerprint(resources).is_some_and(|it| it != wanted.fingerprint) {
        let text = "others were deployed than those here";
        report.add(FindingCode::PoliciesDiffer, "policies", text);
    }
    schedules(deployed, resources, wanted.manifest, now, report);
    for function in StackFunction::ALL {
        permissions(deployed, resources, function, wanted.manifest, report);
    }
}

/// The fingerprint of the deployed policies, if the template has one.
fn fingerprint(resources: &Map<String, Value>) -> Option<&str> {
    let mut found = resources
        .values()
        .filter_map(|it| it.pointer("/Metadata")?.get(FINGERPRINT)?.as_str());
    found.next()
}

fn rules(deployed: &Deployed, manifest: &Manifest, report: &mut Report<'_>) {
    let Some(mut own) = deployed.own_rules() else {
        return;
    };
    for rule in &manifest.rules {
        let name = format!("{}-{}", deployed.name, rule.name);
        let policies = listed(&rule.policies);
        match own.remove(rule.name.as_str()) {
            None => report.add(
                FindingCode::RuleMissing,
                &name,
                format!("there is no such rule: nothing wakes {policies}"),
            ),
            Some(found) if found.pattern != rule.pattern => report.add(
                FindingCode::RuleDiffers,
                &name,
                format!("the rule does not let through what {policies} need"),
            ),
            Some(_) => {}
        }
    }
    for name in own.keys() {
        let name = format!("{}-{name}", deployed.name);
        report.add(
            FindingCode::RuleLeftOver,
            &name,
            "no policy needs this rule",
        );
    }
}

/// A schedule of the template.
pub(super) struct TemplateSchedule {
    pub(super) name: ScheduleName,
    pub(super) policy: String,
    expression: String,
    zone: String,
}

pub(super) fn schedules_of(resources: &Map<String, Value>, stack: &str) -> Vec<TemplateSchedule> {
    let schedules = resources.values().filter_map(|it| {
        let is_schedule = it.get("Type")?.as_str()? == "AWS::Scheduler::Schedule";
        let properties = it.get("Properties").filter(|_| is_schedule)?;
        let text = |key: &str| properties.get(key)?.as_str().map(str::to_owned);
        let input = properties.pointer("/Target/Input")?.as_str()?;
        let input: Value = serde_json::from_str(input).ok()?;
        let policy = input.get("policy")?.as_str()?.to_owned();
        Some(TemplateSchedule {
            name: ScheduleName {
                group: format!("{stack}-{policy}"),
                name: text("Name")?,
            },
            policy,
            expression: text("ScheduleExpression")?,
            zone: text("ScheduleExpressionTimezone")?,
        })
    });
    schedules.collect()
}

/// Compares by policy, expression and zone: the numbers in the names of schedules may differ. A schedule that is past is
/// not in the manifest, but stays in AWS until the next deployment.
fn schedules(
    deployed: &Deployed,
    resources: &Map<String, Value>,
    manifest: &Manifest,
    now: Timestamp,
    report: &mut Report<'_>,
) {
    let found = schedules_of(resources, &deployed.name);
    let found: BTreeSet<_> = found
        .iter()
        .map(|it| (it.policy.as_str(), it.expression.as_str(), it.zone.as_str()))
        .collect();
    let wanted: BTreeSet<_> = manifest
        .schedules
        .iter()
        .map(|it| (it.policy.as_str(), it.expression.as_str(), it.zone.as_str()))
        .collect();
    for (policy, expression, zone) in wanted.difference(&found) {
        let text = format!("it needs the schedule `{expression}` in {zone}, which is not there");
        report.add(FindingCode::ScheduleMissing, policy, text);
    }
    let is_past = |expression: &str, zone: &str| {
        let expression = expression.parse::<Expression>().ok();
        let zone = zone.parse::<Zone>().ok();
        let both = expression.zip(zone);
        both.is_some_and(|(expression, zone)| expression.never_fires_after(now, &zone))
    };
    for (policy, expression, zone) in found.difference(&wanted) {
        if !is_past(expression, zone) {
            let text = format!("it does not need the schedule `{expression}` in {zone}");
            report.add(FindingCode::ScheduleLeftOver, policy, text);
        }
    }
}

/// An action, a resource and its tags.
type Grant = (String, String, BTreeMap<String, Vec<String>>);

fn permissions(
    deployed: &Deployed,
    resources: &Map<String, Value>,
    function: StackFunction,
    manifest: &Manifest,
    report: &mut Report<'_>,
) {
    let own = manifest
        .statements
        .iter()
        .filter(|it| it.function == function);
    let wanted: BTreeSet<Grant> = own
        .flat_map(|it| {
            it.actions.keys().flat_map(move |action| {
                let resources = it.resources.iter();
                resources.map(move |on| ((*action).to_owned(), on.clone(), it.tags.clone()))
            })
        })
        .collect();
    let found = resources
        .get(&function.permissions())
        .map(granted)
        .unwrap_or_default();
    let name = deployed.function(function);
    if let Some(actions) = actions(wanted.difference(&found)) {
        let text =
            format!("its role does not allow {actions}, or not on all that the policies name");
        report.add(FindingCode::PermissionMissing, &name, text);
    }
    if let Some(actions) = actions(found.difference(&wanted)) {
        let text = format!("its role allows {actions} on more than the policies name");
        report.add(FindingCode::PermissionLeftOver, &name, text);
    }
}

fn actions<'g>(grants: impl Iterator<Item = &'g Grant>) -> Option<String> {
    let actions: BTreeSet<_> = grants.map(|(action, ..)| action.clone()).collect();
    let actions: Vec<_> = actions.into_iter().collect();
    (!actions.is_empty()).then(|| listed(&actions))
}

/// The grants of an IAM policy in the template.
fn granted(policy: &Value) -> BTreeSet<Grant> {
    let statements = policy.pointer("/Properties/PolicyDocument/Statement");
    let statements = statements.map(each).unwrap_or_default();
    let grants = statements.into_iter().flat_map(|statement| {
        let of = |key: &str| statement.get(key).map(each).unwrap_or_default();
        let tags = tags(statement.get("Condition"));
        let resources = of("Resource");
        of("Action")
            .into_iter()
            .flat_map(move |action| {
                let tags = tags.clone();
                let resources = resources.clone().into_iter();
                resources.map(move |on| (text(action), text(on), tags.clone()))
            })
            .collect::<Vec<_>>()
    });
    grants.collect()
}

/// CloudFormation allows a single value in place of a list of one.
fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

fn text(value: &Value) -> String {
    let filled_in = value.get("Fn::Sub").unwrap_or(value);
    filled_in
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn tags(condition: Option<&Value>) -> BTreeMap<String, Vec<String>> {
    let like = condition.and_then(|it| it.get("StringLike")?.as_object());
    let tags = like.into_iter().flatten().map(|(key, values)| {
        let key = key.trim_start_matches("aws:ResourceTag/").to_owned();
        (key, each(values).into_iter().map(text).collect())
    });
    tags.collect()
}

/// Joined, each in backticks.
fn listed(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|it| format!("`{it}`")).collect();
    names.join(", ")
}

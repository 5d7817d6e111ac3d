//! The manifest as CloudFormation resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{EventRule, IamStatement, Manifest, PolicySchedule, Silence, StackFunction};

/// How the resources refer to the rest of the stack: functions, roles, the dead-letter queue, the topic that pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateForm {
    /// The resources alone, to be included in the template that has the rest.
    Included,
    /// A template of its own, with the rest as parameters.
    Template,
}

/// The most retries that AWS allows: the age of the event is the limit.
const MOST_ATTEMPTS: u32 = 185;

/// The metadata key under which permissions have the fingerprint of their policies.
pub const FINGERPRINT: &str = "Policies";

/// The resources for the manifest. Their metadata has the fingerprint of the policies.
pub fn cloudformation(manifest: &Manifest, form: TemplateForm, fingerprint: &str) -> Value {
    let mut resources = Map::new();
    for function in StackFunction::ALL {
        let statements: Vec<_> = manifest
            .statements
            .iter()
            .filter(|it| it.function == function)
            .collect();
        if !statements.is_empty() {
            let permissions = permissions(function, &statements, fingerprint);
            resources.insert(function.permissions(), permissions);
        }
    }
    let mut numbers = BTreeMap::new();
    for rule in &manifest.rules {
        let number: &mut u32 = numbers.entry(rule.function).or_default();
        *number += 1;
        let name = format!("{}Rule{number}", logical(rule.function.as_str()));
        resources.insert(
            format!("{name}Permission"),
            invoke(rule.function, &name, form),
        );
        resources.insert(name, event_rule(rule, form));
    }
    for silence in &manifest.silences {
        let name = logical(&silence.policy);
        resources.insert(format!("{name}Schedules"), group(&silence.policy));
        if let Some(hours) = silence.hours {
            resources.insert(format!("{name}Silent"), alarm(silence, hours));
        }
    }
    for schedule in &manifest.schedules {
        let number = schedule
            .name
            .split_once('.')
            .map_or("1", |(_, number)| number);
        let name = format!("{}Schedule{number}", logical(&schedule.policy));
        resources.insert(name, scheduled(schedule, form));
    }
    match form {
        TemplateForm::Included => resources.into(),
        TemplateForm::Template => json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": "Countermand: what depends on the policies",
            "Parameters": parameters(&resources),
            "Resources": resources,
        }),
    }
}

impl TemplateForm {
    /// The ARN of a resource of the rest of the stack.
    fn arn(self, name: &str) -> Value {
        match self {
            Self::Included => json!({ "Fn::GetAtt": [name, "Arn"] }),
            Self::Template => json!({ "Ref": format!("{name}Arn") }),
        }
    }
}

const DEAD_LETTERS: &str = "DeadLetters";

impl StackFunction {
    /// The name of the resource with its permissions.
    pub(crate) fn permissions(self) -> String {
        format!("{}Permissions", logical(self.as_str()))
    }

    fn arn(self, form: TemplateForm) -> Value {
        form.arn(&logical(self.as_str()))
    }
}

/// The resources that the template refers to and does not contain.
fn parameters(resources: &Map<String, Value>) -> BTreeMap<String, Value> {
    let mut names = BTreeMap::new();
    let mut rest: Vec<&Value> = resources.values().collect();
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(name)) = fields.get("Ref")
                    && !name.starts_with("AWS::")
                    && !resources.contains_key(name)
                {
                    names.insert(name.clone(), json!({ "Type": "String" }));
                }
                rest.extend(fields.values());
            }
            Value::Array(list) => rest.extend(list),
            _ => {}
        }
    }
    names
}

fn permissions(function: StackFunction, statements: &[&IamStatement], fingerprint: &str) -> Value {
    let statements: Vec<_> = statements.iter().map(|it| statement(it)).collect();
    json!({
        "Type": "AWS::IAM::Policy",
        "Metadata": { FINGERPRINT: fingerprint },
        "Properties": {
            "PolicyName": "policies",
            "Roles": [{ "Ref": format!("{}Role", logical(function.as_str())) }],
            "PolicyDocument": { "Version": "2012-10-17", "Statement": statements },
        },
    })
}

fn statement(statement: &IamStatement) -> Value {
    let actions: Vec<_> = statement.actions.keys().collect();
    let resources: Vec<_> = statement.resources.iter().map(|it| filled_in(it)).collect();
    let mut fields = Map::new();
    fields.insert("Sid".to_owned(), json!(statement.sid));
    fields.insert("Effect".to_owned(), json!("Allow"));
    fields.insert("Action".to_owned(), json!(actions));
    fields.insert("Resource".to_owned(), json!(resources));
    if !statement.tags.is_empty() {
        let tags = statement.tags.iter();
        let tags: Map<_, _> = tags
            .map(|(key, values)| (format!("aws:ResourceTag/{key}"), json!(values)))
            .collect();
        fields.insert("Condition".to_owned(), json!({ "StringLike": tags }));
    }
    fields.into()
}

fn filled_in(text: &str) -> Value {
    if text.contains("${") {
        json!({ "Fn::Sub": text })
    } else {
        json!(text)
    }
}

fn event_rule(rule: &EventRule, form: TemplateForm) -> Value {
    json!({
        "Type": "AWS::Events::Rule",
        // No event may arrive before the function has its permissions.
        "DependsOn": rule.function.permissions(),
        "Properties": {
            "Name": { "Fn::Sub": format!("${{AWS::StackName}}-{}", rule.name) },
            "Description": format!("What may be about the policies of {}.", rule.function.as_str()),
            "EventPattern": rule.pattern,
            "Targets": [{
                "Id": rule.function.as_str(),
                "Arn": rule.function.arn(form),
                "DeadLetterConfig": { "Arn": form.arn(DEAD_LETTERS) },
                "RetryPolicy": retry(rule.max_age_seconds),
            }],
        },
    })
}

fn invoke(function: StackFunction, rule: &str, form: TemplateForm) -> Value {
    json!({
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function.arn(form),
            "Principal": "events.amazonaws.com",
            "SourceArn": { "Fn::GetAtt": [rule, "Arn"] },
        },
    })
}

fn group(policy: &str) -> Value {
    json!({
        "Type": "AWS::Scheduler::ScheduleGroup",
        "Properties": { "Name": { "Fn::Sub": format!("${{AWS::StackName}}-{policy}") } },
    })
}

fn scheduled(schedule: &PolicySchedule, form: TemplateForm) -> Value {
    let input =
        json!({ "policy": schedule.policy, "scheduledTime": "<aws.scheduler.scheduled-time>" });
    json!({
        "Type": "AWS::Scheduler::Schedule",
        "DependsOn": "OnSchedulePermissions",
        "Properties": {
            "Name": schedule.name,
            "Description": schedule.why,
            "GroupName": { "Ref": format!("{}Schedules", logical(&schedule.policy)) },
            "ScheduleExpression": schedule.expression,
            "ScheduleExpressionTimezone": schedule.zone,
            // A freeze must not begin late.
            "FlexibleTimeWindow": { "Mode": "OFF" },
            "Target": {
                "Arn": StackFunction::OnSchedule.arn(form),
                "RoleArn": form.arn("SchedulerRole"),
                "Input": input.to_string(),
                "DeadLetterConfig": { "Arn": form.arn(DEAD_LETTERS) },
                "RetryPolicy": retry(schedule.max_age_seconds),
            },
        },
    })
}

fn retry(max_age_seconds: u32) -> Value {
    json!({ "MaximumRetryAttempts": MOST_ATTEMPTS, "MaximumEventAgeInSeconds": max_age_seconds })
}

fn alarm(silence: &Silence, hours: u32) -> Value {
    let policy = &silence.policy;
    json!({
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": format!("The schedules of the policy {policy} are silent for {hours} hours: one of them did not run."),
            "Namespace": "AWS/Scheduler",
            "MetricName": "InvocationAttemptCount",
            "Dimensions": [{ "Name": "ScheduleGroup", "Value": { "Ref": format!("{}Schedules", logical(policy)) } }],
            "Statistic": "Sum",
            "Period": 3600,
            "EvaluationPeriods": hours,
            "Threshold": 1,
            "ComparisonOperator": "LessThanThreshold",
            // A schedule that does not run gives no data.
            "TreatMissingData": "breaching",
            "AlarmActions": [{ "Ref": "Page" }],
            "OKActions": [{ "Ref": "Page" }],
        },
    })
}

/// `no-updates` as a logical id: `NoUpdates`. Different names get different ids.
fn logical(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let logical: String = words.collect();
    let shows_its_words = |word: &str| word.starts_with(|it: char| it.is_ascii_lowercase());
    if name.split('-').all(shows_its_words) {
        logical
    } else {
        // Else `a-1` and `a1` would get the same id.
        format!("{logical}X{:08x}", fingerprint(name))
    }
}

/// FNV-1a: it must stay the same in every version, because a new logical id replaces the resource.
fn fingerprint(text: &str) -> u32 {
    let bytes = text.bytes();
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

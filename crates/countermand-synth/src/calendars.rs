//! The EventBridge rule for change calendars that close.

use serde_json::{Value, json};

use super::rules::{RuleDraft, fits, named};
use super::{EventRule, StackFunction};
use countermand_core::policy::{Policies, Policy, When};

pub(super) fn rules(policies: &Policies) -> Vec<EventRule> {
    let found = policies.working().filter_map(|policy| match &policy.when {
        When::ChangeCalendar(when) => Some((policy, when.calendar.as_str())),
        _ => None,
    });
    let (policies, calendars): (Vec<_>, Vec<_>) = found.unzip();
    if policies.is_empty() {
        return Vec::new();
    }
    let mut pattern = json!({
        "source": ["aws.ssm"],
        "detail-type": ["Calendar State Change"],
        "resources": named_by(&calendars),
        "detail": { "state": ["CLOSED"] },
    });
    let mut broader = Vec::new();
    if !fits(&pattern)
        && let Some(fields) = pattern.as_object_mut()
    {
        fields.remove("resources");
        broader
            .push("so many calendars do not fit into a pattern: it is for any calendar".to_owned());
    }
    let rule = RuleDraft {
        policies,
        pattern,
        broader,
    };
    named(StackFunction::OnSchedule, Policy::AGE_OF_SCHEDULE, [rule])
}

/// Matches a calendar by its ARN, or by its name at the end of an ARN.
fn named_by(calendars: &[&str]) -> Value {
    let mut list: Vec<Value> = Vec::new();
    for calendar in calendars {
        let ways = if calendar.contains(":document/") {
            // An ARN in the policy means that one calendar.
            vec![json!(calendar)]
        } else {
            vec![
                json!(calendar),
                json!({ "suffix": format!(":document/{calendar}") }),
            ]
        };
        for way in ways {
            if !list.contains(&way) {
                list.push(way);
            }
        }
    }
    Value::Array(list)
}

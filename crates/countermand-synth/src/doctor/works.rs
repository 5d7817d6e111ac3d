//! Does the stack work? That can be seen without the policies.

use super::policies::schedules_of;
use super::{Deployed, DeployedFunction, DeployedStack, FindingCode, MODE, Report, StackQueue};
use crate::StackFunction;

/// Without the first verify follows nothing, and without the second nothing is published.
const VARIABLES: [&str; 2] = ["COUNTERMAND_VERIFY_QUEUE_URL", "COUNTERMAND_EVENT_BUS"];
const POLICIES: &str = "COUNTERMAND_POLICIES";
const MODES: [&str; 3] = ["enforce", "observe", "disabled"];

pub(super) fn examine(deployed: &Deployed, report: &mut Report<'_>) {
    if let Some(stack) = &deployed.stack {
        examine_stack(stack, &deployed.name, report);
    }
    for (function, found) in &deployed.functions {
        let name = deployed.function(*function);
        match found {
            None => report.add(
                FindingCode::FunctionMissing,
                &name,
                "Lambda does not know it",
            ),
            Some(found) => examine_function(*function, &name, found, deployed, report),
        }
    }
    if deployed.is_verify_fed == Some(false) {
        let name = deployed.function(StackFunction::Verify);
        let text = "its event source mapping is disabled: what becomes of a stop is not found";
        report.add(FindingCode::VerifyNotFed, &name, text);
    }
    let rules = deployed.own_rules().unwrap_or_default();
    for (name, rule) in rules {
        if !rule.is_enabled {
            let name = format!("{}-{name}", deployed.name);
            let text = "the rule is disabled: its events reach nobody";
            report.add(FindingCode::RuleDisabled, &name, text);
        }
    }
    examine_schedules(deployed, report);
    for (queue, waiting) in deployed.waiting.iter().filter(|(_, waiting)| **waiting > 0) {
        let (code, what) = match queue {
            StackQueue::DeadLetters => (FindingCode::DeadLetters, "could not be answered"),
            StackQueue::VerifyDeadLetters => (
                FindingCode::VerifyDeadLetters,
                "of stops whose end could not be seen",
            ),
        };
        let text = match waiting {
            1 => format!("1 message waits, {what}"),
            many => format!("{many} messages wait, {what}"),
        };
        report.add(code, queue.resource(), text);
    }
}

fn examine_stack(stack: &DeployedStack, name: &str, report: &mut Report<'_>) {
    let status = &stack.status;
    let said = format!("CloudFormation says `{status}`");
    if status.ends_with("_IN_PROGRESS") {
        report.add(FindingCode::StackIsBusy, name, said);
    } else if status.ends_with("_FAILED") || status.contains("ROLLBACK") {
        report.add(FindingCode::StackFailed, name, said);
    }
    match stack.mode.as_deref() {
        Some("disabled") => report.add(
            FindingCode::SwitchedOff,
            name,
            "it was deployed switched off: nothing is stopped",
        ),
        Some("observe") => report.add(
            FindingCode::OnlyObserves,
            name,
            "it was deployed to observe: nothing is stopped",
        ),
        _ => {}
    }
}

fn examine_function(
    function: StackFunction,
    name: &str,
    found: &DeployedFunction,
    deployed: &Deployed,
    report: &mut Report<'_>,
) {
    if let Some(why) = &found.broken {
        let text = format!("Lambda cannot run it: {why}");
        report.add(FindingCode::FunctionBroken, name, text);
    }
    if found.concurrency == Some(0) {
        let text = "its concurrency is set to 0: no event reaches it";
        report.add(FindingCode::FunctionThrottled, name, text);
    }
    for variable in VARIABLES {
        if !found.variables.contains_key(variable) {
            let text = format!("its variable `{variable}` is gone");
            report.add(FindingCode::VariableMissing, name, text);
        }
    }
    // Verify has no mode, and reads no policies.
    if function == StackFunction::Verify {
        return;
    }
    if found.layers == 0 && !found.variables.contains_key(POLICIES) {
        let text = "it has no layer, and so no policies";
        report.add(FindingCode::PoliciesMissing, name, text);
    }
    let set = deployed.stack.as_ref().and_then(|it| it.mode.as_deref());
    match found.variables.get(MODE).map_or("enforce", String::as_str) {
        mode if !MODES.contains(&mode) => {
            let text = format!("`{MODE}` is `{mode}`, which counts as `disabled`");
            report.add(FindingCode::ModeUnknown, name, text);
        }
        mode if set.is_some_and(|set| set != mode) => {
            let set = set.unwrap_or_default();
            let text = format!("it is on `{mode}`, and the stack says `{set}`");
            report.add(FindingCode::ModeDiffers, name, text);
        }
        _ => {}
    }
}

/// Whether the schedules of the template exist, and are enabled.
fn examine_schedules(deployed: &Deployed, report: &mut Report<'_>) {
    let (Some(resources), Some(live)) = (&deployed.resources, &deployed.schedules) else {
        return;
    };
    for schedule in schedules_of(resources, &deployed.name) {
        let name = &schedule.name.name;
        match live.get(&schedule.name) {
            None => report.add(
                FindingCode::ScheduleGone,
                name,
                "the schedule was deployed, and is not there",
            ),
            Some(false) => report.add(
                FindingCode::ScheduleDisabled,
                name,
                format!(
                    "the schedule is disabled: the policy `{}` is not woken by it",
                    schedule.policy
                ),
            ),
            Some(true) => {}
        }
    }
}

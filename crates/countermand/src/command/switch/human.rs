//! The report as text, for people in a hurry.

use std::fmt::Write as _;

use anstyle::Style;

use super::{DISABLED, FunctionSwitch, SwitchAnswer, SwitchReport};
use crate::complaint::Complaint;
use crate::text::{BAD, CALL, FAINT, GOOD, STRONG, WARNING, counted, indented, quoted, wrapped};

const INDENT: usize = 2;

pub(super) fn render(report: &SwitchReport, width: usize) -> String {
    if report.is_nowhere() {
        return String::new();
    }
    let mut text = String::new();
    for it in &report.functions {
        let (style, said) = describe(it, &report.mode);
        let name = &it.function;
        let _ = writeln!(text, "{STRONG}{name}{STRONG:#}");
        let indent = " ".repeat(INDENT);
        text += &indented(&indent, &indent, style, &said, width);
        if it.answer == SwitchAnswer::Failed && report.mode == DISABLED {
            text += &by_hand(name, report);
        }
    }
    let is_done =
        |it: &FunctionSwitch| matches!(it.answer, SwitchAnswer::Done | SwitchAnswer::Already);
    if report.functions.iter().all(is_done) {
        let lines = wrapped(&summary(report), width).join("\n");
        let _ = writeln!(text, "\n{lines}\n{FAINT}{}{FAINT:#}", how_to_revert(report));
    }
    text
}

/// What is left to do, where not all functions are switched.
pub(super) fn complaint(report: &SwitchReport) -> Option<Complaint> {
    let of = |wanted: &[SwitchAnswer]| -> Vec<&FunctionSwitch> {
        let all = report.functions.iter();
        all.filter(|it| wanted.contains(&it.answer)).collect()
    };
    let exit = report.exit();
    let SwitchReport { stack, region, .. } = report;
    if report.is_nowhere() {
        let said = format!(
            "{region} has no function of a stack `{stack}`\nname the stack with `--stack`, a nested one by its own name; the region with `--region`, the account with `--profile`"
        );
        return Some(Complaint::of(&said, exit));
    }
    let failed = of(&[SwitchAnswer::Failed, SwitchAnswer::NotThere]);
    if failed.is_empty() {
        let accepted = of(&[SwitchAnswer::Accepted]).len();
        let said = format!(
            "{} accepted the change, and did not complete it within 8 seconds\nrun the same command again: it says when it is done",
            counted(accepted, "function")
        );
        return (accepted > 0).then(|| Complaint::of(&said, exit));
    }
    let names: Vec<_> = failed.iter().map(|it| quoted(&it.function)).collect();
    let switched = if report.mode == DISABLED { "off" } else { "on" };
    let said = format!(
        "{} not switched {switched}\nrun the same command again, which does no harm{}",
        subject(&names),
        if report.mode == DISABLED {
            "; or keep all events from it, as above"
        } else {
            ""
        },
    );
    Some(Complaint::of(&said, exit))
}

/// Another way to keep events from a function, with another permission.
fn by_hand(function: &str, report: &SwitchReport) -> String {
    let region = &report.region;
    format!(
        "{:INDENT$}or do it without us: no event reaches it until you delete this setting\n{:INDENT$}{CALL}aws lambda put-function-concurrency --region {region} --function-name {function} --reserved-concurrent-executions 0{CALL:#}\n",
        "", ""
    )
}

fn subject(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        many => format!("{} are", counted(many.len(), "function")),
    }
}

fn describe(it: &FunctionSwitch, mode: &str) -> (Style, String) {
    let now = match mode {
        DISABLED => "off".to_owned(),
        mode => format!("on, in the mode `{mode}`"),
    };
    let was = match &it.was {
        Some(was) => format!("; it was on `{was}`"),
        None => String::new(),
    };
    match it.answer {
        SwitchAnswer::Already => (GOOD, format!("{now}, as it was before")),
        SwitchAnswer::Done => (GOOD, format!("{now}{was}")),
        SwitchAnswer::Accepted => (
            WARNING,
            format!("will be {now}: Lambda accepted the change, and is at it{was}"),
        ),
        SwitchAnswer::NotThere => (BAD, "there is no such function".to_owned()),
        SwitchAnswer::Failed => {
            let why = it.why.as_deref().unwrap_or_default();
            (BAD, format!("as it was: {why}"))
        }
    }
}

fn summary(report: &SwitchReport) -> String {
    let SwitchReport { stack, region, .. } = report;
    match report.mode.as_str() {
        DISABLED => format!(
            "the stack `{stack}` in {region} stops nothing from now on; an event that is being answered at this moment is answered as before, and stops that were requested are followed to their end"
        ),
        "observe" => {
            format!("the stack `{stack}` in {region} observes from now on, and stops nothing")
        }
        _ => format!("the stack `{stack}` in {region} stops what its policies say from now on"),
    }
}

fn how_to_revert(report: &SwitchReport) -> String {
    let SwitchReport { stack, .. } = report;
    match report.mode.as_str() {
        DISABLED => format!("back with `countermand on --stack {stack}`"),
        _ => format!("off with `countermand off --stack {stack}`"),
    }
}

//! The same as people read it, at night.

use std::fmt::Write as _;

use anstyle::Style;

use super::{Answer, DISABLED, Report, Told};
use crate::complaint::Complaint;
use crate::text::{BAD, CALL, FAINT, GOOD, STRONG, WARNING, counted, wrapped};

const INDENT: usize = 2;

pub(super) fn render(report: &Report, width: usize) -> String {
    if report.is_nowhere() {
        return String::new();
    }
    let mut text = String::new();
    for it in &report.functions {
        let (style, said) = told(it, &report.mode);
        let name = &it.function;
        let _ = writeln!(text, "{STRONG}{name}{STRONG:#}");
        for line in wrapped(&said, width - INDENT) {
            let _ = writeln!(text, "{:INDENT$}{style}{line}{style:#}", "");
        }
        if it.answer == Answer::Failed && report.mode == DISABLED {
            text += &by_hand(name, report);
        }
    }
    let is_done = |it: &Told| matches!(it.answer, Answer::Done | Answer::Already);
    if report.functions.iter().all(is_done) {
        let lines = wrapped(&summary(report), width).join("\n");
        let _ = writeln!(text, "\n{lines}\n{FAINT}{}{FAINT:#}", back(report));
    }
    text
}

/// What is left to do, where not all of it is done.
pub(super) fn complaint(report: &Report) -> Option<Complaint> {
    let of = |wanted: &[Answer]| -> Vec<&Told> {
        let all = report.functions.iter();
        all.filter(|it| wanted.contains(&it.answer)).collect()
    };
    let exit = report.exit();
    let Report { stack, region, .. } = report;
    if report.is_nowhere() {
        let said = format!(
            "{region} has no function of a stack `{stack}`\nname the stack with `--stack`, a nested one by its own name; the region with `--region`, the account with `--profile`"
        );
        return Some(Complaint::of(&said, exit));
    }
    let failed = of(&[Answer::Failed, Answer::NotThere]);
    if failed.is_empty() {
        let accepted = of(&[Answer::Accepted]).len();
        let said = format!(
            "{} said yes, and did not do it within 8 seconds\nsay the same again: it tells when it is done",
            counted(accepted, "function")
        );
        return (accepted > 0).then(|| Complaint::of(&said, exit));
    }
    let names: Vec<_> = failed
        .iter()
        .map(|it| format!("`{}`", it.function))
        .collect();
    let switched = if report.mode == DISABLED { "off" } else { "on" };
    let said = format!(
        "{} not switched {switched}\nsay the same again, which does no harm{}",
        are(&names),
        if report.mode == DISABLED {
            "; or keep all events from it, as above"
        } else {
            ""
        },
    );
    Some(Complaint::of(&said, exit))
}

/// Another way to the same end, which needs another permission.
fn by_hand(function: &str, report: &Report) -> String {
    let region = &report.region;
    format!(
        "{:INDENT$}or so, without us: no event reaches it until that is deleted\n{:INDENT$}{CALL}aws lambda put-function-concurrency --region {region} --function-name {function} --reserved-concurrent-executions 0{CALL:#}\n",
        "", ""
    )
}

fn are(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        many => format!("{} are", counted(many.len(), "function")),
    }
}

fn told(it: &Told, mode: &str) -> (Style, String) {
    let now = match mode {
        DISABLED => "off".to_owned(),
        mode => format!("on, in the mode `{mode}`"),
    };
    let was = match &it.was {
        Some(was) => format!("; it was on `{was}`"),
        None => String::new(),
    };
    match it.answer {
        Answer::Already => (GOOD, format!("{now}, as it was before")),
        Answer::Done => (GOOD, format!("{now}{was}")),
        Answer::Accepted => (
            WARNING,
            format!("will be {now}: Lambda said yes, and is at it{was}"),
        ),
        Answer::NotThere => (BAD, "there is no such function".to_owned()),
        Answer::Failed => {
            let why = it.why.as_deref().unwrap_or_default();
            (BAD, format!("as it was: {why}"))
        }
    }
}

fn summary(report: &Report) -> String {
    let Report { stack, region, .. } = report;
    match report.mode.as_str() {
        DISABLED => format!(
            "the stack `{stack}` in {region} stops nothing from now on; an event that is being answered at this moment is answered as before, and what was asked to stop is followed to its end"
        ),
        "observe" => {
            format!("the stack `{stack}` in {region} observes from now on, and stops nothing")
        }
        _ => format!("the stack `{stack}` in {region} stops what its policies say from now on"),
    }
}

fn back(report: &Report) -> String {
    let Report { stack, .. } = report;
    match report.mode.as_str() {
        DISABLED => format!("back with `countermand on --stack {stack}`"),
        _ => format!("off with `countermand off --stack {stack}`"),
    }
}

//! The report as text.

use std::fmt::Write as _;

use countermand_synth::doctor::FindingSeverity;

use super::DoctorReport;
use crate::text::{BAD, FAINT, GOOD, HELP, STRONG, WARNING, counted, wrapped};

const INDENT: usize = 2;

pub(super) fn render(report: &DoctorReport<'_>, width: usize) -> String {
    let lines = |text: &str| wrapped(text, width - INDENT).join(&format!("\n{:INDENT$}", ""));
    let mut all = String::new();
    for it in &report.findings {
        let (style, word) = match it.severity {
            FindingSeverity::Problem => (BAD, "problem"),
            FindingSeverity::Note => (FAINT, "note"),
        };
        let (about, text, help) = (&it.about, lines(&it.text), lines(&it.help));
        let _ = writeln!(
            all,
            "{style}{word}{style:#} {STRONG}{about}{STRONG:#}\n  {text}\n  {HELP}{help}{HELP:#}\n"
        );
    }
    for it in &report.unknown {
        let (about, why) = (&it.about, lines(&it.why));
        let _ = writeln!(
            all,
            "{WARNING}not known{WARNING:#} {STRONG}{about}{STRONG:#}\n  {why}\n"
        );
    }
    let style = if all.is_empty() { GOOD } else { STRONG };
    let summary = wrapped(&summary(report), width).join("\n");
    all + &format!("{style}{summary}{style:#}\n")
}

fn summary(report: &DoctorReport<'_>) -> String {
    let DoctorReport { stack, region, .. } = report;
    let problems = report.findings.iter();
    let problems = problems
        .filter(|it| it.severity == FindingSeverity::Problem)
        .count();
    let found = match (problems, report.unknown.is_empty()) {
        (0, true) => "nothing is wrong".to_owned(),
        (0, false) => "nothing is wrong in what AWS told".to_owned(),
        (problems, _) => counted(problems, "problem"),
    };
    let compared = match &report.policies {
        Some(path) => format!("compared with `{path}`"),
        None => "not compared with policies: there is no folder `policies` here".to_owned(),
    };
    format!("the stack `{stack}` in {region}: {found}; {compared}")
}

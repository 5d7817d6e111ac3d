//! The same as people read it.

use std::fmt::Write;

use anstyle::Style;
use jiff::Timestamp;

use super::state::{Report, State, Written};
use crate::text::{BAD, FAINT, GOOD, STRONG, as_written, listed, moment, visible, wrapped};

const INDENT: usize = 11;

pub(super) fn render(report: &Report, width: usize) -> String {
    let mut text = String::new();
    for calendar in &report.calendars {
        tell(calendar, width, &mut text);
    }
    // Writing to a string does not fail.
    let _ = match (report.calendars.is_empty(), report.frozen) {
        (true, _) => writeln!(text, "not frozen: the policies have no calendars"),
        (_, false) => writeln!(text, "{GOOD}not frozen{GOOD:#} at {}", report.at),
        (_, true) => writeln!(text, "{BAD}frozen{BAD:#} at {}", report.at),
    };
    text
}

fn tell(calendar: &State, width: usize, text: &mut String) {
    let time = |at: Timestamp| moment(at, &calendar.zone);
    let (word, style) = if calendar.closed {
        ("closed", BAD)
    } else {
        ("open", GOOD)
    };
    let name = visible(&calendar.calendar);
    let _ = writeln!(
        text,
        "{STRONG}{name}{STRONG:#}  {style}{word}{style:#}  {FAINT}{}{FAINT:#}",
        calendar.zone
    );
    let mut line = |label: &str, said: &str| add(text, label, said, width);
    line("since", &calendar.since.map_or("ever".to_owned(), &time));
    line(
        "until",
        &calendar.until.map_or("for good".to_owned(), &time),
    );
    for period in &calendar.because {
        line("by", &written(period));
    }
    if let Some(exception) = &calendar.opened_by {
        line("opened by", &written(exception));
    }
    let next = calendar.next.iter().map(|it| {
        let word = if it.closed { "closed" } else { "open" };
        format!("{word} from {}", time(it.at))
    });
    let next: Vec<_> = next.collect();
    if !next.is_empty() {
        line("then", &next.join(", "));
    }
    let users = calendar.policies.iter();
    let users = users.map(|it| format!("{} ({})", it.policy, as_written(&it.mode)));
    let users: Vec<_> = users.collect();
    if !users.is_empty() {
        line("for", &listed(&users));
    }
    text.push('\n');
}

fn written(period: &Written) -> String {
    match &period.why {
        Some(why) => format!("{}: {why}", period.period),
        None => period.period.clone(),
    }
}

fn add(text: &mut String, label: &str, said: &str, width: usize) {
    let style: Style = FAINT;
    for (at, line) in wrapped(said, width.saturating_sub(INDENT))
        .iter()
        .enumerate()
    {
        let label = if at == 0 { label } else { "" };
        let _ = writeln!(text, "  {style}{label:<9}{style:#}{line}");
    }
}

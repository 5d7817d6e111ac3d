//! The same as people read it.

use std::fmt::Write;

use jiff::Timestamp;

use super::state::{Report, State};
use crate::calendars::in_words;
use crate::text::{BAD, FAINT, GOOD, STRONG, labelled, moment, visible};

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
    let mut line = |label: &str, said: &str| text.push_str(&labelled(label, said, width));
    line("since", &calendar.since.map_or("ever".to_owned(), &time));
    line(
        "until",
        &calendar.until.map_or("for good".to_owned(), &time),
    );
    for period in &calendar.because {
        line("by", &period.in_words());
    }
    if let Some(exception) = &calendar.opened_by {
        line("opened by", &exception.in_words());
    }
    let next = calendar.next.iter().map(|it| {
        let word = if it.closed { "closed" } else { "open" };
        format!("{word} from {}", time(it.at))
    });
    let next: Vec<_> = next.collect();
    if !next.is_empty() {
        line("then", &next.join(", "));
    }
    if !calendar.policies.is_empty() {
        line("for", &in_words(&calendar.policies));
    }
    text.push('\n');
}

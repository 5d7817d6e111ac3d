//! The report as text.

use std::fmt::Write;

use countermand_core::zone::Zone;
use jiff::Timestamp;

use super::change_calendar::ChangeCalendarReport;
use super::report::{CalendarReport, FreezeReport};
use crate::calendars::list_users;
use crate::text::{BAD, FAINT, GOOD, STRONG, WARNING, labelled, moment, visible};

pub(super) fn render(report: &FreezeReport, width: usize) -> String {
    let mut text = String::new();
    for calendar in &report.calendars {
        render_calendar(calendar, width, &mut text);
    }
    for calendar in &report.change_calendars {
        render_change_calendar(calendar, width, &mut text);
    }
    let has_any = !(report.calendars.is_empty() && report.change_calendars.is_empty());
    let at = report.at;
    // Writing to a string does not fail.
    let _ = match report.frozen {
        Some(false) if !has_any => writeln!(text, "not frozen: the policies have no calendars"),
        Some(false) => writeln!(text, "{GOOD}not frozen{GOOD:#} at {at}"),
        Some(true) => writeln!(text, "{BAD}frozen{BAD:#} at {at}"),
        None => writeln!(
            text,
            "{WARNING}not known{WARNING:#} whether changes are frozen at {at}: assume that they are"
        ),
    };
    text
}

fn render_change_calendar(calendar: &ChangeCalendarReport, width: usize, text: &mut String) {
    let (word, style) = match calendar.closed {
        Some(true) => ("closed", BAD),
        Some(false) => ("open", GOOD),
        None => ("not known", WARNING),
    };
    let name = visible(&calendar.calendar);
    let _ = writeln!(
        text,
        "{STRONG}{name}{STRONG:#}  {style}{word}{style:#}  {FAINT}a change calendar{FAINT:#}"
    );
    let mut line = |label: &str, said: &str| text.push_str(&labelled(label, 9, said, width));
    if let Some(trouble) = &calendar.trouble {
        line("why", trouble);
    }
    if let Some(until) = calendar.until {
        line("until", &moment(until, &Zone::UTC));
    }
    line("for", &list_users(&calendar.policies));
    text.push('\n');
}

fn render_calendar(calendar: &CalendarReport, width: usize, text: &mut String) {
    let time = |at: Timestamp| moment(at, &calendar.zone);
    let (word, style) = match (calendar.closed, calendar.freezes) {
        (true, true) => ("closed", BAD),
        (true, false) => ("closed, which freezes nothing", FAINT),
        (false, _) => ("open", GOOD),
    };
    let name = visible(&calendar.calendar);
    let _ = writeln!(
        text,
        "{STRONG}{name}{STRONG:#}  {style}{word}{style:#}  {FAINT}{}{FAINT:#}",
        calendar.zone
    );
    let mut line = |label: &str, said: &str| text.push_str(&labelled(label, 9, said, width));
    line("since", &calendar.since.map_or("ever".to_owned(), &time));
    line(
        "until",
        &calendar.until.map_or("for good".to_owned(), &time),
    );
    for period in &calendar.because {
        line("by", &period.in_words());
    }
    if let Some(exception) = &calendar.opened_by {
        line("open", &exception.in_words());
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
        line("for", &list_users(&calendar.policies));
    }
    text.push('\n');
}

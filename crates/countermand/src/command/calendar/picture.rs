//! The weeks as a picture: a line for each week, a character for every few hours.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::agenda::Agenda;
use super::weeks::{Cell, Week, Weeks};
use crate::calendars::list_users;
use crate::text::{BAD, FAINT, GOOD, STRONG, labelled, moment, visible};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// As wide as `  2026-11-16`.
const LABEL: usize = 12;

pub(crate) fn render(calendars: &[Agenda<'_>], weeks: Weeks, width: usize) -> String {
    if calendars.is_empty() {
        return "the policies have no calendars\n".to_owned();
    }
    let hours = hours_per_cell(width);
    let drawn: Vec<_> = calendars
        .iter()
        .map(|it| draw(it, weeks, hours, width))
        .collect();
    format!("{}\n{}", drawn.join("\n"), legend(hours, width))
}

/// How many hours a character stands for: as few as the width allows.
fn hours_per_cell(width: usize) -> i8 {
    let fits = |hours: &i8| {
        let cells = 24 / usize::from(hours.unsigned_abs());
        LABEL + DAYS.len() * (cells + 1) <= width
    };
    [2, 3, 4, 6].into_iter().find(fits).unwrap_or(8)
}

fn draw(agenda: &Agenda<'_>, weeks: Weeks, hours: i8, width: usize) -> String {
    let mut text = String::new();
    let name = visible(agenda.calendar);
    let zone = agenda.zone;
    // Writing to a string does not fail.
    let _ = writeln!(text, "{STRONG}{name}{STRONG:#}  {FAINT}{zone}{FAINT:#}");
    let day = 24 / usize::from(hours.unsigned_abs());
    let days = DAYS.map(|it| format!("{it:<day$}")).join(" ");
    let _ = writeln!(text, "{:LABEL$} {}", "", days.trim_end());
    for week in weeks.cells(agenda.source, hours) {
        let _ = writeln!(
            text,
            "  {FAINT}{}{FAINT:#}{}",
            week.monday,
            cells(&week, day)
        );
        if let Some(at) = week.at {
            let time = moment(weeks.at, zone);
            let _ = writeln!(text, "{}", arrow(at + at / day, &time, width));
        }
    }
    let mut line = |label: &str, said: &str| text.push_str(&labelled(label, 9, said, width));
    for period in &agenda.periods {
        line("closed", &period.in_words());
    }
    for exception in &agenda.opened_by {
        line("open", &exception.in_words());
    }
    if agenda.periods.is_empty() {
        line("closed", "not in these weeks");
    }
    if !agenda.policies.is_empty() {
        line("for", &list_users(&agenda.policies));
    }
    text
}

fn cells(week: &Week, day: usize) -> String {
    let mut text = String::new();
    for cells in week.cells.chunks(day) {
        text.push(' ');
        for alike in cells.chunk_by(|one, next| style(*one) == style(*next)) {
            let style = alike.first().map_or(FAINT, |it| style(*it));
            let drawn: String = alike.iter().map(|it| symbol(*it)).collect();
            let _ = write!(text, "{style}{drawn}{style:#}");
        }
    }
    text
}

/// Marks the time in question, with its text on the side that has room.
fn arrow(column: usize, time: &str, width: usize) -> String {
    let column = LABEL + 1 + column;
    let text = if column + 2 + time.len() <= width {
        format!("{:column$}↑ {time}", "")
    } else {
        format!("{time:>0$} ↑", column.saturating_sub(1))
    };
    format!("{STRONG}{text}{STRONG:#}")
}

fn legend(hours: i8, width: usize) -> String {
    let partly = [Cell::Closes, Cell::Opens, Cell::Both].map(symbol);
    let meanings = [
        format!("{} closed", symbol(Cell::Closed)),
        format!("{} partly", partly.iter().collect::<String>()),
        format!("{} opened by an exception", symbol(Cell::Opened)),
        format!("{} open: {hours} hours each", symbol(Cell::Open)),
    ];
    let mut lines: Vec<String> = Vec::new();
    for meaning in meanings {
        match lines.last_mut() {
            Some(line) if line.width() + 2 + meaning.width() <= width => {
                line.push_str("  ");
                line.push_str(&meaning);
            }
            _ => lines.push(meaning),
        }
    }
    lines.join("\n") + "\n"
}

fn symbol(cell: Cell) -> char {
    match cell {
        Cell::Closed => '█',
        Cell::Closes => '▐',
        Cell::Opens => '▌',
        Cell::Both => '▒',
        Cell::Opened => '○',
        Cell::Open => '·',
        Cell::Skipped => ' ',
    }
}

fn style(cell: Cell) -> Style {
    match cell {
        Cell::Closed | Cell::Closes | Cell::Opens | Cell::Both => BAD,
        Cell::Opened => GOOD,
        Cell::Open | Cell::Skipped => FAINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legend_fits_every_terminal() {
        let lines = |width| legend(6, width).lines().count();
        assert_eq!([200, 80, 60, 40, 10].map(lines), [1, 1, 2, 3, 4]);
        for line in legend(6, 40).lines() {
            assert!(line.width() <= 40, "{line}");
        }
    }
}

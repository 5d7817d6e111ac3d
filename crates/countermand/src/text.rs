//! Text for terminals: control characters are made visible, long text is wrapped and cut.

use std::fmt::Display;
use std::iter;

use anstyle::{AnsiColor, Effects, Style};
use countermand_core::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

pub(crate) const ERROR: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
pub(crate) const WARNING: Style = AnsiColor::BrightYellow.on_default().effects(Effects::BOLD);
pub(crate) const HELP: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
pub(crate) const GOOD: Style = AnsiColor::BrightGreen.on_default();
pub(crate) const BAD: Style = AnsiColor::BrightRed.on_default();
pub(crate) const CALL: Style = AnsiColor::BrightCyan.on_default();
pub(crate) const STRONG: Style = Style::new().effects(Effects::BOLD);
pub(crate) const FAINT: Style = Style::new().effects(Effects::DIMMED);

/// Longer words are cut in the middle; the file has them in full.
const LONGEST_WORD: usize = 60;
const MOST_LINES: usize = 8;

/// Replaces control characters, so that input cannot send escape sequences to the terminal; and characters that change
/// the direction of text or are invisible, so that it cannot look like something else.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

pub(crate) fn visible_char(it: char) -> char {
    match it {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(it)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        _ => it,
    }
}

/// Lines of at most `width` columns, broken between words; at most [`MOST_LINES`] of them.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in visible(text).split(' ').map(shortened) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines.push("…".to_owned());
    }
    lines
}

fn shortened(word: &str) -> String {
    let length = word.chars().count();
    if length <= LONGEST_WORD {
        return word.to_owned();
    }
    let end = LONGEST_WORD / 4;
    let begin = LONGEST_WORD - end - 1;
    let chars = || word.chars();
    chars()
        .take(begin)
        .chain(['…'])
        .chain(chars().skip(length - end))
        .collect()
}

/// Wrapped lines in one style, each with its own reset: the first after `first`, all others after `rest`.
pub(crate) fn indented(first: &str, rest: &str, style: Style, text: &str, width: usize) -> String {
    let lines = wrapped(text, width.saturating_sub(rest.width()));
    let before = iter::once(first).chain(iter::repeat(rest));
    let lines = before.zip(lines);
    let lines = lines.map(|(before, line)| format!("{before}{style}{line}{style:#}\n"));
    lines.collect::<Vec<_>>().concat()
}

/// An indented line with a label before it, in a column of this width.
pub(crate) fn labelled(label: &str, column: usize, said: &str, width: usize) -> String {
    let lines = wrapped(said, width.saturating_sub(2 + column));
    let labels = iter::once(label).chain(iter::repeat(""));
    let lines = labels.zip(lines);
    let lines = lines.map(|(label, line)| format!("  {FAINT}{label:<column$}{FAINT:#}{line}\n"));
    lines.collect::<Vec<_>>().concat()
}

/// The name of an enum variant, as JSON and policies write it.
pub(crate) fn as_written(it: &impl Serialize) -> String {
    let written = serde_json::to_value(it).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// `a, b and c`.
pub(crate) fn listed(words: impl IntoIterator<Item = String>) -> String {
    joined(words.into_iter().collect(), "and")
}

/// `a, b or c`.
pub(crate) fn joined(mut words: Vec<String>, before_last: &str) -> String {
    match words.pop() {
        Some(last) if !words.is_empty() => {
            format!("{} {before_last} {last}", words.join(", "))
        }
        last => last.unwrap_or_default(),
    }
}

/// As policies are quoted.
pub(crate) fn quoted(name: impl Display) -> String {
    format!("`{name}`")
}

/// As `Fri 2026-11-20 17:00`.
pub(crate) fn moment(at: Timestamp, zone: &Zone) -> String {
    let at = at.to_zoned(zone.time_zone().clone());
    let format = match at.second() {
        0 => "%a %Y-%m-%d %H:%M",
        _ => "%a %Y-%m-%d %H:%M:%S",
    };
    at.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_is_left() {
        for (given, seen) in [
            ("plain and ümläut, 日本", "plain and ümläut, 日本"),
            ("\u{1b}[31mred\u{7}", "␛[31mred␇"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("a\tb\r\n", "a␉b␍␊"),
            (
                "\u{202e}txet\u{2069}\u{200f}",
                "\u{fffd}txet\u{fffd}\u{fffd}",
            ),
            ("\u{7f}", "␡"),
        ] {
            assert_eq!(visible(given), seen);
        }
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        let long = "wörter ".repeat(40) + &"x".repeat(500) + " 日本語日本語日本語";
        let lines = wrapped(&long, 60);
        assert!(lines.iter().all(|line| line.width() <= 60), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("x…x")), "{lines:#?}");
        assert!(wrapped(&"word ".repeat(9_999), 60).len() <= MOST_LINES + 1);
        assert_eq!(wrapped("", 60), [""]);
    }
}

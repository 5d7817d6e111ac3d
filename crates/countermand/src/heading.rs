//! The headings that commands print: which event it is, and what it says.

use anstyle::Style;

use crate::text::{FAINT, STRONG, wrapped};

/// Which one of the events that were read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventPosition<'a> {
    /// From zero.
    pub(crate) index: usize,
    pub(crate) count: usize,
    /// Where in the input it was found, as `Records[0].body`; empty where it was not wrapped.
    pub(crate) place: &'a str,
}

pub(crate) fn headed(what: &str, position: EventPosition<'_>, width: usize) -> String {
    let EventPosition {
        index,
        count,
        place,
    } = position;
    let number = match count {
        0 | 1 => String::new(),
        _ => format!("event {} of {count}, ", index + 1),
    };
    let place = match place {
        "" => String::new(),
        place => format!("at {place}: "),
    };
    titled(&format!("{number}{place}{what}"), STRONG, width)
}

/// For an event that needs no answer; the second line of `why`, if any, says what to do.
pub(crate) fn not_ours(why: &str, position: EventPosition<'_>, width: usize) -> String {
    let (why, help) = why.split_once('\n').unwrap_or((why, ""));
    let help = match help {
        "" => String::new(),
        help => titled(help, FAINT, width),
    };
    headed("not for us", position, width) + &titled(why, Style::new(), width) + &help
}

/// How many policies the event does not match, to stand before another clause.
pub(crate) fn not_matching(matching: usize, not_matching: usize) -> String {
    match (matching, not_matching) {
        (_, 0) => String::new(),
        (0, 1) => "the one policy is not about this event; ".to_owned(),
        (0, others) => format!("none of {others} policies is about this event; "),
        (_, 1) => "1 other policy is not about this event; ".to_owned(),
        (_, others) => format!("{others} other policies are not about this event; "),
    }
}

/// Wrapped lines in one style.
pub(crate) fn titled(text: &str, style: Style, width: usize) -> String {
    let lines = wrapped(text, width).join("\n");
    format!("{style}{lines}{style:#}\n")
}

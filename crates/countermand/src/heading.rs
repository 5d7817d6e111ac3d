//! The headings that commands print: which event it is, and what it says.

use anstyle::Style;

use crate::text::{FAINT, STRONG, wrapped};

/// What stands before a heading: which one of several events it is, and where in the input it was found, as
/// `Records[0].body`; `place` is empty where it was not wrapped.
pub(crate) fn position(index: usize, count: usize, place: &str) -> String {
    let number = match count {
        0 | 1 => String::new(),
        _ => format!("event {} of {count}, ", index + 1),
    };
    match place {
        "" => number,
        place => format!("{number}at {place}: "),
    }
}

pub(crate) fn headed(what: &str, position: &str, width: usize) -> String {
    titled(&format!("{position}{what}"), STRONG, width)
}

/// For an event that needs no answer; the second line of `why`, if any, says what to do.
pub(crate) fn not_ours(why: &str, position: &str, width: usize) -> String {
    let (why, help) = match why.split_once('\n') {
        Some((why, help)) => (why, titled(help, FAINT, width)),
        None => (why, String::new()),
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

//! What stands above what is told of an event: which one it is, and what it says.

use anstyle::Style;
use countermand_core::record::{Told, What};

use crate::text::{FAINT, STRONG, wrapped};

/// One of several events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Which<'a> {
    /// From zero.
    pub(crate) at: usize,
    pub(crate) of: usize,
    /// Where it was found, as `Records[0].body`; empty where it was not wrapped.
    pub(crate) place: &'a str,
}

pub(crate) fn headed(what: &str, which: Which<'_>, width: usize) -> String {
    let Which { at, of, place } = which;
    let count = match of {
        0 | 1 => String::new(),
        _ => format!("event {} of {of}, ", at + 1),
    };
    let place = match place {
        "" => String::new(),
        place => format!("at {place}: "),
    };
    titled(&format!("{count}{place}{what}"), STRONG, width)
}

/// Of an event that there is nothing to do about; a second line of `why` says what to do.
pub(crate) fn not_ours(why: &str, which: Which<'_>, width: usize) -> String {
    let (why, help) = why.split_once('\n').unwrap_or((why, ""));
    let help = match help {
        "" => String::new(),
        help => titled(help, FAINT, width),
    };
    headed("not for us", which, width) + &titled(why, Style::new(), width) + &help
}

/// What the event says.
pub(crate) fn what(told: &Told) -> String {
    let at = told.at;
    match &told.what {
        What::AlarmChanged { alarm, state, .. } => {
            format!("the alarm `{alarm}` went to `{}` at {at}", state.as_str())
        }
        What::PolicyDue {
            policy,
            scheduled_for,
        } => format!("the policy `{policy}` was due at {scheduled_for}"),
        What::ChangeBegan {
            operation, target, ..
        } => format!("a change of {target} began at {at}, as `{operation}` stops"),
        What::CalendarClosed { calendar } => format!("the calendar `{calendar}` closed at {at}"),
        What::Asked { why } => format!("somebody asked: {why}"),
    }
}

/// How many policies the event is not about, before something else is said.
pub(crate) fn others(matching: usize, not_matching: usize) -> String {
    match (matching, not_matching) {
        (_, 0) => String::new(),
        (0, 1) => "the one policy is not about this event; ".to_owned(),
        (0, others) => format!("none of {others} policies is about this event; "),
        (_, 1) => "1 other policy is not about this event; ".to_owned(),
        (_, others) => format!("{others} other policies are not about this event; "),
    }
}

pub(crate) fn titled(text: &str, style: Style, width: usize) -> String {
    let lines = wrapped(text, width).join("\n");
    format!("{style}{lines}{style:#}\n")
}

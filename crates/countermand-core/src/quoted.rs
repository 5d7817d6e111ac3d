//! User input made safe for messages: no character in it ends the line or controls the terminal.

use std::fmt::{self, Write as _};

/// The text with its control characters escaped, as `\n`.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            // Unicode's line and paragraph separators are not control characters.
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
                write!(f, "{}", character.escape_debug())
            } else {
                f.write_char(character)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn only_what_acts_is_escaped() {
        for (text, shown) in [
            ("web", "web"),
            ("it's \"ä\\🚀\"", "it's \"ä\\🚀\""),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{1b}[2J\u{7f}\u{85}", "\\u{1b}[2J\\u{7f}\\u{85}"),
            ("\u{2028}", "\\u{2028}"),
        ] {
            assert_eq!(Quoted(text).to_string(), shown, "{text:?}");
        }
    }
}

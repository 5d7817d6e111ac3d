//! Prints a document as JSON, safe to look at in a terminal.

use std::fmt::Write;

use serde::Serialize;

use crate::text::visible_char;

/// The document of a command. Within one `schema`, keys are added, but not changed or removed.
#[derive(Serialize)]
struct Document<'a, T> {
    schema: u32,
    #[serde(flatten)]
    content: &'a T,
}

pub(crate) fn document(content: &impl Serialize) -> String {
    render(&Document { schema: 1, content })
}

/// Serializing cannot fail: the keys of our documents are text and their numbers whole.
pub(crate) fn render(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    harmless(&text) + "\n"
}

/// Escapes all control characters: JSON requires that only for some of them.
fn harmless(json: &str) -> String {
    let mut harmless = String::with_capacity(json.len());
    for it in json.chars() {
        if it == '\n' || visible_char(it) == it {
            harmless.push(it);
        } else {
            for unit in it.encode_utf16(&mut [0; 2]) {
                let _ = write!(harmless, "\\u{unit:04x}");
            }
        }
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_says_the_same() {
        let text = "\u{9b}31m \u{7f} \u{202e} \u{e0041} é\n\u{1b}";
        let json = serde_json::to_string(text).unwrap();
        let safe = harmless(&json);
        assert!(safe.chars().all(|it| visible_char(it) == it), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }
}

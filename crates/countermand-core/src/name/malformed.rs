//! What can be wrong with a pattern.

/// The text cannot be a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("a name cannot be empty")]
    Empty,
    #[error("a pattern of {0} bytes is longer than any name\nuse at most {max} bytes", max = super::LONGEST_PATTERN)]
    TooLong(usize),
    #[error(
        "`{{` is never closed in `{0}`\nadd the `}}`, or write `?` for a brace that belongs to the name"
    )]
    Unclosed(String),
    #[error(
        "`}}` was never opened in `{0}`\nadd the `{{`, or write `?` for a brace that belongs to the name"
    )]
    Unopened(String),
    #[error("`**` says no more than `*` in `{0}`\nwrite one `*`")]
    DoubledStar(String),
    #[error("{what} never has `{found}`: `{pattern}` can match nothing")]
    Impossible {
        what: &'static str,
        found: char,
        pattern: String,
    },
    #[error("{what} has at most {longest} characters: `{pattern}` can match nothing")]
    TooLongForKind {
        what: &'static str,
        longest: usize,
        pattern: String,
    },
    #[error("{what} has at least {shortest} characters: `{pattern}` can match nothing")]
    TooShortForKind {
        what: &'static str,
        shortest: usize,
        pattern: String,
    },
    #[error(
        "`{{{0}}}` has no place here
only a target in `do` may use what an event gives, and only the name of an alarm may capture"
    )]
    Braces(String),
    #[error(
        "`{{{0}}}` is not a name for a capture\nuse lower-case letters, digits, `-` and `_`, as in `{{service}}` or `{{cluster:web|batch}}`"
    )]
    CaptureName(String),
    #[error("`{{{0}}}` is captured twice\ngive the second one another name")]
    CapturedTwice(String),
    #[error(
        "`{{{0}}}` has an alternative that is empty or stands twice\nlist each alternative once, as in `{{cluster:web|batch}}`"
    )]
    Alternatives(String),
    #[error(
        "`{pattern}` can read `{name}` in two ways: {one}, or {other}\nlist the values of all captures but one, as in `{{cluster:web|batch}}`, and use no `*` beside an open one"
    )]
    TwoReadings {
        pattern: String,
        name: String,
        one: String,
        other: String,
    },
    #[error(
        "`{0}` has too many wildcards and alternatives to prove that it reads a name in one way\nuse fewer of them, or several patterns"
    )]
    TooMuchToProve(String),
    #[error("`{{{inside}}}` is nothing that an event gives{}", .nearest.as_ref().map(|it| format!("\ndid you mean `{{{it}}}`?")).unwrap_or_default())]
    Reference {
        inside: String,
        nearest: Option<String>,
    },
}

//! What no message may have: secrets, raw HTTP, and the names of Rust.

const UNSPEAKABLE: &[&str] = &[
    crate::SECRET_KEY,
    "Authorization",
    "HTTP/1",
    "<html>",
    "SdkError",
    "ServiceError",
    "DispatchFailure",
    "ResponseError",
    "ConstructionFailure",
    "Unhandled",
    "hyper",
    "aws_sdk",
    "aws_smithy",
    "countermand_",
    "panicked",
    "Some(",
    "None,",
    "Err(",
    "Error {",
];

/// Those that the text has.
pub fn unspeakable_words(text: &str) -> impl Iterator<Item = &'static str> {
    UNSPEAKABLE
        .iter()
        .copied()
        .filter(move |word| text.contains(word))
}

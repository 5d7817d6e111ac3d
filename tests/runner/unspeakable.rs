//! Words that no message may have: secrets, raw HTTP, and names from Rust code.

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

/// Those that are in the text.
pub fn unspeakable_words(text: &str) -> impl Iterator<Item = &'static str> {
    UNSPEAKABLE
        .iter()
        .copied()
        .filter(move |word| text.contains(word))
}

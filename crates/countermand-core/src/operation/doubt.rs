//! Parameters of an operation that are valid but probably a mistake.

use crate::problem::ProblemCode;

/// One thing that people should double-check.
#[derive(Debug)]
pub struct Doubt {
    pub code: ProblemCode,
    /// The parameter; `None` for the operation itself.
    pub key: Option<&'static str>,
    pub message: String,
    pub help: &'static str,
}

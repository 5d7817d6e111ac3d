//! Parameters of an operation that are valid but probably a mistake.

use crate::problem::ProblemCode;

/// One thing that people should double-check.
#[derive(Debug)]
pub struct Doubt {
    pub code: ProblemCode,
    /// The parameter.
    pub key: &'static str,
    pub message: &'static str,
    pub help: &'static str,
}

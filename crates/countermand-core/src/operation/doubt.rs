//! What is possible but probably not meant in the parameters of an operation.

use crate::problem::ProblemCode;

/// One thing that a person should look at twice.
#[derive(Debug)]
pub struct Doubt {
    pub code: ProblemCode,
    /// The parameter; none for the operation itself.
    pub key: Option<&'static str>,
    pub message: String,
    pub help: &'static str,
}

//! What no single value of a policy file shows: errors between several of them, and warnings about what is possible but
//! probably not meant.

mod errors;
mod limits;
mod overlap;
mod warnings;

pub(crate) use errors::errors;
pub(crate) use warnings::warnings;

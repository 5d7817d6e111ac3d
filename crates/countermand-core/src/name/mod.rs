//! Names in policies:
//!
//! - [`Glob`]: `*` and `?`, as in an exception;
//! - [`Pattern`]: a glob with captures, as the name of an alarm in `when`;
//! - [`Template`]: a glob with references to captures and to the event, as a target in `do`.

mod glob;
#[macro_use]
mod kinds;
mod malformed;
mod one_or_many;
mod parts;
mod pattern;
mod readings;
mod shape;
mod spelling;
mod template;
#[cfg(test)]
mod tests;

pub use glob::Glob;
pub use kinds::{AccountId, AnyName, NameKind};
pub use malformed::Malformed;
pub use one_or_many::OneOrMany;
pub use pattern::{Captures, Pattern};
pub(crate) use shape::NameEnds;
pub use shape::Shape;
pub use spelling::{Piece, Spelling};
pub use template::{NotResolved, Reference, Template, Why};

/// Longer than any name in AWS, with room for alternatives.
const LONGEST_PATTERN: usize = 1024;

//! Policy files from their text to values, each with its place in the text.
//!
//! A file goes from text to a tree (`build`) and from there to types (`reader`). What is wrong with its syntax or with
//! a single value is found on the way.

mod build;
mod document;
mod fingerprint;
mod reader;
mod source;
mod tree;

pub use fingerprint::fingerprint;
pub use source::{LARGEST, Source, TextPosition};

pub(crate) use document::{PathStep, PolicyFile, ReadablePolicy};
pub(crate) use reader::TreeReader;
pub(crate) use tree::{NodeId, NodeValue, Tree};

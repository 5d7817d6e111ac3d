//! Why a value could not be read.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::{TreeReader, known_here};
use crate::problem::{Problem, ProblemCode};
use crate::quoted::Quoted;
use crate::read::tree::NodeId;

/// An error on its way up to where its place is known.
#[derive(Debug)]
pub(in crate::read) struct ReadError {
    pub(super) node: Option<NodeId>,
    why: ReadErrorKind,
}

#[derive(Debug)]
enum ReadErrorKind {
    /// It has been said already.
    Known,
    Said {
        code: ProblemCode,
        message: String,
        help: Vec<String>,
    },
    /// In the words of the type itself.
    Refused(String),
    Missing(&'static str),
    /// The type has another kind of value in mind.
    Wanted(String),
}

impl ReadError {
    pub(super) fn said(
        node: NodeId,
        code: ProblemCode,
        message: String,
        help: Vec<String>,
    ) -> Self {
        Self {
            node: Some(node),
            why: ReadErrorKind::Said {
                code,
                message,
                help,
            },
        }
    }

    /// Whatever is wrong here has been said.
    pub(super) fn known(node: NodeId) -> Self {
        let node = Some(node);
        Self {
            node,
            why: ReadErrorKind::Known,
        }
    }

    /// It follows from something that is left out.
    pub(super) fn follows() -> Self {
        let why = ReadErrorKind::Known;
        Self { node: None, why }
    }

    pub(super) fn with_help(mut self, more: &str) -> Self {
        if let ReadErrorKind::Said { help, .. } = &mut self.why {
            help.push(more.to_owned());
        }
        self
    }

    pub(super) fn at(self, node: NodeId) -> Self {
        Self {
            node: self.node.or(Some(node)),
            ..self
        }
    }

    pub(super) fn wanted(&self) -> Option<&str> {
        match &self.why {
            ReadErrorKind::Wanted(wanted) => Some(wanted),
            _ => None,
        }
    }

    pub(super) fn missing(&self) -> Option<&'static str> {
        match self.why {
            ReadErrorKind::Missing(key) => Some(key),
            _ => None,
        }
    }

    /// What there is to say about it, if anything.
    pub(super) fn problem(self, reading: &TreeReader<'_>) -> Option<Problem> {
        let node = self.node?;
        let (code, message, help) = match self.why {
            ReadErrorKind::Known => return None,
            ReadErrorKind::Said {
                code,
                message,
                help,
            } => (code, message, help),
            ReadErrorKind::Refused(said) => {
                let (message, help) = in_lines(&said, reading.tree.text(node).unwrap_or_default());
                (ProblemCode::BadValue, message, help)
            }
            ReadErrorKind::Missing(key) => {
                (ProblemCode::MissingKey, super::missing(key), Vec::new())
            }
            ReadErrorKind::Wanted(wanted) => (
                ProblemCode::WrongType,
                format!("expected {wanted}"),
                Vec::new(),
            ),
        };
        Some(reading.problem_at(node, code, message, help))
    }
}

/// Our value types say what is wrong on the first line, and what to do about it on those that follow. A line
/// that ends within the value that they quote is not one of them.
fn in_lines(said: &str, value: &str) -> (String, Vec<String>) {
    let ends_a_line = value.contains(char::is_control);
    let said = if ends_a_line {
        said.replace(value, &Quoted(value).to_string())
    } else {
        said.to_owned()
    };
    let mut lines = said.lines().map(str::to_owned);
    (lines.next().unwrap_or_default(), lines.collect())
}

impl Error for ReadError {
    fn custom<T: fmt::Display>(said: T) -> Self {
        let why = ReadErrorKind::Refused(said.to_string());
        Self { node: None, why }
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let why = ReadErrorKind::Wanted(wanted.to_string());
        Self { node: None, why }
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {wanted}"))
    }

    fn unknown_variant(given: &str, known: &'static [&'static str]) -> Self {
        let why = ReadErrorKind::Said {
            code: ProblemCode::UnknownChoice,
            message: format!("`{given}` is not known here"),
            help: known_here(given, known),
        };
        Self { node: None, why }
    }

    fn missing_field(key: &'static str) -> Self {
        Self {
            node: None,
            why: ReadErrorKind::Missing(key),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.why)
    }
}

impl std::error::Error for ReadError {}

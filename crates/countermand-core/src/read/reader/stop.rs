//! Why the reading of a value stopped.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::{Reading, known_here};
use crate::problem::{Problem, ProblemCode};
use crate::quoted::Quoted;
use crate::read::tree::NodeId;

/// An error on its way up to where its place is known.
#[derive(Debug)]
pub(in crate::read) struct Stop {
    pub(super) node: Option<NodeId>,
    why: Why,
}

#[derive(Debug)]
enum Why {
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

impl Stop {
    pub(super) fn said(
        node: NodeId,
        code: ProblemCode,
        message: String,
        help: Vec<String>,
    ) -> Self {
        Self {
            node: Some(node),
            why: Why::Said {
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
            why: Why::Known,
        }
    }

    /// It follows from something that is left out.
    pub(super) fn follows() -> Self {
        let why = Why::Known;
        Self { node: None, why }
    }

    pub(super) fn with_help(mut self, more: &str) -> Self {
        if let Why::Said { help, .. } = &mut self.why {
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
            Why::Wanted(wanted) => Some(wanted),
            _ => None,
        }
    }

    pub(super) fn missing(&self) -> Option<&'static str> {
        match self.why {
            Why::Missing(key) => Some(key),
            _ => None,
        }
    }

    /// What there is to say about it, if anything.
    pub(super) fn problem(self, reading: &Reading<'_>) -> Option<Problem> {
        let node = self.node?;
        let (code, message, help) = match self.why {
            Why::Known => return None,
            Why::Said {
                code,
                message,
                help,
            } => (code, message, help),
            Why::Refused(said) => {
                let (message, help) = in_lines(&said, reading.tree.text(node).unwrap_or_default());
                (ProblemCode::BadValue, message, help)
            }
            Why::Missing(key) => (ProblemCode::MissingKey, super::missing(key), Vec::new()),
            Why::Wanted(wanted) => (
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

impl Error for Stop {
    fn custom<T: fmt::Display>(said: T) -> Self {
        let why = Why::Refused(said.to_string());
        Self { node: None, why }
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let why = Why::Wanted(wanted.to_string());
        Self { node: None, why }
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {wanted}"))
    }

    fn unknown_variant(given: &str, known: &'static [&'static str]) -> Self {
        let why = Why::Said {
            code: ProblemCode::UnknownChoice,
            message: format!("`{given}` is not known here"),
            help: known_here(given, known),
        };
        Self { node: None, why }
    }

    fn missing_field(key: &'static str) -> Self {
        Self {
            node: None,
            why: Why::Missing(key),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.why)
    }
}

impl std::error::Error for Stop {}

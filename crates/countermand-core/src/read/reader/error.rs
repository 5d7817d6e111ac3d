//! Why a value could not be read.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::{TreeReader, possible_here};
use crate::problem::{Problem, ProblemCode};
use crate::quoted::Quoted;
use crate::read::tree::NodeId;

/// An error that serde passes up to where its place is known.
#[derive(Debug)]
pub(in crate::read) struct ReadError {
    pub(super) node: Option<NodeId>,
    kind: ReadErrorKind,
}

#[derive(Debug)]
enum ReadErrorKind {
    /// It is among the problems already, or follows from one.
    Reported,
    Problem {
        code: ProblemCode,
        message: String,
        help: Vec<String>,
    },
    /// The message of the type that refused the value.
    Refused(String),
    Missing(&'static str),
    /// The type expects another kind of value.
    Expected(String),
}

impl ReadError {
    pub(super) fn problem(
        node: NodeId,
        code: ProblemCode,
        message: String,
        help: Vec<String>,
    ) -> Self {
        let kind = ReadErrorKind::Problem {
            code,
            message,
            help,
        };
        Self::from(kind).at(node)
    }

    /// What is wrong here has been reported.
    pub(super) fn reported(node: NodeId) -> Self {
        Self::consequence().at(node)
    }

    /// An error that only follows from something that was left out.
    pub(super) fn consequence() -> Self {
        ReadErrorKind::Reported.into()
    }

    pub(super) fn with_help(mut self, more: &str) -> Self {
        if let ReadErrorKind::Problem { help, .. } = &mut self.kind {
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

    pub(super) fn expected(&self) -> Option<&str> {
        match &self.kind {
            ReadErrorKind::Expected(expected) => Some(expected),
            _ => None,
        }
    }

    pub(super) fn missing(&self) -> Option<&'static str> {
        match self.kind {
            ReadErrorKind::Missing(key) => Some(key),
            _ => None,
        }
    }

    /// None if there is nothing new to report.
    pub(super) fn into_problem(self, tree_reader: &TreeReader<'_>) -> Option<Problem> {
        let node = self.node?;
        let (code, message, help) = match self.kind {
            ReadErrorKind::Reported => return None,
            ReadErrorKind::Problem {
                code,
                message,
                help,
            } => (code, message, help),
            ReadErrorKind::Refused(said) => {
                let (message, help) =
                    in_lines(&said, tree_reader.tree.text(node).unwrap_or_default());
                (ProblemCode::BadValue, message, help)
            }
            ReadErrorKind::Missing(key) => {
                (ProblemCode::MissingKey, super::missing(key), Vec::new())
            }
            ReadErrorKind::Expected(expected) => (
                ProblemCode::WrongType,
                format!("expected {expected}"),
                Vec::new(),
            ),
        };
        Some(tree_reader.problem_at(node, code, message, help))
    }
}

/// Its place is not known yet.
impl From<ReadErrorKind> for ReadError {
    fn from(kind: ReadErrorKind) -> Self {
        Self { node: None, kind }
    }
}

/// Splits the message of a value type: the first line says what is wrong, the others what to do. A line break inside the
/// value that the message quotes is escaped first.
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
        ReadErrorKind::Refused(said.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        ReadErrorKind::Expected(expected.to_string()).into()
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }

    fn unknown_variant(given: &str, known: &'static [&'static str]) -> Self {
        ReadErrorKind::Problem {
            code: ProblemCode::UnknownChoice,
            message: format!("`{given}` is not known here"),
            help: possible_here(given, known),
        }
        .into()
    }

    fn missing_field(key: &'static str) -> Self {
        ReadErrorKind::Missing(key).into()
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for ReadError {}

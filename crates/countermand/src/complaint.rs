//! Why a command cannot go on.

use std::io;

use crate::exit::Exit;

/// A message, what to do about it, and the exit code.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) exit: Exit,
}

impl Complaint {
    /// Says why in the words of the operating system, without its error number.
    pub(crate) fn unreadable(name: &str, error: &io::Error, help: &str) -> Self {
        let said = error.to_string();
        let why = said.split(" (os error").next().unwrap_or(&said);
        Self {
            message: format!("`{name}` cannot be read: {}", why.to_lowercase()),
            help: Some(help.to_owned()),
            exit: Exit::Usage,
        }
    }

    /// From an error whose second line, if any, says what to do.
    pub(crate) fn of(error: &impl ToString, exit: Exit) -> Self {
        let said = error.to_string();
        let (message, help) = match said.split_once('\n') {
            Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
            None => (said, None),
        };
        Self {
            message,
            help,
            exit,
        }
    }
}

//! What keeps a command from doing what was asked.

use std::io;

use crate::exit::Exit;

/// A message, what to do about it, and what the exit code says.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) exit: Exit,
}

impl Complaint {
    /// In the system's words, without its number for it.
    pub(crate) fn unreadable(name: &str, error: &io::Error, help: &str) -> Self {
        let said = error.to_string();
        let why = said.split(" (os error").next().unwrap_or(&said);
        Self {
            message: format!("`{name}` cannot be read: {}", why.to_lowercase()),
            help: Some(help.to_owned()),
            exit: Exit::Usage,
        }
    }

    /// Of an error whose second line says what to do.
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

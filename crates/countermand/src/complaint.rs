//! Why a command cannot go on.

use std::io;

use crate::exit::Exit;

/// A message, what to do about it, and the exit code.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// `None` where everything was printed already.
    pub(crate) message: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) exit: Exit,
}

impl Complaint {
    /// Says why in the words of the operating system, without its error number.
    pub(crate) fn unreadable(name: &str, error: &io::Error, help: &str) -> Self {
        let said = error.to_string();
        let why = said.split(" (os error").next().unwrap_or(&said);
        let message = format!("`{name}` cannot be read: {}", why.to_lowercase());
        Self::new(message, help, Exit::Usage)
    }

    pub(crate) fn new(message: String, help: &str, exit: Exit) -> Self {
        Self {
            message: Some(message),
            help: Some(help.to_owned()),
            exit,
        }
    }

    /// From an error whose second line, if any, says what to do.
    pub(crate) fn of(error: &(impl ToString + ?Sized), exit: Exit) -> Self {
        let said = error.to_string();
        let mut parts = said.splitn(2, '\n').map(str::to_owned);
        Self {
            message: parts.next(),
            help: parts.next(),
            exit,
        }
    }

    pub(crate) fn told(exit: Exit) -> Self {
        Self {
            message: None,
            help: None,
            exit,
        }
    }

    pub(crate) fn in_one_line(self) -> String {
        let lines = [self.message, self.help].into_iter().flatten();
        lines.collect::<Vec<_>>().join(": ")
    }
}

/// Only a failure of the output comes here: reading or writing a file fails with the name of the file.
impl From<io::Error> for Complaint {
    fn from(error: io::Error) -> Self {
        Self::of(
            &format!("the output cannot be written: {error}"),
            Exit::Usage,
        )
    }
}

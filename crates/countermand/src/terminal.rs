//! Standard output and standard error: whether they take colours, and how wide they are.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use terminal_size::terminal_size_of;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::text;

/// For logs and files, and for terminals that do not report their width.
const DEFAULT_WIDTH: usize = 80;
/// Longer lines are hard to read, shorter ones leave no room for a caret.
const WIDTHS: (usize, usize) = (40, 100);

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Color {
    /// on a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug)]
pub(crate) struct Terminal {
    color: ColorChoice,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { color }
    }

    /// Prints results.
    pub(crate) fn out(&self, text: &str) -> io::Result<()> {
        write(AutoStream::new(io::stdout().lock(), self.color), text)
    }

    /// Prints errors, warnings and questions.
    pub(crate) fn err(&self, text: &str) -> io::Result<()> {
        write(AutoStream::new(io::stderr().lock(), self.color), text)
    }

    /// Prints why the command cannot go on and what to do about it, and returns the exit code for it.
    pub(crate) fn refuse(&self, complaint: &Complaint) -> io::Result<Exit> {
        let mut said = String::new();
        if let Some(message) = &complaint.message {
            said = format!("{0}error{0:#}: {1}\n", text::ERROR, text::visible(message));
        }
        if let Some(help) = &complaint.help {
            let label = "help: ".len();
            let lines = text::wrapped(help, err_width() - label);
            let help = lines.join(&format!("\n{:label$}", ""));
            said = format!("{said}{0}help{0:#}: {help}\n", text::HELP);
        }
        self.err(&said)?;
        Ok(complaint.exit)
    }
}

pub(crate) fn out_width() -> usize {
    width(terminal_size_of(io::stdout()))
}

pub(crate) fn err_width() -> usize {
    width(terminal_size_of(io::stderr()))
}

fn width(terminal: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    let width = terminal.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    width.clamp(WIDTHS.0, WIDTHS.1)
}

/// Ignores a closed pipe: a reader such as `head` has read enough.
fn write(mut stream: impl Write, text: &str) -> io::Result<()> {
    match stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

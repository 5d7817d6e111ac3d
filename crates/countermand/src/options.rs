//! Options that several commands have.

use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;

use crate::aws::Login;
use crate::complaint::Complaint;
use crate::json;
use crate::terminal::{self, Terminal};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    #[default]
    Human,
    Json,
}

/// How a command prints its answer.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct OutputArgs {
    /// for people, or for machines
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "human|json"
    )]
    pub(crate) format: OutputFormat,
}

/// A deployed stack, and how its answer is printed.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct StackArgs {
    /// the stack, as CloudFormation calls it
    #[arg(long = "stack", value_name = "NAME", default_value = "countermand")]
    pub(crate) name: String,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) login: Login,
}

impl OutputArgs {
    /// Prints the whole answer: the document for machines, or the words for people, which get the width.
    pub(crate) fn print(
        &self,
        to: &Terminal,
        document: &impl Serialize,
        in_words: impl FnOnce(usize) -> String,
    ) -> Result<(), Complaint> {
        to.out(&match self.format {
            OutputFormat::Json => json::document(document),
            OutputFormat::Human => in_words(terminal::out_width()),
        })?;
        Ok(())
    }
}

pub(crate) fn parse_time(given: &str) -> Result<Timestamp, &'static str> {
    let refused = "this is no time\n\n  tip: write it as `2026-12-24T18:00:00Z`";
    given.parse().map_err(|_| refused)
}

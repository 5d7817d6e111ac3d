//! Options that several commands have.

use clap::ValueEnum;
use jiff::Timestamp;

/// For people, or for machines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Human,
    Json,
}

/// What most commands print.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Output {
    /// for people, or for machines
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "human|json"
    )]
    pub(crate) format: Format,
}

/// A deployed stack.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Stack {
    /// the stack, as CloudFormation calls it
    #[arg(long, value_name = "NAME", default_value = "countermand")]
    pub(crate) stack: String,
}

pub(crate) fn time(given: &str) -> Result<Timestamp, &'static str> {
    let refused = "this is no time\n\n  tip: write it as `2026-12-24T18:00:00Z`";
    given.parse().map_err(|_| refused)
}

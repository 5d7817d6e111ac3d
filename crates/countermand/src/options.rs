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

pub(crate) fn time(given: &str) -> Result<Timestamp, &'static str> {
    let refused = "this is no time\n\n  tip: write it as `2026-12-24T18:00:00Z`";
    given.parse().map_err(|_| refused)
}

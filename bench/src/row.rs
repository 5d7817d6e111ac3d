//! One row of the table that people read.

use std::fmt;
use std::time::Duration;

pub(crate) const HEAD: &str =
    "| what | instructions | median | must be within |\n| --- | ---: | ---: | ---: |";

pub(crate) struct BenchRow {
    pub(crate) name: String,
    pub(crate) instructions: Option<u64>,
    /// `None`: not measured.
    pub(crate) took: Option<Duration>,
    pub(crate) within: Option<Duration>,
}

impl BenchRow {
    pub(crate) fn is_within(&self) -> bool {
        let limit = self.within.unwrap_or(Duration::MAX);
        self.took.is_none_or(|took| took <= limit)
    }
}

impl fmt::Display for BenchRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = || "not measured".to_owned();
        let instructions = self.instructions.map_or_else(unknown, |it| it.to_string());
        let took = self.took.map_or_else(unknown, |it| format!("{it:.1?}"));
        let within = self.within.map_or_else(String::new, |it| format!("{it:?}"));
        let name = &self.name;
        write!(f, "| `{name}` | {instructions} | {took} | {within} |")
    }
}

//! The numbers, for people.

use std::fmt;
use std::path::Path;
use std::time::Duration;

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) instructions: Option<u64>,
    /// `None`: not measured.
    pub(crate) took: Option<Duration>,
    pub(crate) within: Option<Duration>,
}

impl Row {
    pub(crate) fn is_within(&self) -> bool {
        let limit = self.within.unwrap_or(Duration::MAX);
        self.took.is_none_or(|took| took <= limit)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = || "not measured".to_owned();
        let instructions = self.instructions.map_or_else(unknown, |it| it.to_string());
        let took = self.took.map_or_else(unknown, |it| format!("{it:.1?}"));
        let within = self.within.map_or_else(String::new, |it| format!("{it:?}"));
        let name = &self.name;
        write!(f, "| `{name}` | {instructions} | {took} | {within} |")
    }
}

const BEGIN: &str = "<!-- measured -->";
const END: &str = "<!-- end -->";

/// Puts the table between its marks.
pub(crate) fn write(path: &Path, rows: &[Row]) {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let (Some((before, _)), Some((_, after))) = (text.split_once(BEGIN), text.split_once(END))
    else {
        eprintln!("`{}` has no place for the table", path.display());
        return;
    };
    let head = "| what | instructions | median | must be within |\n| --- | ---: | ---: | ---: |";
    let rows: Vec<_> = rows.iter().map(ToString::to_string).collect();
    let text = format!("{before}{BEGIN}\n{head}\n{}\n{END}{after}", rows.join("\n"));
    if let Err(error) = std::fs::write(path, text) {
        eprintln!("`{}` cannot be written: {error}", path.display());
    }
}

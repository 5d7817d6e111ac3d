//! Writes what was measured into the documents.

use std::path::Path;

/// Replaces what stands between the marks of this name.
pub fn put(path: &Path, name: &str, text: &str) {
    let (begin, end) = (
        format!("<!-- {name} -->"),
        format!("<!-- end of {name} -->"),
    );
    let there = std::fs::read_to_string(path).unwrap_or_default();
    let before = there.split_once(&begin).map(|(before, _)| before);
    let after = there.split_once(&end).map(|(_, after)| after);
    let (Some(before), Some(after)) = (before, after) else {
        eprintln!("`{}` has no place for `{name}`", path.display());
        return;
    };
    write(path, &format!("{before}{begin}\n{text}\n{end}{after}"));
}

/// Writes a whole file.
pub fn write(path: &Path, text: &str) {
    if let Err(error) = std::fs::write(path, text) {
        eprintln!("`{}` cannot be written: {error}", path.display());
    }
}

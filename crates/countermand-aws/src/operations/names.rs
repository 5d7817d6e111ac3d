//! The names in a target: whether they are written out, or have to be looked up.

use countermand_core::name::Glob;
use countermand_core::verdict::Target;

/// The globs of one key.
pub(crate) fn of<'t>(target: &'t Target, key: &str) -> &'t [Glob] {
    let found = target.iter().find(|(it, _)| *it == key);
    found.map_or(&[], |(_, globs)| globs)
}

/// The names, if all of them are written out.
pub(super) fn written(globs: &[Glob]) -> Option<Vec<String>> {
    let mut names = globs
        .iter()
        .map(|glob| glob.exact().map(str::to_owned))
        .collect::<Option<Vec<_>>>()?;
    names.sort_unstable();
    names.dedup();
    Some(names)
}

pub(crate) fn any(globs: &[Glob], name: &str) -> bool {
    globs.iter().any(|glob| glob.matches(name))
}

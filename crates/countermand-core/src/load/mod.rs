//! From the text of policy files to policies, with everything that is wrong with them said at once.

mod asked;
mod build;
mod check;
mod document;
mod doubt;
mod fingerprint;
mod overlap;
mod problem;
mod reader;
mod source;
#[cfg(test)]
mod tests;
mod tree;

use jiff::Timestamp;

pub use asked::{Asked, asked};
pub use doubt::Doubt;
pub use fingerprint::fingerprint;
pub use problem::{Code, Problem, Severity};
pub use source::{LARGEST, Place, Source};

use crate::policy::Policies;
use document::File;

/// Policy files as they were read. Files that belong together are loaded together: calendars are shared.
#[derive(Debug)]
pub struct Loaded<'s> {
    files: Vec<File<'s>>,
    errors: Vec<Problem>,
}

/// Reads the files, in the order in which their policies are to be asked.
pub fn load(sources: &[Source]) -> Loaded<'_> {
    let (files, errors): (Vec<_>, Vec<_>) = sources
        .iter()
        .enumerate()
        .map(|(index, source)| File::read(source, index))
        .unzip();
    let mut errors: Vec<_> = errors.into_iter().flatten().collect();
    errors.extend(check::check(sources, &files));
    errors.sort_by_key(|problem| (problem.source, problem.span.start));
    Loaded { files, errors }
}

impl Loaded<'_> {
    /// Errors, and warnings that the text alone gives, in the order of the files.
    pub fn problems(&self) -> &[Problem] {
        &self.errors
    }

    /// What is possible but probably not meant. Some of it depends on the time.
    pub fn doubts(&self, now: Timestamp) -> Vec<Problem> {
        doubt::doubts(&self.files, now)
    }

    /// The policies that could be read, in order: all of them where there is no error.
    pub fn policies(&self) -> impl Iterator<Item = &crate::policy::Policy> {
        self.files
            .iter()
            .flat_map(|file| file.policies.iter().map(|(_, policy)| policy))
    }

    /// The policies, or everything that is wrong with them.
    pub fn into_policies(self) -> Result<Policies, Vec<Problem>> {
        if self.errors.iter().any(Problem::is_error) {
            return Err(self.errors);
        }
        let mut policies = Vec::new();
        let mut calendars = std::collections::BTreeMap::new();
        for file in self.files {
            policies.extend(file.policies.into_iter().map(|(_, policy)| policy));
            let read = file
                .calendars
                .into_iter()
                .filter_map(|(name, (_, calendar))| Some((name, calendar?)));
            calendars.extend(read);
        }
        Ok(Policies::new(policies, calendars))
    }
}

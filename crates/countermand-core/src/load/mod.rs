//! From the text of policy files to policies, with everything that is wrong with them said at once.
//!
//! `read` turns each file into values and finds what is wrong with its syntax and types; `lint` finds what no single value
//! shows. Here the two are put together.

#[cfg(test)]
mod tests;
mod typed;

use jiff::Timestamp;

use crate::lint;
use crate::policy::Policies;
use crate::problem::Problem;
use crate::read::PolicyFile;

pub use crate::read::{LARGEST, Source, TextPosition, fingerprint};
pub use typed::{TypedOperation, typed_operation};

/// Policy files that were read together: they share their calendars.
#[derive(Debug)]
pub struct Loaded<'s> {
    files: Vec<PolicyFile<'s>>,
    errors: Vec<Problem>,
}

/// Reads the files. Their order is the order of the policies.
pub fn load(sources: &[Source]) -> Loaded<'_> {
    let (files, errors): (Vec<_>, Vec<_>) = sources
        .iter()
        .enumerate()
        .map(|(index, source)| PolicyFile::read(source, index))
        .unzip();
    let mut errors: Vec<_> = errors.into_iter().flatten().collect();
    errors.extend(lint::errors(sources, &files));
    errors.sort_by_key(|problem| (problem.source, problem.span.start));
    Loaded { files, errors }
}

impl Loaded<'_> {
    /// All errors, and the warnings about how the text is written, in the order of the files.
    pub fn problems(&self) -> &[Problem] {
        &self.errors
    }

    /// Warnings about what is possible but probably not meant. Some of them depend on the time.
    pub fn warnings(&self, now: Timestamp) -> Vec<Problem> {
        lint::warnings(&self.files, now)
    }

    /// The policies that could be read, in order: all of them, if there is no error.
    pub fn policies(&self) -> impl Iterator<Item = &crate::policy::Policy> {
        self.files
            .iter()
            .flat_map(|file| file.policies.iter().map(|(_, policy)| policy))
    }

    /// The policies, or all problems if one of them is an error.
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

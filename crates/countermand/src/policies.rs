//! Reads and checks the policies of a command.

use std::io;
use std::path::{Path, PathBuf};

use countermand_core::load::{self, Source};
use countermand_core::policy::Policies;
use countermand_core::problem::Problem;
use jiff::Timestamp;

use crate::complaint::Complaint;
use crate::diagnostics;
use crate::exit::Exit;
use crate::terminal::{self, Terminal};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct PolicyArgs {
    /// a policy file, or a folder of them
    #[arg(short, long, value_name = "PATH", default_value = "policies")]
    policies: PathBuf,
}

/// Policies with all their errors and warnings.
pub(crate) struct CheckedPolicies {
    pub(crate) sources: Vec<Source>,
    /// In the order of the files.
    pub(crate) problems: Vec<Problem>,
    /// `None` where a policy has an error.
    pub(crate) policies: Option<Policies>,
    pub(crate) now: Timestamp,
}

/// Policies without an error, and the files that they come from.
pub(crate) struct LoadedPolicies {
    pub(crate) sources: Vec<Source>,
    pub(crate) policies: Policies,
}

impl PolicyArgs {
    pub(crate) fn load(&self, to: &Terminal) -> io::Result<Result<Policies, Exit>> {
        let loaded = load(&self.policies, Timestamp::now(), to)?;
        Ok(loaded.map(|it| it.policies))
    }
}

/// The policies; or, after printing their errors, the code to exit with. Warnings alone are not printed: `check` does.
pub(crate) fn load(
    path: &Path,
    now: Timestamp,
    to: &Terminal,
) -> io::Result<Result<LoadedPolicies, Exit>> {
    let sources = match read(path) {
        Ok(sources) => sources,
        Err(complaint) => return to.refuse(&complaint).map(Err),
    };
    let mut checked = CheckedPolicies::of(sources, now);
    let Some(policies) = checked.policies.take() else {
        to.err(&diagnostics::render(&checked, false, terminal::err_width()))?;
        return Ok(Err(Exit::Wrong));
    };
    let sources = checked.sources;
    Ok(Ok(LoadedPolicies { sources, policies }))
}

pub(crate) fn read(path: &Path) -> Result<Vec<Source>, Complaint> {
    countermand_policies::read(path).map_err(|error| Complaint::of(&error, Exit::Usage))
}

impl CheckedPolicies {
    pub(crate) fn of(sources: Vec<Source>, now: Timestamp) -> Self {
        let loaded = load::load(&sources);
        let mut problems = loaded.problems().to_vec();
        problems.extend(loaded.warnings(now));
        problems.sort_by_key(|problem| (problem.source, problem.span.start));
        let policies = loaded.into_policies().ok();
        Self {
            sources,
            problems,
            policies,
            now,
        }
    }

    pub(crate) fn errors(&self) -> usize {
        self.problems.iter().filter(|it| it.is_error()).count()
    }

    pub(crate) fn warnings(&self) -> usize {
        self.problems.len() - self.errors()
    }
}

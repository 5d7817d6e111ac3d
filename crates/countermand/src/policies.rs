//! Reads and checks the policies of a command.

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

impl PolicyArgs {
    pub(crate) fn load(&self, to: &Terminal) -> Result<Policies, Complaint> {
        Ok(load(&self.policies, Timestamp::now(), to)?.0)
    }
}

/// The policies, and the files that they come from. Prints their errors; warnings alone are not printed: `check` does.
pub(crate) fn load(
    path: &Path,
    now: Timestamp,
    to: &Terminal,
) -> Result<(Policies, Vec<Source>), Complaint> {
    let mut checked = CheckedPolicies::of(read(path)?, now);
    let Some(policies) = checked.policies.take() else {
        to.err(&diagnostics::render(&checked, false, terminal::err_width()))?;
        return Err(Complaint::told(Exit::Wrong));
    };
    Ok((policies, checked.sources))
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

//! The policies that a command goes by: all of them, or what is wrong with them.

use std::io;
use std::path::{Path, PathBuf};

use countermand_core::load::{self, Problem, Source};
use countermand_core::policy::Policies;
use jiff::Timestamp;

use crate::complaint::Complaint;
use crate::diagnostics;
use crate::exit::Exit;
use crate::terminal::{self, Terminal};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// a policy file, or a folder of them
    #[arg(short, long, value_name = "PATH", default_value = "policies")]
    policies: PathBuf,
}

/// What came of loading them.
pub(crate) struct Checked {
    pub(crate) sources: Vec<Source>,
    /// In the order of the files.
    pub(crate) problems: Vec<Problem>,
    /// All policies, where none has an error.
    pub(crate) policies: Option<Policies>,
    pub(crate) now: Timestamp,
}

impl Args {
    /// The policies, or with what to exit: what is wrong with them is said then. Warnings are for `check`.
    pub(crate) fn load(&self, to: &Terminal) -> io::Result<Result<Policies, Exit>> {
        let sources = match read(&self.policies) {
            Ok(sources) => sources,
            Err(complaint) => return to.refuse(&complaint).map(Err),
        };
        let mut checked = Checked::of(sources, Timestamp::now());
        if let Some(policies) = checked.policies.take() {
            return Ok(Ok(policies));
        }
        to.err(&diagnostics::render(&checked, false, terminal::err_width()))?;
        Ok(Err(Exit::Wrong))
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<Source>, Complaint> {
    countermand_policies::read(path).map_err(|error| Complaint::of(&error, Exit::Usage))
}

impl Checked {
    pub(crate) fn of(sources: Vec<Source>, now: Timestamp) -> Self {
        let loaded = load::load(&sources);
        let mut problems = loaded.problems().to_vec();
        problems.extend(loaded.doubts(now));
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

//! `countermand check`: what is wrong with the policies, and when they are right, what they will do.

mod diagnostics;
mod json;
mod overview;

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use countermand_core::load::{self, Problem, Source};
use countermand_core::matching::Policies;
use jiff::Timestamp;
use serde::Serialize;

use crate::exit::Exit;
use crate::terminal::{self, Terminal};

/// say what is wrong with policies, and when they run next
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand check\n  countermand check policies/web.yaml --deny-warnings\n  countermand check --now 2026-12-24T18:00:00Z\n\nErrors and warnings go to stderr, with the line and a caret; what the policies\nwill do goes to stdout. With `--format json` all is one document on stdout."
)]
pub(crate) struct Args {
    /// a policy file, or a folder: its `*.yaml`, `*.yml` and `*.json`, in sub-folders too
    #[arg(default_value = "policies")]
    path: PathBuf,

    /// for people, or for machines
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "human|json"
    )]
    format: Format,

    /// exit with 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,

    /// check as if it were this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
}

/// What came of it.
struct Checked {
    sources: Vec<Source>,
    /// In the order of the files.
    problems: Vec<Problem>,
    /// All policies, where none has an error.
    policies: Option<Policies>,
    now: Timestamp,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let sources = match countermand_policies::read(&args.path) {
        Ok(sources) => sources,
        Err(error) => {
            let said = error.to_string();
            let (message, help) = said.split_once('\n').unwrap_or((&said, ""));
            to.complain(message, Some(help))?;
            return Ok(Exit::Usage);
        }
    };
    let checked = Checked::new(sources, args.now.unwrap_or_else(Timestamp::now));
    match args.format {
        Format::Json => to.out(&json::render(&checked))?,
        Format::Human => {
            let denied = args.deny_warnings;
            to.err(&diagnostics::render(
                &checked,
                denied,
                terminal::err_width(),
            ))?;
            if let Some(policies) = &checked.policies {
                let width = terminal::out_width();
                to.out(&overview::render(policies, &checked, width))?;
            }
        }
    }
    let refused = checked.errors() > 0 || args.deny_warnings && checked.warnings() > 0;
    Ok(if refused { Exit::Wrong } else { Exit::Done })
}

impl Checked {
    fn new(sources: Vec<Source>, now: Timestamp) -> Self {
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

    fn errors(&self) -> usize {
        self.problems.iter().filter(|it| it.is_error()).count()
    }

    fn warnings(&self) -> usize {
        self.problems.len() - self.errors()
    }
}

fn time(given: &str) -> Result<Timestamp, &'static str> {
    let refused = "this is no time\n\n  tip: write it as `2026-12-24T18:00:00Z`";
    given.parse().map_err(|_| refused)
}

/// The word for it in JSON and in policies.
fn as_written(it: &impl Serialize) -> String {
    let written = serde_json::to_value(it).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

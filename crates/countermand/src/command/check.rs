//! `countermand check`: what is wrong with the policies, and when they are right, what they will do.

mod json;
mod overview;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::diagnostics;
use crate::exit::Exit;
use crate::options::{Format, time};
use crate::policies::{self, Checked};
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

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let sources = match policies::read(&args.path) {
        Ok(sources) => sources,
        Err(complaint) => return to.refuse(&complaint),
    };
    let checked = Checked::of(sources, args.now.unwrap_or_else(Timestamp::now));
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

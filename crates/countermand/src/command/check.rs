//! `countermand check`: what is wrong with the policies, and when they are right, what they will do.

mod json;
mod live;
mod overview;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::aws;
use crate::complaint::Complaint;
use crate::diagnostics;
use crate::exit::Exit;
use crate::options::{Format, Output, time};
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

    #[command(flatten)]
    output: Output,

    /// exit with 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,

    /// look in AWS too: does what the policies name exist? This only reads
    #[arg(long)]
    live: bool,

    /// check as if it were this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<Timestamp>,

    #[command(flatten)]
    aws: aws::Args,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let sources = match policies::read(&args.path) {
        Ok(sources) => sources,
        Err(complaint) => return to.refuse(&complaint),
    };
    if !args.live && args.aws.is_any() {
        let said = "without `--live` nothing is looked up in AWS\nadd `--live`, or leave out the options for AWS";
        return to.refuse(&Complaint::of(&said, Exit::Usage));
    }
    let checked = Checked::of(sources, args.now.unwrap_or_else(Timestamp::now));
    let live = match checked.policies.as_ref().filter(|_| args.live) {
        Some(policies) => match live::look(policies, &args.aws) {
            Ok(live) => Some(live),
            Err(complaint) => return to.refuse(&complaint),
        },
        None => None,
    };
    match args.output.format {
        Format::Json => to.out(&json::render(&checked, live.as_ref()))?,
        Format::Human => {
            let denied = args.deny_warnings;
            let width = terminal::err_width();
            to.err(&diagnostics::render(&checked, denied, width))?;
            if let Some(live) = &live {
                to.err(&live.warnings(width))?;
            }
            let width = terminal::out_width();
            if let Some(policies) = &checked.policies {
                to.out(&overview::render(policies, &checked, width))?;
            }
            if let Some(live) = &live {
                to.out(&live.render(width))?;
            }
        }
    }
    let missing = live.as_ref().map_or(0, |it| it.missing().count());
    let refused = checked.errors() > 0 || args.deny_warnings && checked.warnings() + missing > 0;
    let in_the_dark = live.is_some_and(|it| it.is_in_the_dark());
    Ok(if refused {
        Exit::Wrong
    } else if in_the_dark {
        Exit::Refused
    } else {
        Exit::Done
    })
}

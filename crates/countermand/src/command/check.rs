//! `countermand check`: prints what is wrong with the policies, or else what they will do.

mod json;
mod live;
mod overview;

use std::path::PathBuf;

use jiff::Timestamp;

use crate::aws;
use crate::complaint::Complaint;
use crate::diagnostics;
use crate::exit::Exit;
use crate::options::{OutputArgs, OutputFormat, parse_time};
use crate::policies::{self, CheckedPolicies};
use crate::terminal::{self, Terminal};

/// say what is wrong with policies, and when they run next
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand check\n  countermand check policies/web.yaml --deny-warnings\n  countermand check --now 2026-12-24T18:00:00Z\n\nErrors and warnings go to stderr, with the line and a caret; what the policies\nwill do goes to stdout. With `--format json` all is one document on stdout."
)]
pub(crate) struct CheckArgs {
    /// a policy file, or a folder: its `*.yaml`, `*.yml` and `*.json`, in sub-folders too
    #[arg(default_value = "policies")]
    path: PathBuf,

    #[command(flatten)]
    output: OutputArgs,

    /// exit with 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,

    /// look up in AWS too: does what the policies name exist? This only reads
    #[arg(long)]
    live: bool,

    /// check as if it were this time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    now: Option<Timestamp>,

    #[command(flatten)]
    aws: aws::AwsArgs,
}

pub(crate) fn run(args: &CheckArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let sources = policies::read(&args.path)?;
    if !args.live && args.aws.is_any() {
        let said = "without `--live` nothing is looked up in AWS\nadd `--live`, or leave out the options for AWS";
        return Err(Complaint::of(said, Exit::Usage));
    }
    let checked = CheckedPolicies::of(sources, args.now.unwrap_or_else(Timestamp::now));
    let live = checked.policies.as_ref().filter(|_| args.live);
    let live = live.map(|it| live::look_up(it, &args.aws)).transpose()?;
    match args.output.format {
        OutputFormat::Json => to.out(&json::render(&checked, live.as_ref()))?,
        OutputFormat::Human => {
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
    let is_incomplete = live.is_some_and(|it| it.is_incomplete());
    Ok(if refused {
        Exit::Wrong
    } else if is_incomplete {
        Exit::Refused
    } else {
        Exit::Done
    })
}

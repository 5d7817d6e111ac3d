//! `countermand freeze`: are we frozen, by what, why, and until when?

mod state;
mod words;

use std::io;

use jiff::Timestamp;

use crate::exit::Exit;
use crate::options::{Format, Output, time};
use crate::terminal::{self, Terminal};
use crate::{calendars, json, policies};
use state::Report;

/// say whether changes are frozen, by which calendar, why, and until when
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand freeze && ./deploy\n  countermand freeze --at 2026-12-24T18:00:00Z\n  countermand freeze --calendar weekend --format json\n\nExits with 5 where a calendar is closed, with 0 where all are open. Calendars of\nSystems Manager are not asked."
)]
pub(crate) struct Args {
    #[command(flatten)]
    policies: policies::Args,

    /// at this time; else now
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,

    /// only the calendar of this name
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,

    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let policies = match args.policies.load(to)? {
        Ok(policies) => policies,
        Err(exit) => return Ok(exit),
    };
    let at = args.at.unwrap_or_else(Timestamp::now);
    let calendars = match calendars::asked(&policies, args.calendar.as_deref()) {
        Ok(calendars) => calendars,
        Err(complaint) => return to.refuse(&complaint),
    };
    let report = Report::at(at, &calendars, &policies);
    match args.output.format {
        Format::Json => to.out(&json::render(&report))?,
        Format::Human => to.out(&words::render(&report, terminal::out_width()))?,
    }
    Ok(if report.frozen {
        Exit::Frozen
    } else {
        Exit::Done
    })
}

//! `countermand freeze`: are we frozen, by what, why, and until when?

mod foreign;
mod state;
mod words;

use std::io;

use jiff::Timestamp;

use crate::aws::Login;
use crate::exit::Exit;
use crate::options::{Format, Output, time};
use crate::terminal::{self, Terminal};
use crate::{calendars, json, policies};
use state::{Report, State};

/// say whether changes are frozen, by which calendar, why, and until when
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand freeze && ./deploy\n  countermand freeze --at 2026-12-24T18:00:00Z\n  countermand freeze --calendar weekend --format json\n\nExits with 5 where changes are frozen, with 0 where they are not, and with 3 where\nSystems Manager does not tell of a change calendar. What freezes changes is a policy\nwith `when: freeze` or `when: change-calendar` that is not disabled, while all of its\ncalendars are closed; with `--calendar`, that calendar alone."
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

    #[command(flatten)]
    login: Login,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let policies = match args.policies.load(to)? {
        Ok(policies) => policies,
        Err(exit) => return Ok(exit),
    };
    let at = args.at.unwrap_or_else(Timestamp::now);
    let name = args.calendar.as_deref();
    let foreign = calendars::change_calendars(&policies, name);
    let own = match calendars::asked(&policies, name) {
        Ok(calendars) => calendars,
        Err(_) if !foreign.is_empty() => Vec::new(),
        Err(complaint) => return to.refuse(&complaint),
    };
    let own = own
        .iter()
        .map(|(it, calendar)| State::of(it, calendar, at, &policies));
    let foreign = foreign::ask(&foreign, args.at, &args.login, &policies);
    let report = Report::of(at, own.collect(), foreign, name, &policies);
    match args.output.format {
        Format::Json => to.out(&json::render(&report))?,
        Format::Human => to.out(&words::render(&report, terminal::out_width()))?,
    }
    Ok(match report.frozen {
        Some(true) => Exit::Frozen,
        Some(false) => Exit::Done,
        None => Exit::Refused,
    })
}

//! `countermand freeze`: are changes frozen, by which calendar, why, and until when?

mod change_calendar;
mod human;
mod report;

use jiff::Timestamp;

use crate::aws::Login;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::options::{OutputArgs, parse_time};
use crate::terminal::Terminal;
use crate::{calendars, policies};
use report::{CalendarReport, FreezeReport};

/// say whether changes are frozen, by which calendar, why, and until when
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand freeze && ./deploy\n  countermand freeze --at 2026-12-24T18:00:00Z\n  countermand freeze --calendar weekend --format json\n\nExits with 5 where changes are frozen, with 0 where they are not, and with 3 where\nSystems Manager does not say whether a change calendar is closed. A policy with\n`when: freeze` or `when: change-calendar` that is not disabled freezes changes while\nall of its calendars are closed. With `--calendar`, only that calendar counts."
)]
pub(crate) struct FreezeArgs {
    #[command(flatten)]
    policies: policies::PolicyArgs,

    /// at this time; else now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Timestamp>,

    /// only the calendar of this name
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    login: Login,
}

pub(crate) fn run(args: &FreezeArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let policies = args.policies.load(to)?;
    let at = args.at.unwrap_or_else(Timestamp::now);
    let name = args.calendar.as_deref();
    let change_calendars = calendars::change_calendars(&policies, name);
    let own = match calendars::select(&policies, name) {
        Ok(calendars) => calendars,
        Err(_) if !change_calendars.is_empty() => Vec::new(),
        Err(complaint) => return Err(complaint),
    };
    let own = own
        .iter()
        .map(|(it, calendar)| CalendarReport::of(it, calendar, at, &policies));
    let change_calendars =
        change_calendar::read(&change_calendars, args.at, &args.login, &policies);
    let report = FreezeReport::of(at, own.collect(), change_calendars, name, &policies);
    args.output
        .print(to, &report, |width| human::render(&report, width))?;
    Ok(match report.frozen {
        Some(true) => Exit::Frozen,
        Some(false) => Exit::Done,
        None => Exit::Refused,
    })
}

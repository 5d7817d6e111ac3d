//! `countermand calendar`: the coming weeks, as a picture, as JSON, or as iCalendar to subscribe to.

mod agenda;
mod ics;
mod picture;
mod weeks;

use clap::ValueEnum;
use jiff::Timestamp;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::options::parse_time;
use crate::terminal::{self, Terminal};
use crate::text::visible;
use crate::{calendars, json, policies};
pub(crate) use agenda::Agenda;
pub(crate) use picture::render as picture;
pub(crate) use weeks::Weeks;

/// show the coming weeks: when changes are frozen, and by which calendar
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  countermand calendar\n  countermand calendar --calendar weekend --weeks 8\n  countermand calendar --format ics --weeks 26 > freezes.ics\n\nWeeks begin on Monday, in the zone of the calendar. Events of `--format ics` keep their\nidentity from one run to the next: put the file where calendars can subscribe to it.\nChange calendars of Systems Manager are not shown: `countermand freeze` reads them."
)]
pub(crate) struct CalendarArgs {
    #[command(flatten)]
    policies: policies::PolicyArgs,

    /// from the week of this time on; else from this week on
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Timestamp>,

    /// how many weeks, up to 104
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=104))]
    weeks: u16,

    /// only the calendar of this name
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,

    /// for people, for machines, or as iCalendar
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "human|json|ics"
    )]
    format: CalendarFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum CalendarFormat {
    #[default]
    Human,
    Json,
    Ics,
}

pub(crate) fn run(args: &CalendarArgs, to: &Terminal) -> Result<Exit, Complaint> {
    let policies = args.policies.load(to)?;
    let calendars = calendars::select(&policies, args.calendar.as_deref())?;
    if calendars.is_empty() && args.format == CalendarFormat::Ics {
        let said = "there is nothing to subscribe to: the policies have no calendars\nwrite one under `calendars`";
        return Err(Complaint::of(said, Exit::Usage));
    }
    let weeks = Weeks {
        at: args.at.unwrap_or_else(Timestamp::now),
        count: args.weeks,
    };
    let agendas: Vec<_> = calendars
        .iter()
        .map(|(name, calendar)| Agenda::of(name, calendar, weeks, &policies))
        .collect();
    to.out(&match args.format {
        CalendarFormat::Human => picture(&agendas, weeks, terminal::out_width()),
        CalendarFormat::Json => json::document(&agenda::CalendarDocument::of(&agendas, weeks)),
        CalendarFormat::Ics => ics::render(&agendas, weeks),
    })?;
    if args.format == CalendarFormat::Human && args.calendar.is_none() {
        let foreign = calendars::change_calendars(&policies, None);
        for name in foreign {
            to.out(&format!(
                "not shown: the change calendar `{}`; `countermand freeze` reads it\n",
                visible(name)
            ))?;
        }
    }
    Ok(Exit::Done)
}

//! The weeks as iCalendar, for people to subscribe to.

use icalendar::{Calendar, Component, Event, Property};
use jiff::Timestamp;

use super::agenda::{Agenda, ClosedSpan};
use super::weeks::Weeks;
use crate::calendars::list_users;
use crate::text::{listed, visible};

pub(super) fn render(calendars: &[Agenda<'_>], weeks: Weeks) -> String {
    let mut ics = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//countermand//calendar//EN"),
    ] {
        ics.append_property(Property::new(key, value));
    }
    let names: Vec<_> = calendars.iter().map(|it| it.calendar.to_owned()).collect();
    ics.name(&visible(&format!("closed: {}", listed(names))));
    for agenda in calendars {
        ics.extend(agenda.closed.iter().map(|it| event(agenda, it, weeks)));
    }
    ics.to_string()
}

/// Its UID is made of the calendar and the begin, so that a later file updates the event and does not add another.
fn event(agenda: &Agenda<'_>, closed: &ClosedSpan, weeks: Weeks) -> Event {
    let name = agenda.calendar;
    let (first, last) = weeks.range(agenda.zone);
    let from = closed.from.unwrap_or(first);
    let until = closed.until.unwrap_or(last);
    let begins = closed.from.map_or("ever".to_owned(), ics_time);
    let mut event = Event::with_uid(&format!("{name}-{begins}@countermand"));
    event.add_property("DTSTAMP", ics_time(weeks.at));
    event.add_property("DTSTART", ics_time(from));
    event.add_property("DTEND", ics_time(until));
    event.summary(&visible(&summary(agenda, closed)));
    event.description(&description(agenda, closed));
    // Transparent events do not block the time of the people who subscribe.
    event.add_property("TRANSP", "TRANSPARENT");
    event.done()
}

fn summary(agenda: &Agenda<'_>, closed: &ClosedSpan) -> String {
    let name = agenda.calendar;
    let what = if agenda.freezes { "frozen" } else { "closed" };
    let whys = closed.because.iter().filter_map(|it| it.why.clone());
    let whys: Vec<_> = whys.collect();
    if whys.is_empty() {
        return format!("{what}: {name}");
    }
    format!("{what}: {name} ({})", listed(whys))
}

fn description(agenda: &Agenda<'_>, closed: &ClosedSpan) -> String {
    let periods = closed.because.iter();
    let periods = periods.map(|it| format!("closed {}", it.in_words()));
    let users = list_users(&agenda.policies);
    let users = (!users.is_empty()).then(|| format!("for {users}"));
    let description = agenda.description.map(str::to_owned);
    let goes_on = closed.until.is_none();
    let goes_on = goes_on.then(|| "it goes on after this, for good".to_owned());
    let lines = description
        .into_iter()
        .chain(periods)
        .chain(users)
        .chain(goes_on);
    let lines: Vec<_> = lines.map(|it| visible(&it)).collect();
    lines.join("\n")
}

fn ics_time(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

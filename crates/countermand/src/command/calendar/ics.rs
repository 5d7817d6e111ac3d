//! The same as iCalendar, for people to subscribe to.

use icalendar::{Calendar, Component, Event, Property};
use jiff::Timestamp;

use super::told::{Closed, Told};
use super::weeks::Weeks;
use crate::calendars::in_words;
use crate::text::{listed, visible};

pub(super) fn render(calendars: &[Told<'_>], weeks: Weeks) -> String {
    let mut ics = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//countermand//calendar//EN"),
    ] {
        ics.append_property(Property::new(key, value));
    }
    let names: Vec<_> = calendars.iter().map(|it| it.calendar.to_owned()).collect();
    ics.name(&visible(&format!("closed: {}", listed(&names))));
    for told in calendars {
        ics.extend(told.closed.iter().map(|it| event(told, it, weeks)));
    }
    ics.to_string()
}

/// Its identity is the calendar and when it begins: what comes again is no second event.
fn event(told: &Told<'_>, closed: &Closed, weeks: Weeks) -> Event {
    let name = told.calendar;
    let (first, last) = weeks.within(told.zone);
    let from = closed.from.unwrap_or(first);
    let until = closed.until.unwrap_or(last);
    let begins = closed.from.map_or("ever".to_owned(), written);
    let mut event = Event::with_uid(&format!("{name}-{begins}@countermand"));
    event.add_property("DTSTAMP", written(weeks.at));
    event.add_property("DTSTART", written(from));
    event.add_property("DTEND", written(until));
    event.summary(&visible(&summary(told, closed)));
    event.description(&description(told, closed));
    // Nobody is busy for it.
    event.add_property("TRANSP", "TRANSPARENT");
    event.done()
}

fn summary(told: &Told<'_>, closed: &Closed) -> String {
    let name = told.calendar;
    let what = if told.freezes { "frozen" } else { "closed" };
    let whys = closed.because.iter().filter_map(|it| it.why.clone());
    let whys: Vec<_> = whys.collect();
    if whys.is_empty() {
        return format!("{what}: {name}");
    }
    format!("{what}: {name} ({})", listed(&whys))
}

fn description(told: &Told<'_>, closed: &Closed) -> String {
    let periods = closed.because.iter();
    let periods = periods.map(|it| format!("closed {}", it.in_words()));
    let users = in_words(&told.policies);
    let users = (!users.is_empty()).then(|| format!("for {users}"));
    let description = told.description.map(str::to_owned);
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

fn written(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

//! Any calendar is closed or open at any time, and says until when.
#![no_main]

use countermand_core::load::{Source, load};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

/// Weekly or dated, and its numbers.
type End = (bool, u16, u8, u8, u8, u8);

fn end((weekly, year, month, day, hour, minute): End) -> String {
    let (hour, minute) = (hour % 25, minute % 60);
    if weekly {
        let days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
        format!("{} {hour:02}:{minute:02}", days[usize::from(day) % 7])
    } else {
        let (year, month, day) = (year % 10_000, 1 + month % 12, 1 + day % 31);
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

fn periods(ends: &[(End, End)]) -> String {
    let each = ends.iter().map(|(from, until)| format!("{{ from: {}, until: {}, why: w }}", end(*from), end(*until)));
    each.collect::<Vec<_>>().join(", ")
}

fuzz_target!(|given: (i64, u8, Vec<(End, End)>, Vec<(End, End)>)| {
    let (seconds, zone, closed, open) = given;
    let zones = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/New_York"];
    let zone = zones[usize::from(zone) % zones.len()];
    let text = format!("    zone: {zone}\n    closed: [{}]\n    open: [{}]\n", periods(&closed), periods(&open));
    let range = Timestamp::MAX.as_second() - Timestamp::MIN.as_second();
    let Ok(at) = Timestamp::from_second(Timestamp::MIN.as_second() + seconds.rem_euclid(range)) else { return };
    let sources = [Source::new("p.yaml", format!("version: 1\ncalendars:\n  c:\n{text}").into_bytes())];
    let Ok(policies) = load(&sources).into_policies() else { return };
    for calendar in policies.calendars().values() {
        let next = calendar.next_change_after(at);
        assert!(next.is_none_or(|next| next > at));
        assert!(calendar.last_change_until(at).is_none_or(|last| last <= at));
        assert_eq!(calendar.closed_at(at).is_some(), calendar.is_closed(at));
        if let Some(next) = next {
            assert_ne!(calendar.is_closed(next), calendar.is_closed(at), "{text} at {at}, {next}");
        }
        calendar.has_future(at);
    }
});

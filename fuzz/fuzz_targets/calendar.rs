//! The calendars of any file: closed or open, and when that changes.
#![no_main]

use countermand_core::load::{Source, load};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: (i64, &str)| {
    let (seconds, text) = given;
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

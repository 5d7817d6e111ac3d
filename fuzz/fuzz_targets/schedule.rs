//! A schedule never runs at or before the time that it is asked about.
#![no_main]

use countermand_core::schedule::Expression;
use countermand_core::zone::Zone;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: (i64, u8, u8, &str)| {
    let (seconds, zone, kind, inside) = given;
    let text = match kind % 4 {
        0 => format!("cron({inside})"),
        1 => format!("rate({inside})"),
        2 => format!("at({inside})"),
        _ => inside.to_owned(),
    };
    let Ok(expression) = text.parse::<Expression>() else { return };
    let zones = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/New_York"];
    let zone: Zone = zones[usize::from(zone) % zones.len()].parse().expect("a zone");
    let range = Timestamp::MAX.as_second() - Timestamp::MIN.as_second();
    let Ok(after) = Timestamp::from_second(Timestamp::MIN.as_second() + seconds.rem_euclid(range)) else { return };
    let mut last = after;
    for run in expression.runs_after(after, &zone).take(5) {
        assert!(run > last, "{text} after {last}: {run}");
        last = run;
    }
    assert_eq!(expression.never_fires_after(after, &zone), last == after && !matches!(expression, Expression::Rate(_)));
    let _ = expression.describe();
});

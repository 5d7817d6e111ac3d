//! Calendars that never change, and the ends of time.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{at, calendar, shown};

#[test]
fn what_never_changes_is_for_ever() {
    let halves = json!([
        { "from": "FRI 00:00", "until": "MON 00:00" },
        { "from": "MON 00:00", "until": "FRI 00:00" },
    ]);
    let now = at("2026-11-20T00:00:00Z");
    for zone in ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"] {
        let always = calendar(json!({ "zone": zone, "closed": halves }));
        let span = always.closed_at(now).unwrap();
        assert_eq!(
            (span.from, span.until, span.because.len()),
            (None, None, 1),
            "{zone}"
        );
        assert!(always.has_future(now), "{zone}");
    }
    let never = calendar(json!({ "closed": halves, "open": [
        { "from": "FRI 00:00", "until": "MON 00:00", "why": "paused" },
        { "from": "MON 00:00", "until": "FRI 00:00", "why": "paused" },
    ] }));
    assert!(!never.has_future(now));
}

#[test]
fn a_dated_end_far_away_is_found_and_nothing_is_after_it() {
    let far = calendar(json!({
        "closed": [{ "from": "FRI 00:00", "until": "MON 00:00" }, { "from": "MON 00:00", "until": "FRI 00:00" }],
        "open": [{ "from": "9000-01-01 00:00", "until": "9000-01-02 00:00", "why": "a day off" }],
    }));
    let now = at("2026-11-20T00:00:00Z");
    assert_eq!(shown(far.next_change_after(now)), "9000-01-01T00:00:00Z");
    assert_eq!(
        shown(far.last_change_until(at("9900-01-01T00:00:00Z"))),
        "9000-01-02T00:00:00Z"
    );

    let over = calendar(
        json!({ "closed": [{ "from": "2020-01-01 00:00", "until": "2021-01-01 00:00" }] }),
    );
    for (instant, future) in [
        ("2019-01-01T00:00:00Z", true),
        ("2020-12-31T23:59:59Z", true),
        ("2021-01-01T00:00:00Z", false),
    ] {
        assert_eq!(over.has_future(at(instant)), future, "{instant}");
    }
}

#[test]
fn the_ends_of_time_are_answered_too() {
    let to_the_end = calendar(json!({
        "zone": "America/New_York",
        "closed": [
            { "from": "9999-01-01 00:00", "until": "9999-12-31 23:59" },
            { "from": "FRI 17:00", "until": "THU 07:00" },
        ],
        "open": [{ "from": "0000-01-01 00:00", "until": "0000-01-01 00:01", "why": "the first minute" }],
    }));
    for instant in [
        Timestamp::MIN,
        Timestamp::MAX,
        at("9999-12-30T00:00:00Z"),
        at("-009999-02-01T00:00:00Z"),
    ] {
        let a_second_later = instant
            .checked_add(SignedDuration::from_secs(1))
            .unwrap_or(Timestamp::MAX);
        let _ = to_the_end.state_at(instant);
        let _ = to_the_end.closed_between(instant, a_second_later);
    }
    assert!(to_the_end.is_closed(Timestamp::MAX));
    assert_eq!(
        to_the_end.next_change_after(at("9999-12-30T00:00:00Z")),
        None
    );
}

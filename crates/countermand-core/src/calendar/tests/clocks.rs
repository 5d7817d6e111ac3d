//! Days on which clocks change.

use jiff::SignedDuration;
use serde_json::json;

use super::{at, calendar, shown, table};

#[test]
fn a_period_around_a_change_of_the_clocks() {
    for [what, zone, from, until, day, closed] in table(PERIODS) {
        let calendar =
            calendar(json!({ "zone": zone, "closed": [{ "from": from, "until": until }] }));
        let begin = at(&format!("{day}T00:00:00Z"));
        let spans = calendar.closed_between(begin, begin + SignedDuration::from_hours(48));
        let told: Vec<_> = spans
            .iter()
            .map(|it| format!("{} {}", shown(it.from), shown(it.until)))
            .collect();
        let told = if told.is_empty() {
            "never".to_owned()
        } else {
            told.join(", ")
        };
        assert_eq!(told, closed, "{what}");
    }
}

/// What the period does, its zone and ends, the first of the two days in question, and when it is closed then.
const PERIODS: &str = "
    begins in a gap                    | Europe/Berlin       | SUN 02:30 | SUN 05:00 | 2026-03-28 | 2026-03-29T01:00:00Z 2026-03-29T03:00:00Z
    is over in a gap                   | Europe/Berlin       | SUN 01:00 | SUN 02:30 | 2026-03-28 | 2026-03-29T00:00:00Z 2026-03-29T01:00:00Z
    lies in a gap                      | Europe/Berlin       | SUN 02:00 | SUN 03:00 | 2026-03-28 | never
    begins in a fold                   | Europe/Berlin       | SUN 02:30 | SUN 05:00 | 2026-10-24 | 2026-10-25T00:30:00Z 2026-10-25T04:00:00Z
    is over in a fold                  | Europe/Berlin       | SUN 01:00 | SUN 02:30 | 2026-10-24 | 2026-10-24T23:00:00Z 2026-10-25T01:30:00Z
    lies in a fold                     | Europe/Berlin       | SUN 02:15 | SUN 02:30 | 2026-10-24 | 2026-10-25T00:15:00Z 2026-10-25T01:30:00Z
    a night of an hour less            | America/New_York    | SAT 22:00 | SUN 06:00 | 2026-03-07 | 2026-03-08T03:00:00Z 2026-03-08T10:00:00Z
    a night of an hour more            | America/New_York    | SAT 22:00 | SUN 06:00 | 2026-10-31 | 2026-11-01T02:00:00Z 2026-11-01T11:00:00Z
    half an hour, twice                | Australia/Lord_Howe | SUN 01:30 | SUN 02:00 | 2026-04-04 | 2026-04-04T14:30:00Z 2026-04-04T15:30:00Z
    half an hour, skipped              | Australia/Lord_Howe | SUN 02:00 | SUN 02:30 | 2026-10-03 | never
    from a midnight that is skipped    | America/Sao_Paulo   | SUN 00:00 | SUN 02:00 | 2018-11-03 | 2018-11-04T03:00:00Z 2018-11-04T04:00:00Z
    before a midnight that comes late  | America/Sao_Paulo   | SAT 23:30 | SUN 00:00 | 2018-02-17 | 2018-02-18T01:30:00Z 2018-02-18T03:00:00Z
    from a midnight that comes twice   | America/St_Johns    | SUN 00:00 | SUN 01:00 | 2010-11-06 | 2010-11-07T02:30:00Z 2010-11-07T04:30:00Z
    a quarter skipped for good         | Asia/Kathmandu      | WED 00:10 | WED 01:00 | 1985-12-31 | 1985-12-31T18:30:00Z 1985-12-31T19:15:00Z
    on a day that is skipped           | Pacific/Apia        | FRI 09:00 | FRI 17:00 | 2011-12-29 | never
    across a day that is skipped       | Pacific/Apia        | FRI 09:00 | SAT 01:00 | 2011-12-29 | 2011-12-30T10:00:00Z 2011-12-30T11:00:00Z
";

/// Closed all Sunday, with one exception, on the day on which Berlin's clocks are put back.
#[test]
fn an_exception_takes_the_shorter_reading_of_a_repeated_hour() {
    for [what, from, until, opens] in table(EXCEPTIONS) {
        let (from, until) = (format!("2026-10-25 {from}"), format!("2026-10-25 {until}"));
        let calendar = calendar(json!({
            "zone": "Europe/Berlin",
            "closed": [{ "from": "SUN 00:00", "until": "MON 00:00" }],
            "open": [{ "from": from, "until": until, "why": what }],
        }));
        let sunday =
            calendar.closed_between(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"));
        let told = match sunday.as_slice() {
            [_] => "never".to_owned(),
            [before, after] => format!("{} {}", shown(before.until), shown(after.from)),
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(told, opens, "{what}");
    }
}

const EXCEPTIONS: &str = "
    begins in the fold  | 02:30 | 05:00 | 2026-10-25T01:30:00Z 2026-10-25T04:00:00Z
    is over in the fold | 01:00 | 02:30 | 2026-10-24T23:00:00Z 2026-10-25T00:30:00Z
    lies in the fold    | 02:15 | 02:30 | never
    holds the fold      | 01:00 | 03:00 | 2026-10-24T23:00:00Z 2026-10-25T02:00:00Z
    is the fold         | 02:00 | 03:00 | 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z
";

/// At one past midnight, clocks in St. John's were put back to the evening before.
#[test]
fn what_began_tomorrow_by_the_clock_holds_already() {
    let sunday = calendar(json!({
        "zone": "America/St_Johns",
        "closed": [{ "from": "SUN 00:00", "until": "SUN 01:00" }],
    }));
    let saturday_again = at("2010-11-07T02:45:00Z");
    assert!(sunday.is_closed(saturday_again));
}

#[test]
fn what_comes_once_a_year_is_found() {
    let only_in_the_fold = calendar(json!({
        "zone": "Europe/Berlin",
        "closed": [{ "from": "SUN 02:30", "until": "SUN 02:45" }],
        "open": [{ "from": "SUN 02:30", "until": "SUN 02:45", "why": "never mind" }],
    }));
    let now = at("2026-10-25T01:45:00Z");
    assert!(only_in_the_fold.has_future(now));
    assert_eq!(
        shown(only_in_the_fold.next_change_after(now)),
        "2027-10-31T00:30:00Z"
    );
    let before = only_in_the_fold.last_change_until(at("2026-10-01T00:00:00Z"));
    assert_eq!(shown(before), "2025-10-26T01:45:00Z");
}

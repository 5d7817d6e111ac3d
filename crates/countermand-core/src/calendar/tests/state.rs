//! The state of a calendar at an instant, and over a stretch of time.

use serde_json::json;

use super::{at, calendar, shown, table, weekend};
use crate::calendar::StateAt;

#[test]
fn an_instant_is_closed_or_open_since_and_until() {
    let weekend = weekend();
    for [what, instant, is, since, until] in table(INSTANTS) {
        let found = match weekend.state_at(at(instant)) {
            StateAt::Closed { since, until, .. } => ("closed", shown(since), shown(until)),
            StateAt::Open { since, until, .. } => ("open", shown(since), shown(until)),
        };
        assert_eq!(found, (is, since.to_owned(), until.to_owned()), "{what}");
        assert_eq!(weekend.is_closed(at(instant)), is == "closed", "{what}");
        let whole = weekend.closed_at(at(instant)).map(|it| shown(it.from));
        assert_eq!(
            whole.as_deref(),
            (is == "closed").then_some(since),
            "{what}"
        );
    }
}

const INSTANTS: &str = "
    before the weekend                     | 2026-11-27T15:59:59.999Z | open   | 2026-11-23T06:00:00Z | 2026-11-27T16:00:00Z
    as the weekend begins                  | 2026-11-27T16:00:00Z     | closed | 2026-11-27T16:00:00Z | 2026-11-30T06:00:00Z
    the last of the weekend                | 2026-11-30T05:59:59.999Z | closed | 2026-11-27T16:00:00Z | 2026-11-30T06:00:00Z
    as the weekend is over                 | 2026-11-30T06:00:00Z     | open   | 2026-11-30T06:00:00Z | 2026-12-04T16:00:00Z
    a weekend that runs into the year end  | 2026-12-19T00:00:00Z     | closed | 2026-12-18T16:00:00Z | 2026-12-28T08:00:00Z
    the exception                          | 2026-12-28T08:00:00Z     | open   | 2026-12-28T08:00:00Z | 2026-12-28T11:00:00Z
    over new year into a weekend           | 2026-12-31T23:30:00Z     | closed | 2026-12-28T11:00:00Z | 2027-01-04T06:00:00Z
    a weekend of an hour less              | 2026-03-28T12:00:00Z     | closed | 2026-03-27T16:00:00Z | 2026-03-30T05:00:00Z
    a weekend of an hour more              | 2026-10-25T12:00:00Z     | closed | 2026-10-23T15:00:00Z | 2026-10-26T06:00:00Z
";

#[test]
fn a_state_says_what_makes_it() {
    let weekend = weekend();
    let because = |instant: &str| match weekend.state_at(at(instant)) {
        StateAt::Closed { because, .. } => because.iter().map(ToString::to_string).collect(),
        StateAt::Open { exception, .. } => {
            exception.map_or_else(Vec::new, |it| vec![it.why.clone()])
        }
    };
    let (every_week, year_end) = (
        "FRI 17:00 until MON 07:00",
        "2026-12-20 00:00 until 2027-01-03 00:00",
    );
    for (what, instant, periods) in [
        ("a weekend", "2026-11-28T00:00:00Z", vec![every_week]),
        ("the year end", "2026-12-23T00:00:00Z", vec![year_end]),
        ("both", "2026-12-27T00:00:00Z", vec![every_week, year_end]),
        (
            "an exception",
            "2026-12-28T10:00:00Z",
            vec!["quarterly patch"],
        ),
        ("a plain working day", "2026-11-25T10:00:00Z", vec![]),
    ] {
        assert_eq!(because(instant), periods, "{what}");
    }
}

#[test]
fn an_exception_from_nothing_is_none() {
    let saturdays = calendar(json!({
        "closed": [{ "from": "SAT 00:00", "until": "SUN 00:00" }],
        "open": [{ "from": "MON 00:00", "until": "TUE 00:00", "why": "changes nothing" }],
    }));
    let monday = saturdays.state_at(at("2026-11-23T10:00:00Z"));
    assert!(
        matches!(
            monday,
            StateAt::Open {
                exception: None,
                ..
            }
        ),
        "{monday:?}"
    );
}

#[test]
fn closed_times_are_told_whole_and_with_their_periods() {
    let weekend = weekend();
    let found = |from: &str, until: &str| {
        let spans = weekend.closed_between(at(from), at(until));
        let found = spans.iter().map(|it| {
            format!(
                "{} {} of {}",
                shown(it.from),
                shown(it.until),
                it.because.len()
            )
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        found("2026-12-20T00:00:00Z", "2026-12-29T00:00:00Z"),
        [
            "2026-12-18T16:00:00Z 2026-12-28T08:00:00Z of 2",
            "2026-12-28T11:00:00Z 2027-01-04T06:00:00Z of 1"
        ],
    );
    let nothing: [&str; 0] = [];
    assert_eq!(
        found("2026-11-23T06:00:00Z", "2026-11-27T16:00:00Z"),
        nothing,
        "only touches"
    );
    assert_eq!(
        found("2026-12-21T00:00:00Z", "2026-12-20T00:00:00Z"),
        nothing,
        "turned round"
    );
}

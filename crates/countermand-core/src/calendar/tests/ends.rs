//! How ends are written, and which can be combined.

use proptest::prelude::*;

use crate::calendar::{
    PeriodEnd, PeriodEnds, RefusedEnds, UnreadableEnd, UnreadableMoment, UnreadableTime,
    UnreadableWeeklyMoment,
};

#[test]
fn an_end_is_weekly_or_dated() {
    for accepted in [
        "MON 00:00",
        "TUE 01:30",
        "WED 23:59",
        "THU 12:00",
        "FRI 17:00",
        "SAT 09:05",
        "SUN 20:00",
        "2026-12-20 17:00",
    ] {
        assert_eq!(accepted.parse::<PeriodEnd>().unwrap().to_string(), accepted);
    }
}

#[test]
fn an_end_that_is_neither_is_refused() {
    let refused = |given: &str| given.parse::<PeriodEnd>().unwrap_err();
    let unknown_day = |given: &str| match refused(&format!("{given} 17:00")) {
        UnreadableEnd::Weekly(UnreadableWeeklyMoment::UnknownDay { nearest, .. }) => nearest,
        other => panic!("{given}: {other:?}"),
    };
    for (given, nearest) in [
        ("fri", Some("FRI")),
        ("Friday", Some("FRI")),
        ("*", None),
        ("", None),
    ] {
        assert_eq!(unknown_day(given).as_deref(), nearest, "{given}");
    }
    for given in ["", "FRI", "FRI17:00", "tomorrow"] {
        let error = refused(given);
        assert!(
            matches!(
                error,
                UnreadableEnd::Weekly(UnreadableWeeklyMoment::NotAMoment { .. })
            ),
            "{given}: {error:?}"
        );
    }
    for given in ["FRI 7:00", "FRI 17", "FRI 5pm", "FRI  17:00", "FRI 17:00 "] {
        let error = refused(given);
        assert!(
            matches!(
                error,
                UnreadableEnd::Weekly(UnreadableWeeklyMoment::Time(
                    UnreadableTime::NotATime { .. }
                ))
            ),
            "{given}: {error:?}",
        );
    }
    assert!(matches!(
        refused("17:00"),
        UnreadableEnd::Dated(UnreadableMoment::NotAMoment { .. })
    ));
}

#[test]
fn ends_go_together_and_hold_time() {
    let ends =
        |from: &str, until: &str| PeriodEnds::new(from.parse().unwrap(), until.parse().unwrap());
    for (from, until) in [
        ("FRI 17:00", "MON 07:00"),
        ("MON 07:00", "FRI 17:00"),
        ("SUN 17:00", "SUN 16:59"),
        ("2026-12-20 00:00", "2026-12-20 00:01"),
        ("2026-12-20 00:00", "2027-01-03 00:00"),
    ] {
        assert_eq!(
            ends(from, until).unwrap().to_string(),
            format!("{from} until {until}")
        );
    }
    for (from, until) in [
        ("2026-12-20 00:00", "2026-12-20 00:00"),
        ("2027-12-20 00:00", "2026-12-21 00:00"),
    ] {
        assert!(
            matches!(ends(from, until), Err(RefusedEnds::NotAfter { .. })),
            "{from} {until}"
        );
    }
    for (from, until) in [
        ("FRI 17:00", "2026-12-21 00:00"),
        ("2026-12-21 00:00", "FRI 17:00"),
    ] {
        assert!(
            matches!(ends(from, until), Err(RefusedEnds::Mixed { .. })),
            "{from} {until}"
        );
    }
    assert!(matches!(
        ends("FRI 17:00", "FRI 17:00"),
        Err(RefusedEnds::Equal { .. })
    ));
}

proptest! {
    #[test]
    fn what_is_read_is_written_the_same(given in "(MON|TUE|WED|THU|FRI|SAT|SUN|MAN|fri) [0-2][0-9]:[0-6][0-9]") {
        if let Ok(end) = given.parse::<PeriodEnd>() {
            prop_assert_eq!(end.to_string(), given);
        }
    }

    #[test]
    fn nothing_that_is_given_panics(given in "[0-9A-Z: +-]{0,20}|.{0,20}") {
        let _ = given.parse::<PeriodEnd>();
    }
}

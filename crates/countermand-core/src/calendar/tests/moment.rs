//! Wall-clock minutes and their instants.

use jiff::Timestamp;
use proptest::prelude::*;

use super::table;
use crate::calendar::{Moment, Occurrence, UnreadableMoment, UnreadableTime};
use crate::zone::Zone;

#[test]
fn a_moment_is_written_one_way_only() {
    use UnreadableMoment::{NoSuchDay, NotAMoment, Time};
    let read = |given: &str| given.parse::<Moment>();
    for accepted in [
        "2026-12-20 17:00",
        "2028-02-29 23:59",
        "0000-01-01 00:00",
        "9999-12-31 23:59",
    ] {
        assert_eq!(read(accepted).unwrap().to_string(), accepted);
    }
    for given in [
        "",
        " ",
        "2026-12-20",
        "17:00",
        "2026-12-20T17:00",
        "20.12.2026 17:00",
        "2026-12 17:00",
        "-2026-12-20 17:00",
    ] {
        assert!(
            matches!(read(given), Err(NotAMoment { .. })),
            "{given}: {:?}",
            read(given)
        );
    }
    for given in [
        "2026-02-29 17:00",
        "2026-13-01 17:00",
        "2026-00-10 17:00",
        "2026-1-01 17:00",
        "26-01-01 17:00",
        "+026-01-01 17:00",
    ] {
        assert!(
            matches!(read(given), Err(NoSuchDay { .. })),
            "{given}: {:?}",
            read(given)
        );
    }
    for given in [
        "2026-12-20 ",
        "2026-12-20 5pm",
        "2026-12-20 7:00",
        "2026-12-20 17:60",
        "2026-12-20 25:00",
        "2026-12-20 17:00:00",
        "2026-12-20  17:00",
        "2026-12-20 +7:00",
    ] {
        assert!(
            matches!(read(given), Err(Time(UnreadableTime::NotATime { .. }))),
            "{given}: {:?}",
            read(given)
        );
    }
    assert_eq!(
        read("2026-12-20 24:00"),
        Err(Time(UnreadableTime::EndOfDay))
    );
}

#[test]
fn a_moment_is_an_instant_in_its_zone() {
    for [what, zone, moment, first, second] in table(INSTANTS) {
        let zone: Zone = zone.parse().unwrap();
        let moment: Moment = moment.parse().unwrap();
        let instant = |occurrence| moment.to_timestamp(&zone, occurrence).to_string();
        assert_eq!(instant(Occurrence::First), first, "{what}");
        assert_eq!(instant(Occurrence::Second), second, "{what}");
    }
}

const INSTANTS: &str = "
    an hour like any other                         | Europe/Berlin       | 2026-07-01 12:00 | 2026-07-01T10:00:00Z | 2026-07-01T10:00:00Z
    a time that is skipped                         | Europe/Berlin       | 2026-03-29 02:30 | 2026-03-29T01:00:00Z | 2026-03-29T01:00:00Z
    the first time that is skipped                 | Europe/Berlin       | 2026-03-29 02:00 | 2026-03-29T01:00:00Z | 2026-03-29T01:00:00Z
    the first time after the gap                   | Europe/Berlin       | 2026-03-29 03:00 | 2026-03-29T01:00:00Z | 2026-03-29T01:00:00Z
    a time that comes twice                        | Europe/Berlin       | 2026-10-25 02:30 | 2026-10-25T00:30:00Z | 2026-10-25T01:30:00Z
    the first time that comes twice                | Europe/Berlin       | 2026-10-25 02:00 | 2026-10-25T00:00:00Z | 2026-10-25T01:00:00Z
    the first time after the fold                  | Europe/Berlin       | 2026-10-25 03:00 | 2026-10-25T02:00:00Z | 2026-10-25T02:00:00Z
    a gap across the sea                           | America/New_York    | 2026-03-08 02:59 | 2026-03-08T07:00:00Z | 2026-03-08T07:00:00Z
    a fold across the sea                          | America/New_York    | 2026-11-01 01:00 | 2026-11-01T05:00:00Z | 2026-11-01T06:00:00Z
    a gap of half an hour                          | Australia/Lord_Howe | 2026-10-04 02:15 | 2026-10-03T15:30:00Z | 2026-10-03T15:30:00Z
    a fold of half an hour                         | Australia/Lord_Howe | 2026-04-05 01:45 | 2026-04-04T14:45:00Z | 2026-04-04T15:15:00Z
    a midnight that is skipped                     | America/Sao_Paulo   | 2018-11-04 00:00 | 2018-11-04T03:00:00Z | 2018-11-04T03:00:00Z
    an hour before midnight that comes twice       | America/Sao_Paulo   | 2018-02-17 23:30 | 2018-02-18T01:30:00Z | 2018-02-18T02:30:00Z
    a quarter of an hour that was skipped for good | Asia/Kathmandu      | 1986-01-01 00:10 | 1985-12-31T18:30:00Z | 1985-12-31T18:30:00Z
    a day that is skipped                          | Pacific/Apia        | 2011-12-30 12:00 | 2011-12-30T10:00:00Z | 2011-12-30T10:00:00Z
";

#[test]
fn a_moment_beyond_all_instants_is_the_last_of_them() {
    let last: Moment = "9999-12-31 23:59".parse().unwrap();
    for zone in ["UTC", "America/New_York", "Pacific/Kiritimati"] {
        let zone = zone.parse().unwrap();
        assert_eq!(last.to_timestamp(&zone, Occurrence::First), Timestamp::MAX);
    }
}

proptest! {
    #[test]
    fn what_is_read_is_written_the_same(given in "[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]") {
        if let Ok(moment) = given.parse::<Moment>() {
            prop_assert_eq!(moment.to_string(), given);
        }
    }

    #[test]
    fn nothing_that_is_given_panics(given in "[0-9A-Z: +-]{0,20}|.{0,20}") {
        let _ = given.parse::<Moment>();
    }
}

//! When schedules run.

use std::collections::{BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::read;
use crate::zone::Zone;

/// Why, expression, zone, after, and the first three runs: as the zone's clocks show them, with their offset.
const RUNS: &str = "\
strictly after | cron(0 3 * * ? *) | UTC | 2026-11-20T03:00:00Z | 2026-11-21T03:00+00 2026-11-22T03:00+00 2026-11-23T03:00+00
a nanosecond before | cron(0 3 * * ? *) | UTC | 2026-11-20T02:59:59.999999999Z | 2026-11-20T03:00+00 2026-11-21T03:00+00 2026-11-22T03:00+00
over the year's end, and the last there is | cron(59 23 31 12 ? 2026-2027) | UTC | 2026-01-01T00:00:00Z | 2026-12-31T23:59+00 2027-12-31T23:59+00
leap days only | cron(0 0 29 2 ? *) | UTC | 2096-02-29T00:00:00Z | 2104-02-29T00:00+00 2108-02-29T00:00+00 2112-02-29T00:00+00
a quarter of an hour in steps from a start | cron(5/20 0 1 1 ? *) | UTC | 2026-01-01T00:10:00Z | 2026-01-01T00:25+00 2026-01-01T00:45+00 2027-01-01T00:05+00
a zone three quarters of an hour off | cron(0 0 * * ? *) | Asia/Kathmandu | 2026-11-20T18:14:00Z | 2026-11-21T00:00+05:45 2026-11-22T00:00+05:45 2026-11-23T00:00+05:45
spring in Berlin skips the run in the gap | cron(30 2 * * ? *) | Europe/Berlin | 2026-03-28T00:00:00Z | 2026-03-28T02:30+01 2026-03-30T02:30+02 2026-03-31T02:30+02
the gap's own ends: its first minute is skipped, the first after it runs | cron(0 2,3 * * ? *) | Europe/Berlin | 2026-03-28T12:00:00Z | 2026-03-29T03:00+02 2026-03-30T02:00+02 2026-03-30T03:00+02
autumn in Berlin runs once, the first time | cron(30 2 * * ? *) | Europe/Berlin | 2026-10-24T12:00:00Z | 2026-10-25T02:30+02 2026-10-26T02:30+01 2026-10-27T02:30+01
between the two equal times nothing repeats | cron(30 2 * * ? *) | Europe/Berlin | 2026-10-25T01:10:00Z | 2026-10-26T02:30+01 2026-10-27T02:30+01 2026-10-28T02:30+01
the repeated hour stays silent as a whole | cron(0/30 * * * ? *) | Europe/Berlin | 2026-10-25T00:20:00Z | 2026-10-25T02:30+02 2026-10-25T03:00+01 2026-10-25T03:30+01
spring in New York | cron(15 2 * * ? *) | America/New_York | 2026-03-07T12:00:00Z | 2026-03-09T02:15-04 2026-03-10T02:15-04 2026-03-11T02:15-04
autumn in New York | cron(30 1 * * ? *) | America/New_York | 2026-10-31T12:00:00Z | 2026-11-01T01:30-04 2026-11-02T01:30-05 2026-11-03T01:30-05
Lord Howe loses half an hour | cron(0/15 2 * * ? *) | Australia/Lord_Howe | 2026-10-03T15:00:00Z | 2026-10-04T02:30+11 2026-10-04T02:45+11 2026-10-05T02:00+11
Lord Howe repeats half an hour | cron(30,45,50 1 5 4 ? *) | Australia/Lord_Howe | 2026-04-04T14:35:00Z | 2026-04-05T01:45+11 2026-04-05T01:50+11 2027-04-05T01:30+10:30
Sao Paulo's midnight did not exist that day | cron(0 0 * * ? *) | America/Sao_Paulo | 2018-11-03T12:00:00Z | 2018-11-05T00:00-02 2018-11-06T00:00-02 2018-11-07T00:00-02
Apia skipped a whole day | cron(0/30 12 * * ? *) | Pacific/Apia | 2011-12-29T22:00:00Z | 2011-12-29T12:30-10 2011-12-31T12:00+14 2011-12-31T12:30+14
at | at(2026-12-24T18:00:30) | Europe/Berlin | 2026-12-24T17:00:29Z | 2026-12-24T18:00+01
at, past | at(2026-12-24T18:00:30) | Europe/Berlin | 2026-12-24T17:00:30Z |
at in a gap: the first instant after it | at(2026-03-29T02:30:00) | Europe/Berlin | 2026-01-01T00:00:00Z | 2026-03-29T03:00+02
at the first time in a gap | at(2026-03-29T02:00:00) | Europe/Berlin | 2026-01-01T00:00:00Z | 2026-03-29T03:00+02
at in a gap of half an hour, by the rule for years not listed | at(2190-10-03T02:29:59) | Australia/Lord_Howe | 2026-01-01T00:00:00Z | 2190-10-03T02:30+11
at in a repeated hour: the first | at(2026-10-25T02:30:00) | Europe/Berlin | 2026-01-01T00:00:00Z | 2026-10-25T02:30+02
a rate is not for us to tell | rate(5 minutes) | UTC | 2026-01-01T00:00:00Z |
";

#[test]
fn a_schedule_runs_next_at() {
    for row in RUNS.lines() {
        let columns: Vec<_> = row.split('|').map(str::trim).collect();
        let [why, expression, zone, after, runs] = columns[..] else {
            panic!("{row}")
        };
        let (expression, zone) = (read(expression), zone.parse::<Zone>().unwrap());
        let shown: Vec<_> = expression
            .runs_after(after.parse().unwrap(), &zone)
            .take(3)
            .map(|run| {
                let run = run.to_zoned(zone.time_zone().clone());
                run.strftime("%Y-%m-%dT%H:%M").to_string() + &run.offset().to_string()
            })
            .collect();
        assert_eq!(shown.join(" "), runs, "{why}");
    }
}

#[test]
fn a_schedule_that_has_no_run_left_is_told_apart() {
    for (expression, zone, now, never) in [
        ("cron(0 0 30 2 ? *)", "UTC", "2026-01-01T00:00:00Z", true),
        (
            "cron(0 0 31 2,4,6,9,11 ? *)",
            "UTC",
            "2026-01-01T00:00:00Z",
            true,
        ),
        ("cron(0 0 30W 2 ? *)", "UTC", "1960-01-01T00:00:00Z", true),
        ("cron(0 0 29 2 ? 2100)", "UTC", "2026-01-01T00:00:00Z", true),
        (
            "cron(30 2 ? 3 1L *)",
            "Europe/Berlin",
            "2026-01-01T00:00:00Z",
            true,
        ),
        ("cron(0 0 * * ? 2025)", "UTC", "2025-12-31T00:00:00Z", true),
        ("cron(0 0 * * ? 2025)", "UTC", "2025-12-30T23:59:59Z", false),
        ("cron(* * * * ? *)", "UTC", "2199-12-31T23:59:00Z", true),
        (
            "at(2025-01-01T00:00:00)",
            "UTC",
            "2025-01-01T00:00:00Z",
            true,
        ),
        (
            "at(2025-01-01T00:00:00)",
            "America/New_York",
            "2025-01-01T00:00:00Z",
            false,
        ),
        ("rate(5 minutes)", "UTC", "2026-01-01T00:00:00Z", false),
    ] {
        let zone = zone.parse().unwrap();
        assert_eq!(
            read(expression).never_fires_after(now.parse().unwrap(), &zone),
            never,
            "{expression} after {now}"
        );
    }
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    for zone in [
        "UTC",
        "Europe/Berlin",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ] {
        let zone: Zone = zone.parse().unwrap();
        let every_minute = read("cron(* * * * ? *)");
        let first = every_minute.next_after(Timestamp::MIN, &zone).unwrap();
        assert_eq!(
            zone.time_zone().to_datetime(first).to_string(),
            "1970-01-01T00:00:00"
        );
        assert_eq!(every_minute.next_after(Timestamp::MAX, &zone), None);
        for edge in ["at(9999-12-31T23:59:59)", "at(0000-01-01T00:00:00)"] {
            let _ = read(edge).next_after(Timestamp::MIN, &zone);
            assert_eq!(read(edge).next_after(Timestamp::MAX, &zone), None);
        }
    }
}

/// A field's text, and its values, computed in another way.
fn field(least: i16, most: i16) -> impl Strategy<Value = (String, BTreeSet<i16>)> {
    let one = (least..=most, least..=most, 1..=7_i16, 0..5).prop_map(move |(a, b, step, form)| {
        let (from, until) = (a.min(b), a.max(b));
        let (text, named): (_, Box<dyn Fn(i16) -> bool>) = match form {
            0 => (format!("{a}"), Box::new(move |x| x == a)),
            1 => (
                format!("{from}-{until}"),
                Box::new(move |x| from <= x && x <= until),
            ),
            2 => (
                format!("{a}/{step}"),
                Box::new(move |x| x >= a && (x - a) % step == 0),
            ),
            3 => (
                format!("*/{step}"),
                Box::new(move |x| (x - least) % step == 0),
            ),
            _ => (
                format!("{from}-{until}/{step}"),
                Box::new(move |x| from <= x && x <= until && (x - from) % step == 0),
            ),
        };
        (
            text,
            (least..=most)
                .filter(|x| named(*x))
                .collect::<BTreeSet<_>>(),
        )
    });
    let list = proptest::collection::vec(one, 1..3).prop_map(|items| {
        let (texts, values): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        (texts.join(","), values.into_iter().flatten().collect())
    });
    prop_oneof![Just(("*".to_owned(), (least..=most).collect())), list]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Minute by minute around a change of clocks: a minute runs if the fields contain it, and only the first time that
    /// clocks show it.
    #[test]
    fn the_next_run_is_the_one_that_a_patient_reader_finds(
        (minutes, minute_set) in field(0, 59),
        (hours, hour_set) in field(0, 23),
        (days, day_set) in field(1, 31),
        (zone, change) in prop::sample::select(vec![
            ("Europe/Berlin", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z"),
            ("America/New_York", "2026-03-08T07:00:00Z"),
            ("America/New_York", "2026-11-01T06:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
            ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
            ("Asia/Kathmandu", "2026-12-31T18:15:00Z"),
        ]),
        seconds_before in -7_200..90_000_i64,
    ) {
        let expression = read(&format!("cron({minutes} {hours} {days} * ? *)"));
        let zone: Zone = zone.parse().unwrap();
        let change: Timestamp = change.parse().unwrap();
        let after = change - SignedDuration::from_secs(seconds_before);

        let day = SignedDuration::from_hours(24);
        let mut seen = HashSet::new();
        let mut patient = Vec::new();
        let mut minute = change - day - day;
        let end = change + day;
        while minute <= end {
            let local = zone.time_zone().to_datetime(minute);
            let named = minute_set.contains(&local.minute().into())
                && hour_set.contains(&local.hour().into())
                && day_set.contains(&local.day().into());
            if seen.insert(local) && named && minute > after {
                patient.push(minute);
            }
            minute += SignedDuration::from_mins(1);
        }

        let runs: Vec<_> = expression.runs_after(after, &zone).take_while(|run| *run <= end).collect();
        prop_assert_eq!(runs, patient, "{} after {}", expression, after);
    }

    #[test]
    fn no_instant_panics(
        (minutes, _) in field(0, 59),
        (months, _) in field(1, 12),
        (years, _) in field(1970, 2199),
        second in Timestamp::MIN.as_second()..Timestamp::MAX.as_second(),
    ) {
        let after = Timestamp::from_second(second).unwrap();
        let next = read(&format!("cron({minutes} 2 31 {months} ? {years})")).next_after(after, &Zone::UTC);
        prop_assert!(next.is_none_or(|next| next > after));
    }
}

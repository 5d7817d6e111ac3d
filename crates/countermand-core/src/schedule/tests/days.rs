//! On which days: compared with lists for each month.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use super::read;
use crate::zone::Zone;

/// The days of the month that fall on the weekday, in order.
fn named(month: Date, weekday: i8) -> Vec<Date> {
    all(month)
        .into_iter()
        .filter(|day| day.weekday() == Weekday::from_sunday_one_offset(weekday).unwrap())
        .collect()
}

fn all(month: Date) -> Vec<Date> {
    let days = usize::try_from(month.days_in_month()).unwrap();
    month.series(1.day()).take(days).collect()
}

fn workdays(month: Date) -> Vec<Date> {
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    all(month)
        .into_iter()
        .filter(|day| !weekend.contains(&day.weekday()))
        .collect()
}

#[test]
fn special_days_fall_on() {
    for (days, month, expected) in [
        ("L * ?", "2028 2", vec![29]),
        ("LW * ?", "2026 5", vec![29]),   // the 31st is a Sunday
        ("LW * ?", "2026 1", vec![30]),   // the 31st is a Saturday
        ("15W * ?", "2026 8", vec![14]),  // the 15th is a Saturday
        ("15W * ?", "2026 11", vec![16]), // the 15th is a Sunday
        ("1W * ?", "2026 8", vec![3]),    // the 1st is a Saturday: not into July
        ("31W * ?", "2026 5", vec![29]),  // the 31st is a Sunday: not into June
        ("31W * ?", "2026 11", vec![]),   // November has none
        ("? * 6L", "2026 11", vec![27]),
        ("? * 5L", "2026 12", vec![31]),
        ("? * L", "2026 11", vec![7, 14, 21, 28]),
        ("? * 3#2", "2026 11", vec![10]),
        ("? * mon#5", "2026 11", vec![30]),
        ("? * 3#5", "2026 11", vec![]),
        (
            "? * SUN,FRI-SAT",
            "2026 2",
            vec![1, 6, 7, 8, 13, 14, 15, 20, 21, 22, 27, 28],
        ),
        ("28/2 * ?", "2026 3", vec![28, 30]),
    ] {
        let (year, month) = month.split_once(' ').unwrap();
        let days_alone = days.replace(" * ", &format!(" {month} "));
        let expression = read(&format!("cron(0 0 {days_alone} {year})"));
        let after = jiff::Timestamp::UNIX_EPOCH;
        let found: Vec<_> = expression
            .runs_after(after, &Zone::UTC)
            .map(|run| Zone::UTC.time_zone().to_datetime(run).day())
            .collect();
        assert_eq!(found, expected, "{days} in {month} {year}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn days_are_those_that_a_calendar_shows(
        form in 0..6,
        day in 1..=31_i8,
        weekday in 1..=7_i8,
        nth in 1..=5_usize,
        year in 1971..2198_i16,
    ) {
        let text = match form {
            0 => "L * ?".to_owned(),
            1 => "LW * ?".to_owned(),
            2 => format!("{day}W * ?"),
            3 => format!("? * {weekday}L"),
            4 => format!("? * {weekday}#{nth}"),
            _ => format!("? * {weekday}"),
        };
        let mut expected = Vec::new();
        for month in 1..=12 {
            let month = date(year, month, 1);
            match form {
                0 => expected.extend(all(month).last()),
                1 => expected.extend(workdays(month).last()),
                2 if day > month.days_in_month() => {}
                2 => expected.extend(workdays(month).iter().min_by_key(|it| (it.day() - day).abs())),
                3 => expected.extend(named(month, weekday).last()),
                4 => expected.extend(named(month, weekday).get(nth - 1)),
                _ => expected.extend(named(month, weekday)),
            }
        }
        let before = date(year - 1, 12, 31).at(23, 59, 0, 0);
        let after = Zone::UTC.time_zone().to_timestamp(before).unwrap();
        let found: Vec<_> = read(&format!("cron(0 0 {text} *)"))
            .runs_after(after, &Zone::UTC)
            .map(|run| Zone::UTC.time_zone().to_datetime(run).date())
            .take_while(|date| date.year() == year)
            .collect();
        prop_assert_eq!(found, expected, "{} in {}", text, year);
    }
}

//! Whole weeks in the local time of a zone, divided into cells of a few hours: is the calendar closed in each?

use countermand_core::calendar::{Calendar, Moment, Occurrence};
use countermand_core::zone::Zone;
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};

/// Consecutive weeks, from the Monday on or before `at`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weeks {
    pub(crate) at: Timestamp,
    pub(crate) count: u16,
}

/// The state of a calendar during the hours of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Closed,
    Open,
    /// Open by an exception.
    Opened,
    /// First open, then closed.
    Closes,
    /// First closed, then open.
    Opens,
    /// It changes more than once.
    Both,
    /// Local time skips these hours.
    Skipped,
}

/// Seven days, with the same number of cells each.
pub(super) struct Week {
    pub(super) monday: Date,
    pub(super) cells: Vec<Cell>,
    /// The cell of the time in question.
    pub(super) at: Option<usize>,
}

type TimeRange = (Timestamp, Timestamp);

impl Weeks {
    pub(super) fn range(self, zone: &Zone) -> TimeRange {
        let first = self.first(zone);
        let last = first.saturating_add(i64::from(self.count).weeks());
        let begin = |day: Date| instant(day.to_datetime(jiff::civil::Time::midnight()), zone);
        (begin(first), begin(last))
    }

    /// Each week, in cells of `hours` hours.
    pub(super) fn cells(self, calendar: &Calendar, hours: i8) -> Vec<Week> {
        let zone = &calendar.zone;
        let (from, until) = self.range(zone);
        let closed = calendar.closed_within_times(from, until);
        let opened = calendar.opened_within_times(from, until);
        let mondays =
            (0..i64::from(self.count)).map(|nth| self.first(zone).saturating_add(nth.weeks()));
        let week = |monday: Date| {
            let begins = (0..=7 * 24 / i64::from(hours)).map(|nth| {
                let hour = nth * i64::from(hours);
                let day = monday.saturating_add((hour / 24).days());
                instant(day.at(i8::try_from(hour % 24).unwrap_or(0), 0, 0, 0), zone)
            });
            let begins: Vec<_> = begins.collect();
            let cells = begins.iter().zip(begins.iter().skip(1));
            let cells: Vec<_> = cells.map(|(from, until)| (*from, *until)).collect();
            Week {
                monday,
                at: cells
                    .iter()
                    .position(|(from, until)| *from <= self.at && self.at < *until),
                cells: cells
                    .into_iter()
                    .map(|it| cell(it, &closed, &opened))
                    .collect(),
            }
        };
        mondays.map(week).collect()
    }

    fn first(self, zone: &Zone) -> Date {
        let day = zone.time_zone().to_datetime(self.at).date();
        day.saturating_sub(day.weekday().to_monday_zero_offset().days())
    }
}

fn cell(hours: TimeRange, closed: &[TimeRange], opened: &[TimeRange]) -> Cell {
    let (from, until) = hours;
    if from >= until {
        return Cell::Skipped;
    }
    let within = |all: &[TimeRange]| {
        let first = all.partition_point(|it| it.1 <= from);
        let mut those = all
            .iter()
            .skip(first)
            .take_while(|it| it.0 < until)
            .copied();
        (those.next(), those.next())
    };
    match within(closed) {
        (None, _) if within(opened).0.is_some() => Cell::Opened,
        (None, _) => Cell::Open,
        (Some(_), Some(_)) => Cell::Both,
        (Some(one), None) => match (one.0 <= from, until <= one.1) {
            (true, true) => Cell::Closed,
            (true, false) => Cell::Opens,
            (false, true) => Cell::Closes,
            (false, false) => Cell::Both,
        },
    }
}

fn instant(clock: DateTime, zone: &Zone) -> Timestamp {
    Moment::from(clock).to_timestamp(zone, Occurrence::First)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four cells for each day.
    fn week(zone: &str, periods: &str, at: &str) -> String {
        let calendar = format!(r#"{{ "zone": "{zone}", {periods} }}"#);
        let calendar: Calendar = serde_json::from_str(&calendar).unwrap();
        let at = at.parse().unwrap();
        let weeks = Weeks { at, count: 1 }.cells(&calendar, 6);
        let cells = weeks[0].cells.iter().map(|it| match it {
            Cell::Closed => 'C',
            Cell::Open => '.',
            Cell::Opened => 'o',
            Cell::Closes => 'c',
            Cell::Opens => 'O',
            Cell::Both => 'b',
            Cell::Skipped => ' ',
        });
        let cells: Vec<_> = cells.collect();
        let days = cells.chunks(4).map(|day| day.iter().collect::<String>());
        let at = weeks[0].at.unwrap();
        format!(
            "{} {} {at}",
            weeks[0].monday,
            days.collect::<Vec<_>>().join("|")
        )
    }

    #[test]
    fn each_cell_is_what_the_clocks_of_the_zone_make_of_it() {
        let weekend = r#""closed": [{ "from": "FRI 17:00", "until": "MON 07:00" }]"#;
        let opened = r#""closed": [{ "from": "FRI 17:00", "until": "MON 07:00" }],
            "open": [{ "from": "SAT 06:00", "until": "SAT 18:00", "why": "x" }, { "from": "TUE 06:00", "until": "TUE 18:00", "why": "x" }]"#;
        let twice = r#""closed": [{ "from": "TUE 01:00", "until": "TUE 02:00" }, { "from": "WED 01:00", "until": "WED 02:00" }, { "from": "WED 04:00", "until": "WED 07:00" }]"#;
        for (what, zone, periods, at, expected) in [
            (
                "a weekend",
                "Europe/Berlin",
                weekend,
                "2026-11-20T16:00:00Z",
                "2026-11-16 CO..|....|....|....|..cC|CCCC|CCCC 18",
            ),
            (
                "Monday's first instant is of its week",
                "Europe/Berlin",
                weekend,
                "2026-11-22T23:00:00Z",
                "2026-11-23 CO..|....|....|....|..cC|CCCC|CCCC 0",
            ),
            (
                "an exception where it is closed",
                "UTC",
                opened,
                "2026-11-20T16:00:00Z",
                "2026-11-16 CO..|....|....|....|..cC|CooC|CCCC 18",
            ),
            (
                "an exception that begins inside a cell",
                "UTC",
                r#""closed": [{ "from": "SAT 09:00", "until": "SAT 12:00" }], "open": [{ "from": "SAT 09:00", "until": "SAT 13:00", "why": "x" }]"#,
                "2026-11-20T16:00:00Z",
                "2026-11-16 ....|....|....|....|....|.o..|.... 18",
            ),
            (
                "closed for less than a cell",
                "UTC",
                twice,
                "2026-11-16T00:00:00Z",
                "2026-11-16 ....|b...|bO..|....|....|....|.... 0",
            ),
            (
                "the hour that clocks skip",
                "Europe/Berlin",
                weekend,
                "2026-03-29T01:00:00Z",
                "2026-03-23 CO..|....|....|....|..cC|CCCC|CCCC 24",
            ),
            (
                "the day that clocks skip",
                "Pacific/Apia",
                weekend,
                "2011-12-31T00:00:00Z",
                "2011-12-26 CO..|....|....|....|    |CCCC|CCCC 22",
            ),
        ] {
            assert_eq!(week(zone, periods, at), expected, "{what}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        for at in [Timestamp::MIN, Timestamp::MAX] {
            let calendar = r#"{ "closed": [{ "from": "FRI 17:00", "until": "MON 07:00" }] }"#;
            let calendar: Calendar = serde_json::from_str(calendar).unwrap();
            assert_eq!(Weeks { at, count: 104 }.cells(&calendar, 3).len(), 104);
        }
    }
}

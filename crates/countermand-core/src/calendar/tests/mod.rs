//! How calendars are parsed, and their states: by examples, and against a slow and obvious model.

mod clocks;
mod ends;
mod far_away;
mod moment;
mod properties;
mod reading;
mod state;

use jiff::Timestamp;
use serde_json::json;

use super::Calendar;

fn calendar(written: serde_json::Value) -> Calendar {
    serde_json::from_value(written).unwrap()
}

fn weekend() -> Calendar {
    calendar(json!({
        "zone": "Europe/Berlin",
        "closed": [
            { "from": "FRI 17:00", "until": "MON 07:00" },
            { "from": "2026-12-20 00:00", "until": "2027-01-03 00:00", "why": "year end" },
        ],
        "open": [{ "from": "2026-12-28 09:00", "until": "2026-12-28 12:00", "why": "quarterly patch" }],
    }))
}

fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

fn shown(instant: Option<Timestamp>) -> String {
    instant.map_or_else(|| "-".to_owned(), |it| it.to_string())
}

/// The rows of a table that is written with bars between its columns.
fn table<const COLUMNS: usize>(written: &str) -> impl Iterator<Item = [&str; COLUMNS]> {
    written.trim().lines().map(|row| {
        let columns: Vec<_> = row.split('|').map(str::trim).collect();
        columns.try_into().unwrap()
    })
}

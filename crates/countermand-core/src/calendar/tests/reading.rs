//! How calendars are written.

use serde_json::json;

use super::{calendar, weekend};
use crate::calendar::Calendar;

#[test]
fn a_calendar_is_written_as_it_was_read() {
    let sparse =
        json!({ "zone": "UTC", "closed": [{ "from": "FRI 17:00", "until": "MON 07:00" }] });
    let full = serde_json::to_value(weekend()).unwrap();
    assert_eq!(full["open"][0]["until"], "2026-12-28 12:00");
    for written in [sparse, full] {
        assert_eq!(
            serde_json::to_value(calendar(written.clone())).unwrap(),
            written
        );
    }
    let no_zone = json!({ "closed": [{ "from": "FRI 17:00", "until": "MON 07:00" }] });
    assert_eq!(calendar(no_zone).zone.name(), "UTC");
}

#[test]
fn a_calendar_that_cannot_be_meant_is_refused_where_it_is_wrong() {
    let fine = json!({ "from": "FRI 17:00", "until": "MON 07:00" });
    let but = |key: &str, value: serde_json::Value| {
        let mut period = fine.clone();
        period[key] = value;
        period
    };
    for (what, written, place) in [
        ("nothing", json!({}), "."),
        ("no closed period", json!({ "closed": [] }), "closed"),
        (
            "only exceptions",
            json!({ "open": [but("why", json!("x"))] }),
            ".",
        ),
        (
            "an unknown key",
            json!({ "closed": [fine], "timezone": "UTC" }),
            "timezone",
        ),
        (
            "an unknown zone",
            json!({ "closed": [fine], "zone": "Berlin" }),
            "zone",
        ),
        (
            "an unknown key in a period",
            json!({ "closed": [fine, but("to", json!("x"))] }),
            "closed[1].to",
        ),
        (
            "a number for an end",
            json!({ "closed": [but("until", json!(7))] }),
            "closed[0].until",
        ),
        (
            "an end that is none",
            json!({ "closed": [but("until", json!("MON 7:00"))] }),
            "closed[0].until",
        ),
        (
            "ends that do not go together",
            json!({ "closed": [fine, but("until", json!("2026-12-20 00:00"))] }),
            "closed[1]",
        ),
        (
            "an exception without a why",
            json!({ "closed": [fine], "open": [fine] }),
            "open[0]",
        ),
        (
            "an exception with an empty why",
            json!({ "closed": [fine], "open": [but("why", json!(" "))] }),
            "open[0]",
        ),
    ] {
        let error = serde_path_to_error::deserialize::<_, Calendar>(written).expect_err(what);
        assert_eq!(error.path().to_string(), place, "{what}: {error}");
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_says_what_is_required() {
    let schema = serde_json::to_value(schemars::schema_for!(Calendar)).unwrap();
    assert_eq!(schema["required"], json!(["closed"]));
    assert_eq!(schema["properties"]["zone"]["default"], "UTC");
    assert_eq!(schema["properties"]["closed"]["minItems"], 1);
    let periods = &schema["$defs"];
    assert_eq!(
        periods["Exception"]["required"],
        json!(["from", "until", "why"])
    );
    assert_eq!(periods["Period"]["required"], json!(["from", "until"]));
}

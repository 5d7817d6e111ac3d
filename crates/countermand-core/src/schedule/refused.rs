//! Why an expression is not a schedule, and what to write instead.

use std::num::NonZeroU32;

/// What is wrong, and on a second line what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(
        "`{given}` is not a schedule\nwrite one as `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-12-24T18:00:00)`"
    )]
    NotASchedule { given: String },
    #[error("the schedule is {characters} characters long: AWS takes at most 256")]
    TooLong { characters: usize },
    #[error(
        "`{given}` is not spaced as AWS wants it\nput exactly one space between the parts, and none around them"
    )]
    Spaces { given: String },

    #[error("`rate({given})` is not a value and a unit\nwrite it as `rate(5 minutes)`")]
    RateShape { given: String },
    #[error(
        "`{given}` is not a rate\nthe value is a whole number from 1 to {}, without a leading zero",
        u32::MAX
    )]
    RateValue { given: String },
    #[error("`{given}` is not a unit that AWS takes\n{}", .nearest.map_or("it is `minutes`, `hours` or `days`".to_owned(), |it| format!("did you mean `{it}`?")))]
    RateUnit {
        given: String,
        nearest: Option<&'static str>,
    },
    #[error("`{unit}` is the unit of 1 only\nwrite `rate({value} {unit}s)`")]
    RateSingular { value: NonZeroU32, unit: String },

    #[error("`cron({given})` has {fields} field{}: it needs 6, minutes hours day-of-month month day-of-week year\n{}", if *fields == 1 { "" } else { "s" }, six_fields(.instead.as_deref()))]
    FieldCount {
        given: String,
        fields: usize,
        instead: Option<String>,
    },
    #[error("`{given}` is not in the {field} field's range\nit takes {takes}")]
    OutOfRange {
        field: &'static str,
        takes: &'static str,
        given: String,
    },
    #[error("`{given}` means nothing in the {field} field\n{}", .nearest.map_or_else(|| format!("it takes {takes}"), |it| format!("did you mean `{it}`?")))]
    NotAValue {
        field: &'static str,
        takes: &'static str,
        given: String,
        nearest: Option<&'static str>,
    },
    #[error("`{wildcard}` is not for the {field} field\nit takes {takes}")]
    Wildcard {
        field: &'static str,
        takes: &'static str,
        wildcard: char,
    },
    #[error(
        "`{given}` in the {field} field is incomplete\nput a value on both sides of `,`, `-`, `/` and `#`, and before `W`"
    )]
    Incomplete { field: &'static str, given: String },
    #[error(
        "`{given}` must be alone in the {field} field\nit cannot be part of a list, range or step"
    )]
    NotAlone { field: &'static str, given: String },
    #[error("`{from}-{until}` in the {field} field runs backwards\nwrite `{instead}`")]
    Backwards {
        field: &'static str,
        from: String,
        until: String,
        instead: String,
    },
    #[error(
        "`{from}-{until}` in the {field} field mixes a number and a name\nwrite two numbers or two names"
    )]
    NumberAndName {
        field: &'static str,
        from: String,
        until: String,
    },
    #[error("`{given}` is not a step for the {field} field\nit takes steps from 1 to {most}")]
    Step {
        field: &'static str,
        given: String,
        most: i16,
    },
    #[error("`{given}` in the {field} field steps from a name\nwrite numbers before the `/`")]
    StepFromName { field: &'static str, given: String },
    #[error(
        "`{given}` is not the first to fifth such day of a month\nwrite as `3#2` for the second Tuesday"
    )]
    Nth { given: String },
    #[error("day-of-month is `{of_month}` and day-of-week is `{of_week}`\nput `?` in one of them")]
    BothDays { of_month: String, of_week: String },
    #[error("day-of-month and day-of-week are both `?`\nput a value or `*` in one of them")]
    NoDays,

    #[error(
        "`{given}` is not a time\nwrite it as `2026-12-24T18:00:00`, and the zone beside the expression"
    )]
    AtShape { given: String },
    #[error("`{given}` is in no calendar or on no clock")]
    NoSuchTime { given: String },
}

fn six_fields(instead: Option<&str>) -> String {
    instead.map_or_else(
        || "put `?` in one of the two day fields, and `*` for any year".to_owned(),
        |it| format!("did you mean `{it}`?"),
    )
}

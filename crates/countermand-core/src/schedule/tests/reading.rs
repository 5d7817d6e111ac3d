//! Which expressions are schedules.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::read;
use crate::schedule::{Expression, PATTERN, Refused};

#[test]
fn what_aws_documents_is_accepted_and_kept_as_written() {
    for given in [
        "rate(1 minute)",
        "rate(1 days)", // from the user guide
        "rate(5 minutes)",
        "rate(4294967295 days)",
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(0 3 * * ? *)",
        "cron(0 3 ? * * *)",
        "cron(0/15 * * * ? *)",
        "cron(*/15 */23 * */12 ? */229)",
        "cron(10-30/5,45 8-8 * * ? *)",
        "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
        "cron(1-31/30 1-1 ? * 1,7 *)",
        "cron(05 07/12 01 09 ? *)",
        "cron(0 8 1/7 * ? *)",
        "cron(0 0 L * ? *)",
        "cron(0 0 LW * ? *)",
        "cron(0 0 31W * ? *)",
        "cron(0 0 ? jan-Mar,DEC mon-FRI 1970,2199)",
        "cron(0 0 ? * L *)",
        "cron(0 0 ? * FRIL *)",
        "cron(0 0 ? * tue#2 *)",
        "cron(0 0 ? * 3#5 *)",
        "cron(0 0 30 2 ? *)",
        "at(2026-12-24T18:00:00)",
        "at(2028-02-29T23:59:59)",
        "at(0000-01-01T00:00:00)",
        "at(9999-12-31T23:59:59)",
    ] {
        assert_eq!(read(given).to_string(), given);
    }
}

macro_rules! refused {
    ($($given:literal => $variant:ident,)*) => {$(
        let error = $given.parse::<Expression>().unwrap_err();
        assert!(matches!(error, Refused::$variant { .. }), "{}: {error:?}", $given);
    )*};
}

#[test]
fn what_is_neither_a_rate_nor_a_time_is_refused() {
    refused! {
        "" => NotASchedule,
        "0 3 * * ? *" => NotASchedule,
        "rate 5 minutes" => NotASchedule,
        "rate(5 minutes) " => NotASchedule,
        "Cron(0 3 * * ? *)" => NotASchedule,
        "rate()" => RateShape,
        "rate(5)" => RateShape,
        "rate(1 hour 5 minutes)" => RateShape,
        "rate(5  minutes)" => Spaces,
        "rate( 5 minutes)" => Spaces,
        "rate(5\tminutes)" => Spaces,
        "rate(0 minutes)" => RateValue,
        "rate(05 minutes)" => RateValue,
        "rate(-5 minutes)" => RateValue,
        "rate(+5 minutes)" => RateValue,
        "rate(1.5 hours)" => RateValue,
        "rate(4294967296 days)" => RateValue,
        "rate(99999999999999999999999 days)" => RateValue,
        "rate(5 weeks)" => RateUnit,
        "rate(5 Minutes)" => RateUnit,
        "rate(5 minute)" => RateSingular,
        "at()" => AtShape,
        "at(2026-12-24)" => AtShape,
        "at(2026-12-24 18:00:00)" => AtShape,
        "at(2026-12-24T18:00)" => AtShape,
        "at(2026-12-24T18:00:00Z)" => AtShape,
        "at(2026-12-24T18:00:00.5)" => AtShape,
        "at(26-12-24T18:00:00)" => AtShape,
        "at(+026-12-24T18:00:00)" => AtShape,
        "at(2026-1-1T8:00:00)" => AtShape,
        "at(2026-02-29T18:00:00)" => NoSuchTime,
        "at(2026-13-01T18:00:00)" => NoSuchTime,
        "at(2026-12-24T24:00:00)" => NoSuchTime,
        "at(2026-12-24T23:59:60)" => NoSuchTime,
    }
}

#[test]
fn what_aws_refuses_or_leaves_open_in_a_time_of_day_is_refused() {
    refused! {
        "cron()" => FieldCount,
        "cron(* * * * *)" => FieldCount,
        "cron(0 0 3 * * ? *)" => FieldCount,
        "cron(0\u{a0}3 * * * ? *)" => Spaces,
        "cron(60 3 * * ? *)" => OutOfRange,
        "cron(0 24 * * ? *)" => OutOfRange,
        "cron(x 3 * * ? *)" => NotAValue,
        "cron(? 3 * * ? *)" => Wildcard,
        "cron(0 L * * ? *)" => Wildcard,
        "cron(1,,2 3 * * ? *)" => Incomplete,
        "cron(1- 3 * * ? *)" => Incomplete,
        "cron(/5 3 * * ? *)" => Incomplete,
        "cron(-1 3 * * ? *)" => Incomplete,
        "cron(*,5 3 * * ? *)" => NotAlone,
        "cron(0 22-6 * * ? *)" => Backwards,
        "cron(*/60 * * * ? *)" => Step,
        "cron(0/0 * * * ? *)" => Step,
        "cron(0 */24 * * ? *)" => Step,
        "cron(0/x * * * ? *)" => Step,
        "cron(0/15/2 * * * ? *)" => Step,
    }
}

#[test]
fn what_aws_refuses_or_leaves_open_in_days_is_refused() {
    refused! {
        "cron(0 3  * * ? *)" => Spaces,
        "cron(0 3 * * ? * )" => Spaces,
        "cron(0 3 0 * ? *)" => OutOfRange,
        "cron(0 3 32W * ? *)" => OutOfRange,
        "cron(0 3 * 13 ? *)" => OutOfRange,
        "cron(0 3 ? * 0 *)" => OutOfRange,
        "cron(0 3 ? * 8L *)" => OutOfRange,
        "cron(0 3 ? * 0#1 *)" => OutOfRange,
        "cron(0 3 * * ? 1969)" => OutOfRange,
        "cron(0 3 * * ? 2200)" => OutOfRange,
        "cron(0 3 * * ? 99999999999999999999)" => OutOfRange,
        "cron(0 3 * APRIL ? *)" => NotAValue,
        "cron(0 3 ? * Monday *)" => NotAValue,
        "cron(0 3 ٣ * ? *)" => NotAValue,
        "cron(0 3 l * ? *)" => NotAValue,
        "cron(0 3 * ? MON *)" => Wildcard,
        "cron(0 3 3#2 * ? *)" => Wildcard,
        "cron(0 3 ? * 3W *)" => Wildcard,
        "cron(0 3 ? * */2 *)" => Wildcard,
        "cron(0 3 ? * MON-FRI/2 *)" => Wildcard,
        "cron(0 3 * * ? ?)" => Wildcard,
        "cron(0 3 W * ? *)" => Incomplete,
        "cron(0 3 ? * #2 *)" => Incomplete,
        "cron(0 3 ? * 3# *)" => Incomplete,
        "cron(0 3 L-3 * ? *)" => NotAlone,
        "cron(0 3 L,15 * ? *)" => NotAlone,
        "cron(0 3 20,15W * ? *)" => NotAlone,
        "cron(0 3 ? * 3#1,6#3 *)" => NotAlone,
        "cron(0 3 ? * 2,6L *)" => NotAlone,
        "cron(0 3 ? * ?,MON *)" => NotAlone,
        "cron(0 3 ? * FRI-MON *)" => Backwards,
        "cron(0 3 * * ? 2030-2026)" => Backwards,
        "cron(0 3 ? * 2-FRI *)" => NumberAndName,
        "cron(0 3 1 JAN/3 ? *)" => StepFromName,
        "cron(0 3 1 JAN-JUL/3 ? *)" => StepFromName,
        "cron(0 3 ? * 3#6 *)" => Nth,
        "cron(0 3 ? * 3#0 *)" => Nth,
        "cron(0 3 * * * *)" => BothDays,
        "cron(0 3 1 * MON *)" => BothDays,
        "cron(0 3 ? * ? *)" => NoDays,
    }
}

#[test]
fn what_aws_has_no_room_for_is_refused() {
    let room = |minutes| format!("cron({} 3 * * ? *)", ["5"; 120].join(",") + minutes);
    assert_eq!(read(&room("0")).to_string().len(), 256);
    let error = room(",5").parse::<Expression>().unwrap_err();
    assert!(matches!(error, Refused::TooLong { characters: 257 }));
}

#[test]
fn a_refusal_says_what_to_write_instead() {
    for (given, instead) in [
        ("cron(* * * * *)", "cron(* * * * ? *)"),
        ("cron(0 3 * * ?)", "cron(0 3 * * ? *)"),
        ("cron(0 3 * * MON-FRI)", "cron(0 3 ? * MON-FRI *)"),
        ("cron(0 3 ? * 2)", "cron(0 3 ? * 2 *)"),
        ("cron(0 3 ? * FRI-MON *)", "FRI-SAT,SUN-MON"),
        ("cron(0 3 ? * SAT-SUN *)", "SAT,SUN"),
        ("cron(0 22-6 * * ? *)", "22-23,0-6"),
        ("cron(0 3 * 11-2 ? *)", "11-12,1-2"),
        ("cron(0 3 * * ? 2030-2026)", "2026-2030"),
        ("cron(0 3 ? * Monday *)", "MON"),
        ("rate(5 minute)", "rate(5 minutes)"),
        ("rate(5 mins)", "minutes"),
    ] {
        let error = given.parse::<Expression>().unwrap_err().to_string();
        let (_, help) = error.split_once('\n').unwrap();
        assert!(help.contains(&format!("`{instead}`")), "{given}: {error}");
    }
    // 1 is Monday in Unix and Sunday in AWS: only its author knows which day this is.
    let error = "cron(0 3 * * 1)".parse::<Expression>().unwrap_err();
    assert!(matches!(error, Refused::FieldCount { instead: None, .. }));
}

#[test]
fn a_schedule_is_described_where_few_words_say_it_all() {
    for (given, described) in [
        ("rate(1 days)", Some("every day")),
        ("rate(1 minute)", Some("every minute")),
        ("rate(5 minutes)", Some("every 5 minutes")),
        (
            "at(2026-12-24T18:00:00)",
            Some("once, at 2026-12-24 18:00:00"),
        ),
        ("cron(5 3 * * ? *)", Some("every day at 03:05")),
        ("cron(5 3 ? * 1-7 *)", Some("every day at 03:05")),
        ("cron(5 3 ? * 1-6 *)", None),
        ("cron(5 3 * 1-11 ? *)", None),
        ("cron(5 3 * * ? 2026)", None),
        ("cron(5,6 3 * * ? *)", None),
    ] {
        assert_eq!(read(given).describe().as_deref(), described, "{given}");
    }
}

#[test]
fn a_rate_knows_its_length() {
    for (given, every) in [
        ("rate(1 minute)", SignedDuration::from_mins(1)),
        ("rate(2 hours)", SignedDuration::from_hours(2)),
        ("rate(1 days)", SignedDuration::from_hours(24)),
        (
            "rate(4294967295 days)",
            SignedDuration::from_hours(24 * 4_294_967_295),
        ),
    ] {
        let Expression::Rate(rate) = read(given) else {
            panic!("{given}")
        };
        assert_eq!(rate.every(), every, "{given}");
    }
}

#[test]
fn a_schedule_is_a_string_in_json() {
    let json = r#""cron(0 3 * * ? *)""#;
    let expression: Expression = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&expression).unwrap(), json);
    let error = serde_json::from_str::<Expression>(r#""cron(0 3 ? * ? *)""#).unwrap_err();
    assert!(error.to_string().contains("both `?`"), "{error}");
}

proptest! {
    #[test]
    fn no_string_panics(given in any::<String>(), name in "rate|cron|at") {
        let _ = given.parse::<Expression>();
        let _ = format!("{name}({given})").parse::<Expression>();
    }

    #[test]
    fn nothing_that_looks_like_a_schedule_panics_and_what_is_one_reads_back(given in PATTERN.trim_matches(['^', '$'])) {
        if let Ok(expression) = given.parse::<Expression>() {
            prop_assert_eq!(&expression.to_string(), &given);
            prop_assert_eq!(read(&expression.to_string()), expression);
        }
    }

    #[test]
    fn every_cron_that_is_refused_is_refused_in_words(
        fields in proptest::collection::vec("[0-9,*?/LW#-]{1,4}|[0-9]{1,2}|[*?]|MON|1#[1-5]|2000", 6)
    ) {
        if let Err(error) = format!("cron({})", fields.join(" ")).parse::<Expression>() {
            prop_assert!(!error.to_string().contains("``"), "{error}");
        }
    }
}

//! The patterns of the schema accept all that the parsers accept, and refuse what a pattern can refuse.

use std::fmt::Debug;
use std::str::FromStr;

use countermand_core::calendar::{Moment, PeriodEnd};
use countermand_core::name::{Glob, Pattern, Template};
use countermand_core::operations::ecs_stop_service_deployment::{ClusterName, ServiceName};
use countermand_core::operations::opensearch::DomainName;
use countermand_core::operations::proton_cancel_service_instance_deployment::ProtonName;
use countermand_core::operations::ssm_cancel_maintenance_window_execution::WindowName;
use countermand_core::policy::{Duration, PolicyName};
use countermand_core::schedule::Expression;
use countermand_core::zone::Zone;
use jsonschema::Validator;
use proptest::strategy::{Strategy, ValueTree};
use schemars::JsonSchema;

/// A type that is text in policies, with its parser and its schema.
struct Text {
    validator: Validator,
    is_read: fn(&str) -> bool,
}

fn text<T: FromStr + JsonSchema>() -> Text
where
    T::Err: Debug,
{
    let schema = schemars::schema_for!(T).to_value();
    Text {
        validator: jsonschema::draft202012::new(&schema).unwrap(),
        is_read: |it| it.parse::<T>().is_ok(),
    }
}

impl Text {
    /// Whether the parser accepts it, and whether the schema does.
    fn verdicts(&self, it: &str) -> (bool, bool) {
        ((self.is_read)(it), self.validator.is_valid(&it.into()))
    }
}

/// Of the strategy's texts, the parser must accept at least some, and the schema all of those.
fn nothing_read_is_invalid<T: FromStr + JsonSchema>(strategy: &str)
where
    T::Err: Debug,
{
    let subject = text::<T>();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = proptest::string::string_regex(strategy).unwrap();
    let mut read = 0;
    for _ in 0..2_000 {
        let it = strategy.new_tree(&mut runner).unwrap().current();
        match subject.verdicts(&it) {
            (true, true) => read += 1,
            (true, false) => panic!("the schema refuses `{it}`"),
            (false, _) => {}
        }
    }
    assert!(read > 100, "only {read} texts are read");
}

#[test]
fn schedules() {
    nothing_read_is_invalid::<Expression>(r"rate\([1-9][0-9]{0,10} (minute|hour|day)s?\)");
    nothing_read_is_invalid::<Expression>(
        r"at\([0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\)",
    );
    let minutes = r"(\*|[0-9]|[1-5][0-9]|[0-9]/[1-9]|[1-3]-[4-9]|[0-9],[0-9])";
    let hours = r"(\*|[0-9]|1[0-9]|\*/[1-9]|[1-3]-[4-9],1[0-9])";
    let days = r"(([0-9LW*]|1[0-9]|[1-9]W|LW|[1-9]/[1-9]) (\*|[1-9]|1[0-2]|JAN|feb-DEC|1/2) \?|\? \* ([1-7]|L|[1-7]L|SUNL|MON-FRI|sat|[1-7]#[1-5]|TUE#2|1,7|\*))";
    let years = r"(\*|20[0-9]{2}|20[0-4]0-20[5-9]0|1999/[1-9])";
    nothing_read_is_invalid::<Expression>(&format!(r"cron\({minutes} {hours} {days} {years}\)"));
}

#[test]
fn times() {
    let clock = "[0-2][0-9]:[0-5][0-9]";
    let date = "[0-9]{4}-[01][0-9]-[0-3][0-9]";
    nothing_read_is_invalid::<Moment>(&format!("{date} {clock}"));
    nothing_read_is_invalid::<PeriodEnd>(&format!("({date}|MON|TUE|WED|THU|FRI|SAT|SUN) {clock}"));
    nothing_read_is_invalid::<Duration>("([0-9]{1,3}d)?([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,7}s)?");
}

#[test]
fn names() {
    nothing_read_is_invalid::<PolicyName>("[a-z0-9-]{1,42}");
    nothing_read_is_invalid::<Glob>(r"\PC{1,20}");
    nothing_read_is_invalid::<Glob>(r"[a*? ]{1,12}");
    nothing_read_is_invalid::<Pattern>(
        r"[a*?é-]{0,3}(\{[a-z_0-9-]{1,3}(:[a:/é]{1,3}(\|[b -]{1,3}){0,2})?\}[a-c*?-]{0,3}){0,2}",
    );
    let template = r"[a*?-]{0,3}(\{([a-z_0-9-]{1,3}|account|region|alarm\.name|alarm\.(dimensions|tags|contributor)\.[A-Za-z .*?:/é]{1,4})\}[a9*?-]{0,3}){0,2}";
    nothing_read_is_invalid::<Template<ClusterName>>(template);
    nothing_read_is_invalid::<Template<ServiceName>>(template);
    nothing_read_is_invalid::<Template<WindowName>>(template);
    nothing_read_is_invalid::<Template<DomainName>>(template);
    nothing_read_is_invalid::<Template<ProtonName>>(template);
}

#[test]
fn every_zone_of_the_database_is_valid() {
    let zones = text::<Zone>();
    let mut count = 0;
    for name in jiff::tz::TimeZoneDatabase::bundled().available() {
        if zones.verdicts(name.as_str()).0 {
            assert_eq!(zones.verdicts(name.as_str()), (true, true), "{name}");
            count += 1;
        }
    }
    assert!(count > 400, "only {count} zones are read");
}

#[test]
fn a_name_takes_the_same_characters_by_its_pattern_as_by_its_kind() {
    let kinds = [
        ("an alarm", text::<Pattern>()),
        ("a tag", text::<Glob>()),
        ("a cluster", text::<Template<ClusterName>>()),
        ("a service", text::<Template<ServiceName>>()),
        ("a window", text::<Template<WindowName>>()),
        ("a domain", text::<Template<DomainName>>()),
        ("a Proton service", text::<Template<ProtonName>>()),
    ];
    let characters = ('\0'..='\u{17f}').chain(['\u{2028}', '\u{feff}', '\u{1f680}']);
    for character in characters {
        for (kind, subject) in &kinds {
            let (read, valid) = subject.verdicts(&format!("a{character}a"));
            assert_eq!(read, valid, "{character:?} in the name of {kind}");
        }
    }
}

fn both_refuse<T: FromStr + JsonSchema>(texts: &[&str])
where
    T::Err: Debug,
{
    let subject = text::<T>();
    for it in texts {
        assert_eq!(subject.verdicts(it), (false, false), "`{it}`");
    }
}

#[test]
fn what_cannot_be_a_schedule_is_refused_by_both() {
    both_refuse::<Expression>(&[
        "",
        "0 3 * * ? *",
        "rate 5 minutes",
        "rate(5 minutes) ",
        "Cron(0 3 * * ? *)",
        "rate()",
        "rate(5)",
        "rate(0 minutes)",
        "rate(05 minutes)",
        "rate(1.5 hours)",
        "rate(5 weeks)",
        "rate(5  minutes)",
        "cron(0 3 * * ?)",
        "cron(0  3 * * ? *)",
        "cron(0\u{a0}3 * * * ? *)",
        "cron(? 3 * * ? *)",
        "cron(0 L * * ? *)",
        "at(2026-12-24)",
        "at(2026-12-24T18:00)",
        "at(2026-12-24T18:00:00Z)",
    ]);
}

#[test]
fn what_cannot_be_an_end_of_a_period_is_refused_by_both() {
    both_refuse::<PeriodEnd>(&[
        "",
        "FRI",
        "17:00",
        "fri 17:00",
        "FRI 24:00",
        "FRI 7:00",
        "FRI  17:00",
        "FRI 17:00 ",
        "2026-12-20",
        "2026-13-20 17:00",
        "2026-12-32 17:00",
        "2026-12-20T17:00",
        "2026-12-20 17:00:00",
    ]);
}

#[test]
fn what_cannot_be_a_length_of_time_is_refused_by_both() {
    both_refuse::<Duration>(&[
        "", "10", "m", "10 m", "-10m", "1.5h", "30m1h", "10M", "1m1m", "none",
    ]);
}

#[test]
fn what_cannot_be_an_alarm_name_is_refused_by_both() {
    both_refuse::<Pattern>(&[
        "",
        "{",
        "}",
        "a}",
        "{}",
        "{A}",
        "{a b}",
        "{a:}",
        "{a:x|}",
        "{a:*}",
        "{a:x\u{1}}",
        "a**",
        "{{a}}",
        "a\nb",
    ]);
}

#[test]
fn what_cannot_be_a_target_is_refused_by_both() {
    both_refuse::<Template<ClusterName>>(&[
        "",
        "prod web",
        "prod/web",
        "{}",
        "{a:b}",
        "{alarm.nam}",
        "{alarm.tags}",
        "{alarm.tags.}",
        "{A}",
        "**",
        "é",
    ]);
}

#[test]
fn what_cannot_be_a_zone_is_refused_by_both() {
    both_refuse::<Zone>(&["", "Europe Berlin", "+02:00", " UTC", "UTC ", "\u{e9}"]);
}

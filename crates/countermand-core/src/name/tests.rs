use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Domain;

impl NameKind for Domain {
    const WHAT: &'static str = "a domain name";
    const LONGEST: usize = 10;

    fn allows(character: char) -> bool {
        character.is_ascii_lowercase() || character == '-'
    }
}

#[test]
fn a_glob_matches_whole_names_only() {
    for (glob, name, matches) in [
        ("checkout", "checkout", true),
        ("checkout", "checkout-2", false),
        ("checkout", "my-checkout", false),
        ("checkout", "Checkout", false),
        ("*", "", true),
        ("*", "anything at all", true),
        ("web-*", "web-", true),
        ("web-*", "web", false),
        ("*-5xx", "web-5xx-5xx", true),
        ("*-5xx", "web-5xx-", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false),
        ("w?b", "web", true),
        ("w?b", "wb", false),
        ("w?b", "wéb", true),
        ("?*", "", false),
        ("?*?", "é", false),
        ("?*?", "éé", true),
        ("a?c*", "abcabc", true),
    ] {
        let glob: Glob = glob.parse().unwrap();
        assert_eq!(glob.matches(name), matches, "`{glob}` on `{name}`");
    }
}

#[test]
fn a_glob_with_many_stars_does_not_take_for_ever() {
    let glob: Glob = ("*a".repeat(100) + "b").parse().unwrap();
    assert!(!glob.matches(&"a".repeat(1_000)));
    let pattern: Pattern = ("{e:x|y}".to_owned() + &"*a".repeat(100) + "b")
        .parse()
        .unwrap();
    assert!(!pattern.matches(&("x".to_owned() + &"a".repeat(250))));
}

#[test]
fn what_can_match_nothing_is_refused() {
    let refused = |source: &str| source.parse::<Glob<Domain>>().unwrap_err();
    assert_eq!(refused(""), Malformed::Empty);
    assert_eq!(refused("a**"), Malformed::DoubledStar("a**".into()));
    assert_eq!(refused("a{b"), Malformed::Unclosed("a{b".into()));
    assert_eq!(refused("a}b"), Malformed::Unopened("a}b".into()));
    assert_eq!(refused("a{b{c}}"), Malformed::Unclosed("a{b{c}}".into()));
    assert_eq!(refused("{b}"), Malformed::Braces("b".into()));
    assert!(matches!(
        refused("prod_*"),
        Malformed::Impossible { found: '_', .. }
    ));
    assert!(matches!(
        refused("elevenlette"),
        Malformed::TooLongForKind { longest: 10, .. }
    ));
    assert!(matches!(
        refused("???????????"),
        Malformed::TooLongForKind { .. }
    ));
    assert_eq!(refused(&"a".repeat(1_025)), Malformed::TooLong(1_025));
    assert!(matches!(
        "?b*c".parse::<Glob<AccountId>>().unwrap_err(),
        Malformed::Impossible { found: 'b', .. }
    ));
    for account in ["1", "????????????3", "1111222233334"] {
        assert!(account.parse::<Glob<AccountId>>().is_err(), "`{account}`");
    }
    for account in ["*", "1*", "????????????", "*3333", "111122223333*"] {
        assert!(account.parse::<Glob<AccountId>>().is_ok(), "`{account}`");
    }
    let alarm = |choice: usize| format!("{{a:{}|bb}}{}", "c".repeat(choice), "d".repeat(254));
    assert!(alarm(1).parse::<Pattern>().is_ok());
    assert!(matches!(
        alarm(2).parse::<Pattern>(),
        Err(Malformed::TooLongForKind { longest: 255, .. })
    ));
    assert!("*-*-*-*".parse::<Glob<Domain>>().is_ok());
}

#[test]
fn a_pattern_captures_what_its_braces_stand_for() {
    for (pattern, name, captured) in [
        ("{service}-5xx", "checkout-5xx", Some("service=checkout")),
        ("{service}-5xx", "web-shop-5xx", Some("service=web-shop")),
        ("{service}-5xx", "-5xx", None),
        ("{service}-5xx", "checkout-4xx", None),
        (
            "{cluster:web|batch}-{service}-5xx",
            "web-shop-5xx",
            Some("cluster=web service=shop"),
        ),
        (
            "{cluster:web|batch}-{service}-5xx",
            "batch-a-b-5xx",
            Some("cluster=batch service=a-b"),
        ),
        ("{cluster:web|batch}-{service}-5xx", "dev-shop-5xx", None),
        ("{a:x|xy}-end", "xy-end", Some("a=xy")),
        ("*/{env:prod|dev}", "a/b/dev", Some("env=dev")),
        ("checkout ?xx {x}", "checkout 5xx é", Some("x=é")),
        ("no captures *", "no captures here", Some("")),
    ] {
        let found = pattern.parse::<Pattern>().unwrap().captures(name);
        let found = found.map(|it| {
            it.iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect::<Vec<_>>()
                .join(" ")
        });
        assert_eq!(found.as_deref(), captured, "`{pattern}` on `{name}`");
    }
}

#[test]
fn a_pattern_that_reads_a_name_in_two_ways_is_refused_with_that_name() {
    for source in [
        "{cluster}-{service}-5xx",
        "{a}{b}",
        "*-{service}-5xx",
        "{service}*",
        "*{env:prod|dev}*",
        "{cluster:web|web-a}-{service}",
        "{a:x|xy}{b:yz|z}",
    ] {
        let Err(Malformed::TwoReadings {
            name, one, other, ..
        }) = source.parse::<Pattern>()
        else {
            panic!("`{source}` was taken");
        };
        assert_ne!(one, other, "`{source}` on `{name}`");
    }
    let shortest = "{cluster:web|web-a}-{service}"
        .parse::<Pattern>()
        .unwrap_err();
    assert_eq!(
        shortest,
        Malformed::TwoReadings {
            pattern: "{cluster:web|web-a}-{service}".into(),
            name: "web-a-g".into(),
            one: "cluster `web` and service `a-g`".into(),
            other: "cluster `web-a` and service `g`".into(),
        }
    );
}

#[test]
fn a_pattern_that_is_too_much_to_prove_is_refused_and_what_people_write_is_not() {
    let listed = |prefix: &str, many: usize| {
        let choices = (0..many).map(|it| format!("{prefix}{it:02}"));
        choices.collect::<Vec<_>>().join("|")
    };
    for source in [
        "{cluster:web|batch}-{service}-5xx".to_owned(),
        "{env:prod|dev|test}-{region:eu|us|ap}-{service}-*".replace("-*", "-5xx"),
        "a*b*{env:prod|dev}".to_owned(),
        format!("{{service:{}}}-{{what}}", listed("service-", 20)),
        format!("{{service:{}}}-*", listed("", 60)),
    ] {
        assert!(source.parse::<Pattern>().is_ok(), "`{source}`");
    }
    for source in [
        "*a".repeat(40) + "{e:x|y}",
        format!("{{a:{}}}-{{b}}", listed("service-", 90)),
    ] {
        assert_eq!(
            source.parse::<Pattern>(),
            Err(Malformed::TooMuchToProve(source.clone()))
        );
    }
}

#[test]
fn a_capture_is_named_once_and_chooses_from_a_proper_list() {
    let refused = |source: &str| source.parse::<Pattern>().unwrap_err();
    assert_eq!(refused("{}"), Malformed::CaptureName(String::new()));
    assert_eq!(
        refused("{Service}"),
        Malformed::CaptureName("Service".into())
    );
    assert_eq!(refused("{a.b}"), Malformed::CaptureName("a.b".into()));
    assert_eq!(refused("{a:x|y}-{a}"), Malformed::CapturedTwice("a".into()));
    for inside in ["a:", "a:x|", "a:x|x", "a:x*"] {
        assert_eq!(
            refused(&format!("{{{inside}}}")),
            Malformed::Alternatives(inside.into())
        );
    }
}

#[test]
fn a_template_takes_from_the_event_a_name_and_never_a_pattern() {
    let resolve = |template: &str, values: &[&'static str]| {
        let template: Template<Domain> = template.parse().unwrap();
        template
            .resolve(|_| values.to_vec())
            .map_err(|error| error.why)
    };
    let glob = resolve("{service}-*", &["shop"]).unwrap();
    assert!(glob.matches("shop-eu") && !glob.matches("shoq-eu"));
    assert_eq!(
        resolve("{service}", &["shop"]).unwrap().exact(),
        Some("shop")
    );
    assert_eq!(resolve("{service}", &[]), Err(Why::Missing));
    assert_eq!(resolve("{service}", &[""]), Err(Why::Empty));
    assert_eq!(
        resolve("{alarm.dimensions.S}", &["a", "b"]),
        Err(Why::Disagree(vec!["a".into(), "b".into()]))
    );
    for unfit in ["*", "?", "web *", "elevenlette"] {
        assert!(
            matches!(resolve("{service}", &[unfit]), Err(Why::Unfit { .. })),
            "{unfit}"
        );
    }
    let any: Template<AnyName> = "{alarm.name}".parse().unwrap();
    assert!(!any.resolve(|_| vec!["*-5xx"]).unwrap().matches("web-5xx"));
}

#[test]
fn a_template_knows_what_an_event_can_give() {
    use Reference::*;
    for (inside, reference) in [
        ("service", Capture("service".into())),
        ("alarm.name", AlarmName),
        (
            "alarm.dimensions.Service Name",
            Dimension("Service Name".into()),
        ),
        ("alarm.tags.team", Tag("team".into())),
        (
            "alarm.contributor.TableName",
            Contributor("TableName".into()),
        ),
        ("account", Account),
        ("region", Region),
    ] {
        assert_eq!(inside.parse(), Ok(reference), "{inside}");
    }
    for (inside, nearest) in [
        ("alarm.nam", Some("alarm.name")),
        ("alarm.dimension.X", Some("alarm.dimensions.X")),
        ("alarm.tags.", Some("alarm.tags.X")),
        ("Nothing Like It", None),
    ] {
        let Err(Malformed::Reference { nearest: found, .. }) = inside.parse::<Reference>() else {
            panic!("`{inside}` was taken");
        };
        assert_eq!(found.as_deref(), nearest, "{inside}");
    }
}

/// All readings of the name, by brute force.
fn all_readings(parts: &[parts::Part<pattern::Capture>], name: &str) -> BTreeSet<Vec<String>> {
    use parts::Part::*;
    let Some((part, rest)) = parts.split_first() else {
        return if name.is_empty() {
            BTreeSet::from([vec![]])
        } else {
            BTreeSet::new()
        };
    };
    let cuts = (0..=name.len()).filter(|cut| name.is_char_boundary(*cut));
    let mut found = BTreeSet::new();
    for cut in cuts {
        let (taken, left) = name.split_at(cut);
        let fits = match part {
            Text(text) => taken == text,
            One => taken.chars().count() == 1,
            Many => true,
            Braced(it) if it.choices.is_empty() => !taken.is_empty(),
            Braced(it) => it.choices.iter().any(|choice| choice == taken),
        };
        if fits {
            for mut reading in all_readings(rest, left) {
                if let Braced(it) = part {
                    reading.push(format!("{}={taken}", it.name));
                }
                found.insert(reading);
            }
        }
    }
    found
}

fn some_pattern() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("a".to_owned()),
        Just("b-".to_owned()),
        Just("*".to_owned()),
        Just("?".to_owned()),
        Just("{x}".to_owned()),
        Just("{y:a|ab}".to_owned()),
        Just("{z:b|-}".to_owned()),
    ];
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_text_makes_a_pattern_panic(source in any::<String>(), name in any::<String>()) {
        if let Ok(pattern) = source.parse::<Pattern>() { pattern.captures(&name); }
        if let Ok(glob) = source.parse::<Glob>() { glob.matches(&name); }
        let _ = source.parse::<Template<AnyName>>();
    }

    #[test]
    fn a_taken_pattern_reads_as_the_slow_reference_does(source in some_pattern(), name in "[ab-]{0,7}") {
        if let Ok(pattern) = source.parse::<Pattern>() {
            let parts = parts::Parts::parse(&source, str::parse).unwrap();
            let readings = all_readings(&parts.0, &name);
            prop_assert!(readings.len() <= 1, "{readings:?}");
            let mut expected: Option<Vec<String>> = readings.into_iter().next();
            if let Some(reading) = &mut expected { reading.sort(); }
            let found = pattern.captures(&name);
            let found = found.map(|it| it.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>());
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_refused_pattern_really_reads_its_name_in_two_ways(source in some_pattern()) {
        if let Err(Malformed::TwoReadings { name, .. }) = source.parse::<Pattern>() {
            let parts = parts::Parts::parse(&source, str::parse).unwrap();
            prop_assert!(all_readings(&parts.0, &name).len() > 1, "`{}` on `{}`", source, name);
        }
    }

    #[test]
    fn a_glob_agrees_with_a_pattern_of_the_same_text(source in "[ab*?]{1,8}", name in "[ab]{0,8}") {
        if let (Ok(glob), Ok(pattern)) = (source.parse::<Glob>(), source.parse::<Pattern>()) {
            prop_assert_eq!(glob.matches(&name), pattern.matches(&name));
            prop_assert_eq!(glob.to_string(), source);
        }
    }
}

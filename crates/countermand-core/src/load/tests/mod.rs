mod doubtful;
mod mistakes;

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::problem::ProblemCode;

/// A right policy, to be broken in one place.
const RIGHT: &str = "\
version: 1
policies:
  - name: rollback
    mode: enforce
    when:
      alarm: { name: \"{service}-5xx\" }
    do:
      - ecs.stop-service-deployment: { cluster: web, service: \"{service}\" }
";

fn told(sources: &[Source], problems: &[Problem]) -> Vec<String> {
    let tell = |problem: &Problem| {
        let source = &sources[problem.source];
        let place = source.position(problem.span.start);
        let code = serde_json::to_value(problem.code).unwrap();
        format!("{}:{} {}", place.line, place.column, code.as_str().unwrap())
    };
    problems.iter().map(tell).collect()
}

fn problems_of(name: &str, text: &str) -> Vec<String> {
    let sources = [Source::new(name, text.into())];
    told(&sources, load(&sources).problems())
}

/// `RIGHT` with one text for another.
fn with(from: &str, to: &str) -> String {
    assert_eq!(RIGHT.matches(from).count(), 1, "{from}");
    RIGHT.replace(from, to)
}

#[test]
fn a_right_policy_is_taken_as_yaml_and_as_json() {
    assert_eq!(problems_of("p.yaml", RIGHT), [""; 0]);
    let json = r#"{
	"version": 1,
	"policies": [{
		"name": "rollback",
		"when": { "alarm": { "name": "{service}-\ud83d\ude80" } },
		"do": [{ "ecs.stop-service-deployment": { "cluster": "web", "service": "{service}" } }]
	}]
}"#;
    assert_eq!(problems_of("p.json", json), [""; 0]);
    let sources = [Source::new("p.yaml", RIGHT.into())];
    let policies = load(&sources).into_policies().unwrap();
    assert_eq!(policies.list()[0].name.as_str(), "rollback");
}

#[test]
fn a_mistake_hides_no_other() {
    let text = "\
version: 1
calendars:
  weekend:
    zone: Europe/Berln
    closed: [{ from: FRI 17:00, until: FRI 17:00 }]
policies:
  - name: Bad Name
    mode: act
    when: { alarm: { nam: x } }
    do:
      - ecs.stop-service-deployment: { cluster: \"a b\", service: 5, colour: red }
      - s3.delete-bucket: { bucket: all }
    during: week-end
    limit: { changes: -1 }
  - name: second
    when: { schedule: { expression: cron(0 6 * * ? *), zone: UTC, zone: UTC } }
    do: [{ ssm.cancel-maintenance-window-execution: { window: \"{service}\" } }]
    during: weekends
";
    assert_eq!(
        problems_of("p.yaml", text),
        [
            "4:11 bad-value",
            "5:14 bad-value",
            "7:11 bad-value",
            "8:11 unknown-choice",
            "9:22 unknown-key",
            "11:49 bad-value",
            "11:65 wrong-type",
            "11:68 unknown-key",
            "12:9 unknown-choice",
            "13:13 unknown-calendar",
            "14:23 bad-value",
            "16:67 duplicate-key",
            "17:63 not-in-trigger",
            "18:13 unknown-calendar",
        ]
    );
}

#[test]
fn what_stands_before_a_syntax_error_is_checked_too() {
    let text = RIGHT.replace("enforce", "act") + "  - name: second\n    when: [\n";
    assert_eq!(
        problems_of("p.yaml", &text),
        ["4:11 unknown-choice", "10:11 syntax"]
    );
}

#[test]
fn files_of_a_folder_share_calendars_and_names() {
    let calendar =
        "version: 1\ncalendars:\n  weekend: { closed: [{ from: SAT 00:00, until: MON 00:00 }] }\n";
    let sources = [
        Source::new("a.yaml", calendar.into()),
        Source::new(
            "b.yaml",
            (RIGHT.to_owned() + "    during: weekend\n").into(),
        ),
    ];
    assert_eq!(told(&sources, load(&sources).problems()), [""; 0]);
    let twice = [
        Source::new("a.yaml", calendar.into()),
        Source::new("b.yaml", calendar.into()),
        Source::new("c.yaml", RIGHT.into()),
        Source::new("d.yaml", RIGHT.into()),
    ];
    assert_eq!(
        told(&twice, load(&twice).problems()),
        ["3:3 duplicate-name", "3:11 duplicate-name"]
    );
}

#[test]
fn a_list_whose_only_entry_is_wrong_is_not_called_empty_as_well() {
    for (text, code) in [
        (
            "version: 1\ncalendars: { c: { closed: [{ from: FRI 17:00, until: FRI 17:00 }] } }",
            ProblemCode::BadValue,
        ),
        (
            "version: 1\npolicies: [{ name: p, when: { alarm: { name: a } }, do: [ecs.stop] }]",
            ProblemCode::UnknownChoice,
        ),
        (
            "version: 1\npolicies: [{ name: p, when: { alarm: { name: [\"{\"] } }, do: [ecs.stop] }]",
            ProblemCode::BadValue,
        ),
        (
            "version: 1\ncalendars: { c: { closed: [] } }",
            ProblemCode::BadValue,
        ),
    ] {
        let sources = [Source::new("p.yaml", text.into())];
        let found: Vec<_> = load(&sources).problems().iter().map(|it| it.code).collect();
        assert_eq!(found.iter().filter(|it| **it == code).count(), 1, "{text}");
    }
}

#[test]
fn did_you_mean_and_what_is_possible() {
    let help = |text: &str| {
        let sources = [Source::new("p.yaml", text.into())];
        load(&sources).problems()[0].help.clone()
    };
    assert_eq!(
        help(&with("mode:", "mdoe:")),
        [
            "did you mean `mode`?",
            "possible here: `name`, `description`, `mode`, `when`, `do`, `except`, `limit`, `max-age`, `settle` and `during`",
        ]
    );
    assert_eq!(
        help(&with("\"{service}-5xx\"", "{service}")),
        ["if it is meant as text, write it in quotes: `\"{service}\"`"]
    );
    assert_eq!(
        help(&with("name: rollback", "name: 007")),
        ["if it is meant as text, write it in quotes: `\"007\"`"]
    );
    assert_eq!(
        help(&with("cluster: web", "cluster: *web")),
        ["write it in quotes: `\"*web\"`"]
    );
}

#[test]
fn tags_that_say_again_what_a_value_is_are_taken() {
    let tagged = with("version: 1", "!!map\nversion: !!int 1")
        .replace("policies:", "policies: !!seq")
        .replace("enforce", "!!str enforce");
    assert_eq!(problems_of("p.yaml", &tagged), [""; 0]);
}

#[test]
fn help_fits_what_is_wrong() {
    for (wrong, text, help) in [
        ("a tab", with("      alarm", "\talarm"), "use spaces"),
        (
            "a list as a key",
            with("mode:", "? [mode]\n    :"),
            "as text",
        ),
        (
            "two merge keys",
            with("mode: enforce", "<<: {}\n    <<: {}"),
            "write out",
        ),
    ] {
        let sources = [Source::new("p.yaml", text.into())];
        let loaded = load(&sources);
        let told: Vec<_> = loaded.problems().iter().map(|it| &it.help).collect();
        assert!(
            told.len() == 1 && told[0][0].contains(help),
            "{wrong}: {told:?}"
        );
    }
}

#[test]
fn a_value_that_ends_a_line_does_not_end_the_message() {
    let text = with(
        "alarm: { name: \"{service}-5xx\" }",
        "schedule: { expression: \"nightly\\n\" }",
    );
    let sources = [Source::new("p.yaml", text.into())];
    let loaded = load(&sources);
    let problem = &loaded.problems()[0];
    assert!(problem.message.contains("`nightly\\n`"), "{problem:?}");
    assert!(
        problem.help.iter().all(|line| !line.starts_with('`')),
        "{problem:?}"
    );
}

#[test]
fn json_is_held_to_its_own_rules() {
    for (text, problem) in [
        ("{\"version\": 1,}", "1:15 syntax"),
        ("{version: 1}", "1:2 syntax"),
        ("# no comments\n{}", "1:1 syntax"),
        ("{\"version\": 1, \"version\": 1}", "1:16 duplicate-key"),
        ("{\n  \"version\": 01\n}", "2:15 syntax"),
    ] {
        assert_eq!(problems_of("p.json", text), [problem], "{text}");
    }
    assert_eq!(
        problems_of("p.json", "\u{feff}{\"version\": 1, \"policies\": []}"),
        [""; 0]
    );
    for text in [
        "{\"version\": 1, \"x\": \"\u{7f}\"}",
        &format!("{{\"version\": 1, \"{}\": 1}}", "x".repeat(1_100)),
    ] {
        let sources = [Source::new("p.json", text.into())];
        for problem in load(&sources).problems() {
            assert!(!problem.message.contains("YAML"), "{problem:?}");
        }
    }
}

#[test]
fn what_is_no_policy_file_is_refused_by_name() {
    let refused = |source: Source| {
        let sources = [source];
        told(&sources, load(&sources).problems())
    };
    assert_eq!(
        refused(Source::new("p.yaml", vec![b'a'; LARGEST + 1])),
        ["1:1 too-large"]
    );
    assert_eq!(
        refused(Source::too_large("p.yaml", 50_000_000)),
        ["1:1 too-large"]
    );
    assert_eq!(
        refused(Source::new("p.yaml", b"version: 1\nn\xffo: x".to_vec())),
        ["2:2 not-utf8"]
    );
    assert_eq!(
        refused(Source::unreadable("p.yaml", "permission denied")),
        ["1:1 unreadable"]
    );
}

#[test]
fn ten_thousand_levels_and_alias_bombs_are_refused() {
    for (deep, problem) in [
        ("[".repeat(10_000), "1:65 syntax"),
        ("{a: ".repeat(10_000), "1:257 syntax"),
        ("- ".repeat(10_000), "1:129 syntax"),
    ] {
        assert_eq!(problems_of("p.yaml", &deep).last().unwrap(), problem);
    }
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert!(
        problems_of("p.yaml", &bomb).contains(&"4:45 alias-bomb".to_owned()),
        "{:?}",
        problems_of("p.yaml", &bomb)
    );
    assert!(problems_of("p.yaml", "a: &a [*a]\n").contains(&"1:8 alias-bomb".to_owned()));
    // An alias that saves some typing is fine.
    let shared = with("cluster: web", "cluster: &c web").replace("\"{service}\" }", "*c }");
    assert_eq!(problems_of("p.yaml", &shared), [""; 0]);
}

#[test]
fn a_file_that_is_wrong_all_over_is_told_in_part() {
    let keys: String = (0..1_500).fold(RIGHT.to_owned(), |mut text, key| {
        writeln!(text, "    key-{key}: 1").unwrap();
        text
    });
    let problems = problems_of("p.yaml", &keys);
    assert_eq!(problems.len(), 1_001);
    assert!(problems.last().unwrap().ends_with(" too-much-is-wrong"));
}

#[test]
fn every_kind_of_problem_has_been_seen() {
    let tests = [
        include_str!("mod.rs"),
        include_str!("mistakes.rs"),
        include_str!("doubtful.rs"),
    ]
    .concat();
    // Policies that are not compared have a test beside the comparison.
    for code in ProblemCode::ALL
        .iter()
        .filter(|it| **it != ProblemCode::NotCompared)
    {
        let name = serde_json::to_value(code).unwrap();
        assert!(
            tests.contains(&format!(" {}\"", name.as_str().unwrap())),
            "{code:?}"
        );
    }
}

fn mutated() -> impl Strategy<Value = String> {
    let cut = (0..RIGHT.len(), 0..RIGHT.len(), "[ -~\n\t]{0,4}");
    prop::collection::vec(cut, 1..4).prop_map(|cuts| {
        let mut text = RIGHT.to_owned();
        for (from, until, put) in cuts {
            let (from, until) = (
                from.min(until).min(text.len()),
                until.max(from).min(from + 6).min(text.len()),
            );
            text.replace_range(from..until, &put);
        }
        text
    })
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        problems_of("p.yaml", &text);
        problems_of("p.json", &text);
        let sources = [Source::new("p.yaml", bytes)];
        let _ = load(&sources).into_policies();
    }

    #[test]
    fn a_broken_policy_is_refused_or_taken_and_its_places_are_in_the_text(text in mutated()) {
        let sources = [Source::new("p.yaml", text.clone().into())];
        let loaded = load(&sources);
        for problem in loaded.problems() {
            prop_assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        }
        loaded.warnings("2026-11-20T12:00:00Z".parse().unwrap());
        let has_errors = loaded.problems().iter().any(Problem::is_error);
        prop_assert_eq!(loaded.into_policies().is_err(), has_errors);
    }

    #[test]
    fn two_shapes_meet_where_a_name_matches_both(one in "[ab?*]{1,6}", two in "[ab?*]{1,6}", name in "[ab]{0,6}") {
        let pattern = |text: &str| text.parse::<crate::name::Pattern>();
        if let (Ok(one), Ok(two)) = (pattern(&one), pattern(&two)) {
            let both = one.matches(&name) && two.matches(&name);
            prop_assert!(!both || one.shape().meets(&two.shape()));
        }
    }
}

#[test]
fn shapes_that_share_no_name_do_not_meet() {
    let shape = |text: &str| text.parse::<crate::name::Pattern>().unwrap().shape();
    for (one, two, meet) in [
        ("a", "a", true),
        ("a", "b", false),
        ("a*", "*b", true),
        ("a*", "b*", false),
        ("*-5xx", "*-4xx", false),
        ("a?c", "ab?", true),
        ("a?", "a", false),
        ("*", "anything", true),
        ("a*b*c", "ac", false),
        ("a*b*c", "abc", true),
        ("{x:a|b}-{y}", "{x:c|d}-{y}", false),
        ("{x:a|b}-{y}", "{x:b|c}-{y}", true),
        ("{y}-5xx", "-5xx", false),
    ] {
        assert_eq!(shape(one).meets(&shape(two)), meet, "`{one}` and `{two}`");
        assert_eq!(shape(two).meets(&shape(one)), meet, "`{two}` and `{one}`");
    }
}

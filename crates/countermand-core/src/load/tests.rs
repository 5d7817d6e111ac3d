use proptest::prelude::*;

use super::*;

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
        let place = source.place(problem.span.start);
        let code = serde_json::to_value(problem.code).unwrap();
        format!("{}:{} {}", place.line, place.column, code.as_str().unwrap())
    };
    problems.iter().map(tell).collect()
}

fn problems_of(name: &str, text: &str) -> Vec<String> {
    let sources = [Source::new(name, text.into())];
    told(&sources, load(&sources).problems())
}

fn doubts_of(text: &str) -> Vec<String> {
    let sources = [Source::new("p.yaml", text.into())];
    let loaded = load(&sources);
    assert_eq!(told(&sources, loaded.problems()), [""; 0], "{text}");
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    told(&sources, &loaded.doubts(now))
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
fn one_mistake_is_told_at_its_place() {
    let mut wrong = Vec::new();
    for (mistake, text, problem) in [
        (
            "a key is misspelt",
            with("mode:", "mdoe:"),
            "4:5 unknown-key",
        ),
        (
            "a parameter is misspelt",
            with("cluster:", "claster:"),
            "8:40 unknown-key",
        ),
        (
            "a trigger is misspelt",
            with("alarm:", "alram:"),
            "6:7 unknown-choice",
        ),
        (
            "an operation is misspelt",
            with("ecs.stop-", "esc.stop-"),
            "8:9 unknown-choice",
        ),
        (
            "a mode is not known",
            with("enforce", "act"),
            "4:11 unknown-choice",
        ),
        (
            "a name is missing",
            with("name: rollback", "description: rollback"),
            "3:5 missing-key",
        ),
        (
            "an alarm has no name",
            with("name: \"{service}-5xx\"", "state: ALARM"),
            "6:14 missing-key",
        ),
        (
            "a name has capitals",
            with("name: rollback", "name: Rollback"),
            "3:11 bad-value",
        ),
        (
            "a name is a number",
            with("name: rollback", "name: 5"),
            "3:11 wrong-type",
        ),
        (
            "a name is a list",
            with("name: rollback", "name: [rollback]"),
            "3:11 wrong-type",
        ),
        (
            "text stands for a list",
            with("do:\n      - ecs", "do:\n        ecs"),
            "8:9 wrong-type",
        ),
        (
            "nothing is done",
            with(
                "- ecs.stop-service-deployment: { cluster: web, service: \"{service}\" }",
                "[]",
            ),
            "8:7 bad-value",
        ),
        (
            "two triggers at once",
            with(
                "alarm: {",
                "schedule: { expression: rate(1 day) }\n      alarm: {",
            ),
            "6:7 wrong-type",
        ),
        (
            "no trigger at all",
            with("alarm: { name: \"{service}-5xx\" }", "{}"),
            "6:7 wrong-type",
        ),
        (
            "a trigger without its keys",
            with("alarm: { name: \"{service}-5xx\" }", "alarm"),
            "6:7 wrong-type",
        ),
        (
            "a value is left out",
            with("mode: enforce", "mode:"),
            "4:9 wrong-type",
        ),
        (
            "a list is empty",
            with("cluster: web", "cluster: []"),
            "8:49 bad-value",
        ),
        (
            "a list holds an unfit name",
            with("cluster: web", "cluster: [web, \"a b\"]"),
            "8:55 bad-value",
        ),
        (
            "a capture is not quoted",
            with("\"{service}-5xx\"", "{service}"),
            "6:22 wrong-type",
        ),
        (
            "a star is not quoted",
            with("cluster: web", "cluster: *web"),
            "8:49 syntax",
        ),
        (
            "a pattern has two readings",
            with("{service}-5xx", "{service}-{code}"),
            "6:22 bad-value",
        ),
        (
            "a capture is never captured",
            with("\"{service}-5xx\"", "\"*-5xx\""),
            "8:63 never-captured",
        ),
        (
            "a version that is not known",
            with("version: 1", "version: 2"),
            "1:10 bad-value",
        ),
        (
            "a version that is text",
            with("version: 1", "version: \"1\""),
            "1:10 wrong-type",
        ),
        (
            "a limit of nothing",
            RIGHT.to_owned() + "    limit: { changes: 0 }\n",
            "9:23 bad-value",
        ),
        (
            "a limit that is a word",
            RIGHT.to_owned() + "    limit: { changes: many }\n",
            "9:23 wrong-type",
        ),
        (
            "a length of time without its unit",
            RIGHT.to_owned() + "    max-age: 10\n",
            "9:14 wrong-type",
        ),
        (
            "a length of time that is none",
            RIGHT.to_owned() + "    max-age: soon\n",
            "9:14 bad-value",
        ),
        (
            "a calendar that nobody defines",
            RIGHT.to_owned() + "    during: weekend\n",
            "9:13 unknown-calendar",
        ),
        (
            "an exception of what is not stopped",
            RIGHT.to_owned() + "    except: [{ window: x, why: z }]\n",
            "9:16 excepts-nothing",
        ),
        (
            "an exception without its why",
            RIGHT.to_owned() + "    except: [{ service: x }]\n",
            "9:14 missing-key",
        ),
        (
            "an exception of nothing",
            RIGHT.to_owned() + "    except: [{ why: x }]\n",
            "9:14 bad-value",
        ),
        (
            "an exception that ends before it begins",
            RIGHT.to_owned()
                + "    except: [{ service: x, why: z, from: 2026-12-02 00:00, until: 2026-12-01 00:00 }]\n",
            "9:67 empty-period",
        ),
        (
            "a key stands twice",
            RIGHT.to_owned() + "    mode: observe\n",
            "9:5 duplicate-key",
        ),
        (
            "a name is given twice",
            RIGHT.to_owned() + &RIGHT[RIGHT.find("  - ").unwrap()..],
            "9:11 duplicate-name",
        ),
        (
            "a tag",
            with("enforce", "!mode enforce"),
            "4:17 not-plain-data",
        ),
        (
            "a key that is a list",
            with("mode:", "[mode]:"),
            "4:5 not-plain-data",
        ),
        (
            "a second document",
            RIGHT.to_owned() + "---\n" + RIGHT,
            "9:1 not-one-document",
        ),
        ("an empty file", String::new(), "1:1 not-one-document"),
        (
            "only a comment",
            "# later\n".to_owned(),
            "1:1 not-one-document",
        ),
        (
            "a bracket is never closed",
            with("{ cluster:", "[ cluster:"),
            "8:38 syntax",
        ),
        (
            "a file that is one word",
            "policies".to_owned(),
            "1:1 wrong-type",
        ),
        (
            "an alarm's capture without an alarm",
            with(
                "alarm: { name: \"{service}-5xx\" }",
                "schedule: { expression: rate(1 day) }",
            ),
            "8:63 not-in-trigger",
        ),
    ] {
        let found = problems_of("p.yaml", &text);
        if found != [problem] {
            wrong.push(format!("{mistake}: {found:?}, not {problem:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
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
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
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
fn what_is_probably_not_meant_is_doubted() {
    let mut wrong = Vec::new();
    let freeze = |name: &str| {
        format!(
            "  - name: {name}\n    when: {{ freeze: {{ calendar: c }} }}\n    do: [{{ opensearch.cancel-service-software-update: {{ domain: prod }} }}]\n"
        )
    };
    let calendar = "calendars:\n  c: { closed: [{ from: SAT 00:00, until: MON 00:00 }] }\n";
    for (doubt, text, problems) in [
        ("nothing", RIGHT.to_owned(), vec![]),
        ("a lifted limit of changes", RIGHT.to_owned() + "    limit: { changes: none }\n", vec!["9:23 limit-lifted"]),
        ("a lifted limit of alarms", RIGHT.to_owned() + "    limit: { alarms: none }\n", vec!["9:22 limit-lifted"]),
        ("a lifted age", RIGHT.to_owned() + "    max-age: none\n", vec!["9:14 limit-lifted"]),
        ("a lifted settle", RIGHT.to_owned() + "    settle: none\n", vec!["9:13 limit-lifted"]),
        ("a change of any age", with("cluster: web", "cluster: web, began-within: none"), vec!["8:68 limit-lifted"]),
        ("every cluster", with("cluster: web", "cluster: \"*\""), vec!["8:49 stops-everything"]),
        ("every cluster, only observed", with("cluster: web", "cluster: \"*\"").replace("enforce", "observe"), vec![]),
        (
            "every alarm",
            with("\"{service}-5xx\"", "\"*\"").replace("\"{service}\"", "checkout"),
            vec!["6:22 stops-everything"],
        ),
        ("an abort", with("cluster: web", "cluster: web, stop-type: abort"), vec!["8:65 abort-is-undocumented"]),
        (
            "Proton",
            with("ecs.stop-service-deployment: { cluster: web", "proton.cancel-service-instance-deployment: { instance: web"),
            vec!["8:9 service-ended"],
        ),
        (
            "a calendar that is over",
            RIGHT.replace("policies:", "calendars:\n  old: { closed: [{ from: 2024-12-20 00:00, until: 2025-01-03 00:00 }] }\npolicies:"),
            vec!["3:3 calendar-is-over"],
        ),
        (
            "a schedule that is over",
            with("alarm: { name: \"{service}-5xx\" }", "schedule: { expression: at(2024-01-01T00:00:00) }").replace("\"{service}\"", "checkout"),
            vec!["6:31 schedule-is-over"],
        ),
        (
            "a shared calendar",
            with("alarm: { name: \"{service}-5xx\" }", "change-calendar: { calendar: \"arn:aws:ssm:eu-central-1:111122223333:document/x\" }")
                .replace("\"{service}\"", "checkout"),
            vec!["6:36 calendar-sends-no-event"],
        ),
        (
            "two policies for one alarm and one service",
            RIGHT.to_owned() + &RIGHT[RIGHT.find("  - ").unwrap()..].replace("rollback", "second"),
            vec!["14:9 overlaps"],
        ),
        (
            "two policies for one alarm and two services",
            RIGHT.to_owned() + &RIGHT[RIGHT.find("  - ").unwrap()..].replace("rollback", "second").replace("web", "batch"),
            vec![],
        ),
        (
            "two policies for two alarms and one service",
            RIGHT.to_owned() + &RIGHT[RIGHT.find("  - ").unwrap()..].replace("rollback", "second").replace("5xx", "latency"),
            vec![],
        ),
        ("two freezes of one domain", format!("version: 1\n{calendar}policies:\n{}{}", freeze("a"), freeze("b")), vec!["10:12 overlaps"]),
    ] {
        let found = doubts_of(&text);
        if found != problems {
            wrong.push(format!("{doubt}: {found:?}, not {problems:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_older_yaml_readers_misread_is_doubted_at_once() {
    let text = with("cluster: web", "cluster: no");
    assert_eq!(problems_of("p.yaml", &text), ["8:49 reads-differently"]);
    assert_eq!(
        problems_of("p.yaml", &with("cluster: web", "cluster: \"no\"")),
        [""; 0]
    );
    let sources = [Source::new("p.yaml", text.into())];
    assert!(load(&sources).into_policies().is_ok());
}

#[test]
fn every_kind_of_problem_has_been_seen() {
    let tests = include_str!("tests.rs");
    for code in Code::ALL {
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
        loaded.doubts("2026-11-20T12:00:00Z".parse().unwrap());
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

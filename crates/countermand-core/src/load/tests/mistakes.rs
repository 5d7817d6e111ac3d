//! One mistake each, made in a right policy.

use super::{RIGHT, problems_of, with};

/// What is said of it, the text that is replaced (nothing: what follows is added at the end), and where which
/// problem is told.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    ("a key is misspelt", "mode:", "mdoe:", "4:5 unknown-key"),
    (
        "a parameter is misspelt",
        "cluster:",
        "claster:",
        "8:40 unknown-key",
    ),
    (
        "a trigger is misspelt",
        "alarm:",
        "alram:",
        "6:7 unknown-choice",
    ),
    (
        "an operation is misspelt",
        "ecs.stop-",
        "esc.stop-",
        "8:9 unknown-choice",
    ),
    (
        "a mode is not known",
        "enforce",
        "act",
        "4:11 unknown-choice",
    ),
    (
        "a name is missing",
        "name: rollback",
        "description: rollback",
        "3:5 missing-key",
    ),
    (
        "an alarm has no name",
        "name: \"{service}-5xx\"",
        "state: ALARM",
        "6:14 missing-key",
    ),
    (
        "a name has capitals",
        "name: rollback",
        "name: Rollback",
        "3:11 bad-value",
    ),
    (
        "a name is a number",
        "name: rollback",
        "name: 5",
        "3:11 wrong-type",
    ),
    (
        "a name is a list",
        "name: rollback",
        "name: [rollback]",
        "3:11 wrong-type",
    ),
    (
        "a mapping stands for a list",
        "do:\n      - ecs",
        "do:\n        ecs",
        "8:9 wrong-type",
    ),
    ("nothing is done", DO, "[]", "8:7 bad-value"),
    (
        "two triggers at once",
        "alarm: {",
        "schedule: { expression: rate(1 day) }\n      alarm: {",
        "6:7 wrong-type",
    ),
    ("no trigger at all", ALARM, "{}", "6:7 wrong-type"),
    (
        "a trigger without its keys",
        ALARM,
        "alarm",
        "6:7 wrong-type",
    ),
    (
        "a value is left out",
        "mode: enforce",
        "mode:",
        "4:9 wrong-type",
    ),
    (
        "a list is empty",
        "cluster: web",
        "cluster: []",
        "8:49 bad-value",
    ),
    (
        "a list holds an unfit name",
        "cluster: web",
        "cluster: [web, \"a b\"]",
        "8:55 bad-value",
    ),
    (
        "a capture is not quoted",
        "\"{service}-5xx\"",
        "{service}",
        "6:22 wrong-type",
    ),
    (
        "a star is not quoted",
        "cluster: web",
        "cluster: *web",
        "8:49 syntax",
    ),
    (
        "a lonely star is not quoted",
        "cluster: web",
        "cluster: *",
        "8:49 syntax",
    ),
    (
        "a pattern has two readings",
        "{service}-5xx",
        "{service}-{code}",
        "6:22 bad-value",
    ),
    (
        "a capture is never captured",
        "\"{service}-5xx\"",
        "\"*-5xx\"",
        "8:63 never-captured",
    ),
    (
        "an alarm's capture without an alarm",
        ALARM,
        "schedule: { expression: rate(1 day) }",
        "8:63 not-in-trigger",
    ),
    (
        "a version that is not known",
        "version: 1",
        "version: 2",
        "1:10 bad-value",
    ),
    (
        "a version that is text",
        "version: 1",
        "version: \"1\"",
        "1:10 wrong-type",
    ),
    (
        "a limit of nothing",
        "",
        "    limit: { changes: 0 }\n",
        "9:23 bad-value",
    ),
    (
        "a limit that is a word",
        "",
        "    limit: { changes: many }\n",
        "9:23 wrong-type",
    ),
    (
        "a length of time without its unit",
        "",
        "    max-age: 10\n",
        "9:14 wrong-type",
    ),
    (
        "a length of time that is none",
        "",
        "    max-age: soon\n",
        "9:14 bad-value",
    ),
    (
        "a calendar that nobody defines",
        "",
        "    during: weekend\n",
        "9:13 unknown-calendar",
    ),
    (
        "an exception of what is not stopped",
        "",
        "    except: [{ window: x, why: z }]\n",
        "9:16 excepts-nothing",
    ),
    (
        "an exception without its why",
        "",
        "    except: [{ service: x }]\n",
        "9:14 missing-key",
    ),
    (
        "an exception of nothing",
        "",
        "    except: [{ why: x }]\n",
        "9:14 bad-value",
    ),
    (
        "an exception that ends before it begins",
        "",
        "    except: [{ service: x, why: z, from: 2026-12-02 00:00, until: 2026-12-01 00:00 }]\n",
        "9:67 empty-period",
    ),
    (
        "an exception that ends when it begins, in the hour that comes twice",
        "",
        "    except: [{ service: x, why: z, zone: Europe/Berlin, from: 2026-10-25 02:30, until: 2026-10-25 02:30 }]\n",
        "9:88 empty-period",
    ),
    (
        "an alarm whose name is longer than any",
        "{service}-5xx",
        LONG_ALARM,
        "6:22 bad-value",
    ),
    (
        "an account that is a word",
        "alarm: {",
        "alarm: { account: production,",
        "6:25 bad-value",
    ),
    (
        "an account with a digit too few, in a list",
        "alarm: {",
        "alarm: { account: [\"1111*\", \"11112222333\"],",
        "6:35 bad-value",
    ),
    (
        "an account without quotes",
        "alarm: {",
        "alarm: { account: 111122223333,",
        "6:25 wrong-type",
    ),
    (
        "a domain shorter than any",
        DO,
        "- opensearch.cancel-service-software-update: { domain: ab }",
        "8:62 bad-value",
    ),
    (
        "a calendar without a name",
        "",
        "calendars: { \"\": { closed: [{ from: SAT 00:00, until: MON 00:00 }] } }\n",
        "9:14 bad-value",
    ),
    (
        "a calendar whose name has two lines",
        "",
        "calendars: { \"a\\nb\": { closed: [{ from: SAT 00:00, until: MON 00:00 }] } }\n",
        "9:14 bad-value",
    ),
    (
        "a key stands twice",
        "",
        "    mode: observe\n",
        "9:5 duplicate-key",
    ),
    ("a tag", "enforce", "!mode enforce", "4:11 not-plain-data"),
    (
        "a tag that does not fit",
        "mode: enforce",
        "mode: !!int enforce",
        "4:11 not-plain-data",
    ),
    (
        "a number that is tagged as text",
        "version: 1",
        "version: !!str 1",
        "1:16 wrong-type",
    ),
    (
        "a merge key",
        "mode: enforce",
        "<<: { mode: enforce }",
        "4:5 not-plain-data",
    ),
    (
        "a key that is a list",
        "mode:",
        "[mode]:",
        "4:5 not-plain-data",
    ),
    (
        "a second document",
        "",
        "---\nversion: 1\n",
        "9:1 not-one-document",
    ),
    ("an empty file", RIGHT, "", "1:1 not-one-document"),
    ("only a comment", RIGHT, "# later\n", "1:1 not-one-document"),
    (
        "a file that is one word",
        RIGHT,
        "policies",
        "1:1 wrong-type",
    ),
    (
        "a bracket is never closed",
        "{ cluster:",
        "[ cluster:",
        "8:38 syntax",
    ),
];

/// 256 characters at least.
const LONG_ALARM: &str = concat!(
    "{service}-",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
);
const ALARM: &str = "alarm: { name: \"{service}-5xx\" }";
const DO: &str = "- ecs.stop-service-deployment: { cluster: web, service: \"{service}\" }";

#[test]
fn one_mistake_is_told_at_its_place() {
    let mut wrong = Vec::new();
    for (mistake, from, to, problem) in MISTAKES {
        let text = match *from {
            "" => RIGHT.to_owned() + to,
            from => with(from, to),
        };
        let found = problems_of("p.yaml", &text);
        if found != [*problem] {
            wrong.push(format!("{mistake}: {found:?}, not {problem:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_name_that_is_given_twice_is_told_at_the_second_place() {
    let second = RIGHT.split_once("policies:\n").unwrap().1;
    assert_eq!(
        problems_of("p.yaml", &(RIGHT.to_owned() + second)),
        ["9:11 duplicate-name"]
    );
}

#[test]
fn a_key_that_stands_twice_among_many_is_told_too() {
    let calendars = |names: &[usize]| {
        let calendar = "{ closed: [{ from: SAT 00:00, until: MON 00:00 }] }";
        let lines = names.iter().map(|it| format!("  c{it}: {calendar}\n"));
        format!("{RIGHT}calendars:\n{}", lines.collect::<String>())
    };
    let mut names: Vec<_> = (1..=20).collect();
    assert_eq!(problems_of("p.yaml", &calendars(&names)), [""; 0]);
    names.extend([1, 12, 13, 20]);
    let found = problems_of("p.yaml", &calendars(&names));
    let expected = [30, 31, 32, 33].map(|line| format!("{line}:3 duplicate-key"));
    assert_eq!(found, expected);
}

#[test]
fn a_trigger_that_could_never_work_is_refused() {
    let woken_by = |when: &str| {
        let text = with(ALARM, when).replace("\"{service}\"", "checkout");
        problems_of("p.yaml", &text)
    };
    let calendar = "change-calendar: { calendar: \"\" }";
    assert_eq!(woken_by(calendar), ["6:36 bad-value"]);
    let freeze = "freeze: { calendar: c, again-every: 59s }";
    assert_eq!(
        woken_by(freeze),
        ["6:27 unknown-calendar", "6:43 bad-value"]
    );
    assert_eq!(
        woken_by(&freeze.replace("59s", "1m")),
        ["6:27 unknown-calendar"]
    );
}

#[test]
fn every_key_that_is_missing_is_told() {
    let missing = |text: &str| {
        let problems = problems_of("p.yaml", text);
        problems
            .iter()
            .filter(|it| it.ends_with("missing-key"))
            .count()
    };
    assert_eq!(missing("version: 1\npolicies: [{}]"), 3);
    assert_eq!(missing("version: 1\npolicies: [{ nmae: x }]"), 2);
    assert_eq!(missing("policies: [{ mode: act, do: [] }]"), 3);
    let calendar = |periods: &str| format!("version: 1\ncalendars: {{ c: {{ {periods} }} }}");
    assert_eq!(missing(&calendar("closed: [{ why: x }]")), 2);
    assert_eq!(missing(&calendar("closed: [], open: [{}]")), 3);
    for about in crate::operations::ALL {
        let text = with(DO, &format!("- {}: {{}}", about.name));
        assert_eq!(missing(&text), about.targets.len(), "{}", about.name);
    }
}

#[test]
fn what_could_not_be_read_is_not_blamed_on_the_rest() {
    let text = with(
        DO,
        "- ecs.stop-service-deployment: { cluster: web, service: 5 }\n      - ssm.cancel-maintenance-window-execution: { window: \"{sevice}\" }",
    ) + "    except: [{ service: x, why: z }]\n    during: nowhere\n";
    assert_eq!(
        problems_of("p.yaml", &text),
        [
            "8:63 wrong-type",
            "9:60 never-captured",
            "11:13 unknown-calendar"
        ]
    );
}

#[test]
fn parameters_that_are_not_indented_are_told_as_that() {
    let text = with(
        DO,
        "- ecs.stop-service-deployment:\n        cluster: web\n        service: \"{service}\"",
    );
    assert_eq!(
        problems_of("p.yaml", &text),
        ["9:9 unknown-key", "10:9 unknown-key"]
    );
    let text = with(ALARM, "alarm:\n      name: \"{service}-5xx\"");
    assert_eq!(problems_of("p.yaml", &text), ["7:7 unknown-key"]);
    let text = with("cluster: web", "clus: web")
        .replace(", service: \"{service}\" }", " }\n        service: x");
    assert_eq!(
        problems_of("p.yaml", &text),
        ["8:38 missing-key", "8:40 unknown-key", "9:9 unknown-key"]
    );
}

#[test]
fn everything_wrong_with_one_policy_is_told() {
    let text = "\
version: 1
policies:
  - name: A Name
    when: { alarm: { name: \"{x}-5xx\" } }
    do: [{ ecs.stop-service-deployment: { cluster: c, service: \"{y}\" } }]
    except: [{ window: w, why: z }, {}]
    during: nowhere
";
    assert_eq!(
        problems_of("p.yaml", text),
        [
            "3:11 bad-value",
            "5:64 never-captured",
            "6:16 excepts-nothing",
            "6:37 missing-key",
            "6:37 bad-value",
            "7:13 unknown-calendar",
        ]
    );
}

#[test]
fn a_doubt_about_a_text_that_is_wrong_is_not_told() {
    assert_eq!(
        problems_of("p.yaml", &with("enforce", "off")),
        ["4:11 unknown-choice"]
    );
    let tags = with(
        "cluster: web",
        "cluster: web, tags: { on: x, 5: z, \"no\": z }",
    );
    assert_eq!(
        problems_of("p.yaml", &tags),
        ["8:62 reads-differently", "8:69 reads-differently"]
    );
}

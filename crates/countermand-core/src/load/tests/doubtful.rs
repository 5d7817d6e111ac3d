//! What is possible but probably not meant.

use super::{RIGHT, Source, load, problems_of, told, with};

/// What is said of it, the text that is replaced (nothing: what follows is added at the end), and what is doubted.
const DOUBTS: &[(&str, &str, &str, &[&str])] = &[
    ("nothing", "mode: enforce", "mode: observe", &[]),
    (
        "a lifted limit of changes",
        "",
        "    limit: { changes: none }\n",
        &["9:23 limit-lifted"],
    ),
    (
        "a lifted limit of alarms",
        "",
        "    limit: { alarms: none }\n",
        &["9:22 limit-lifted"],
    ),
    (
        "a lifted age",
        "",
        "    max-age: none\n",
        &["9:14 limit-lifted"],
    ),
    (
        "a lifted settle",
        "",
        "    settle: none\n",
        &["9:13 limit-lifted"],
    ),
    (
        "a change of any age",
        "cluster: web",
        "cluster: web, began-within: none",
        &["8:68 limit-lifted"],
    ),
    (
        "a settle of nothing",
        "",
        "    settle: 0s\n",
        &["9:13 limit-lifted"],
    ),
    ("a short settle", "", "    settle: 1s\n", &[]),
    (
        "an age that no event reaches",
        "",
        "    max-age: 31d\n",
        &["9:14 limit-lifted"],
    ),
    ("a long age", "", "    max-age: 30d\n", &[]),
    (
        "an age that every event has",
        "",
        "    max-age: 0s\n",
        &["9:14 never-acts"],
    ),
    (
        "more changes than anybody has",
        "",
        "    limit: { changes: 1001, alarms: 1001 }\n",
        &["9:23 limit-lifted", "9:37 limit-lifted"],
    ),
    (
        "many changes",
        "",
        "    limit: { changes: 1000, alarms: 1000 }\n",
        &[],
    ),
    (
        "a change of nearly any age",
        "cluster: web",
        "cluster: web, began-within: 31d",
        &["8:68 limit-lifted"],
    ),
    (
        "a change that began too late to run so long",
        "cluster: web",
        "cluster: web, began-within: 1h, running-for: 61m",
        &["8:85 never-acts"],
    ),
    (
        "a change that began too late by default",
        "cluster: web",
        "cluster: web, running-for: 121m",
        &["8:67 never-acts"],
    ),
    (
        "a change that ran long enough",
        "cluster: web",
        "cluster: web, running-for: 2h",
        &[],
    ),
    (
        "every cluster with a name",
        "cluster: web",
        "cluster: \"?*\"",
        &["8:49 stops-everything"],
    ),
    (
        "every cluster with a name, the other way round",
        "cluster: web",
        "cluster: [web, \"*?\"]",
        &["8:49 stops-everything"],
    ),
    (
        "every cluster of one letter",
        "cluster: web",
        "cluster: \"?\"",
        &[],
    ),
    (
        "every alarm, captured",
        "{service}-5xx",
        "{service}",
        &["6:22 stops-everything"],
    ),
    (
        "one of two alarms, captured",
        "{service}-5xx",
        "{service:a|b}",
        &[],
    ),
    (
        "every cluster",
        "cluster: web",
        "cluster: \"*\"",
        &["8:49 stops-everything"],
    ),
    (
        "an abort",
        "cluster: web",
        "cluster: web, stop-type: abort",
        &["8:65 abort-is-undocumented"],
    ),
    (
        "Proton",
        "ecs.stop-service-deployment: { cluster: web",
        "proton.cancel-service-instance-deployment: { instance: web",
        &["8:9 service-ended"],
    ),
    (
        "a calendar that is over",
        "policies:",
        "calendars:\n  old: { closed: [{ from: 2024-12-20 00:00, until: 2025-01-03 00:00 }] }\npolicies:",
        &["3:3 calendar-is-over"],
    ),
    (
        "a second policy for the same alarm and service",
        "",
        SECOND,
        &["14:9 overlaps"],
    ),
    ("a second policy that is disabled", "", SECOND_DISABLED, &[]),
    (
        "a second policy for another service",
        "",
        SECOND_ELSEWHERE,
        &[],
    ),
    ("a second policy for another alarm", "", SECOND_ALARM, &[]),
];

const SECOND: &str = "  - name: second
    when:
      alarm: { name: \"checkout-*\" }
    settle: 1h
    do:
      - ecs.stop-service-deployment: { cluster: \"w*\", service: checkout }
";
const SECOND_DISABLED: &str = "  - name: second
    mode: disabled
    when: { alarm: { name: \"checkout-*\" } }
    do: [{ ecs.stop-service-deployment: { cluster: web, service: checkout } }]
";
const SECOND_ELSEWHERE: &str = "  - name: second
    when: { alarm: { name: \"{service}-5xx\" } }
    do: [{ ecs.stop-service-deployment: { cluster: batch, service: \"{service}\" } }]
";
const SECOND_ALARM: &str = "  - name: second
    when: { alarm: { name: \"{service}-latency\" } }
    do: [{ ecs.stop-service-deployment: { cluster: web, service: \"{service}\" } }]
";

#[test]
fn policies_that_something_keeps_apart_do_not_overlap() {
    let policy = |name: &str, alarm: &str, action: &str| {
        format!(
            "  - name: {name}\n    when: {{ alarm: {{ name: \"*-5xx\"{alarm} }} }}\n    do: [{{ ecs.stop-service-deployment: {{ cluster: web, service: api{action} }} }}]\n"
        )
    };
    for (apart, one, two, overlap) in [
        ("nothing", ["", ""], ["", ""], true),
        (
            "the state",
            [", state: ALARM", ""],
            [", state: OK", ""],
            false,
        ),
        (
            "one of two states",
            [", state: [OK, ALARM]", ""],
            [", state: OK", ""],
            true,
        ),
        (
            "the account",
            [", account: \"111122223333\"", ""],
            [", account: \"4444*\"", ""],
            false,
        ),
        (
            "no account, but globs that meet",
            [", account: \"*3333\"", ""],
            [", account: \"1111*\"", ""],
            true,
        ),
        (
            "an account that only one asks for",
            [", account: \"111122223333\"", ""],
            ["", ""],
            true,
        ),
        (
            "the region",
            [", region: \"eu-*\"", ""],
            [", region: us-east-1", ""],
            false,
        ),
        (
            "a dimension",
            [", dimensions: { ServiceName: api }", ""],
            [", dimensions: { ServiceName: web }", ""],
            false,
        ),
        (
            "other dimensions",
            [", dimensions: { ServiceName: api }", ""],
            [", dimensions: { ClusterName: web }", ""],
            true,
        ),
        (
            "a tag of the alarm",
            [", tags: { team: a }", ""],
            [", tags: { team: [b, c] }", ""],
            false,
        ),
        (
            "a tag of the service",
            ["", ", tags: { team: a }"],
            ["", ", tags: { team: b }"],
            false,
        ),
        (
            "another tag of the service",
            ["", ", tags: { team: a }"],
            ["", ", tags: { stage: b, team: \"?\" }"],
            true,
        ),
    ] {
        let text = format!(
            "version: 1\npolicies:\n{}{}",
            policy("a", one[0], one[1]),
            policy("b", two[0], two[1])
        );
        let found: &[&str] = if overlap { &["8:12 overlaps"] } else { &[] };
        assert_eq!(doubts_of(&text), found, "kept apart by {apart}");
    }
}

#[test]
fn a_calendar_that_never_closes_is_told_from_one_that_is_over() {
    for (open, said) in [
        ("", "never closes again"),
        (
            "{ from: 2024-12-20 00:00, until: 2025-01-03 00:00, why: x }",
            "never closes:",
        ),
    ] {
        let text = format!(
            "version: 1\ncalendars:\n  c:\n    closed: [{{ from: 2024-12-20 00:00, until: 2025-01-03 00:00 }}]\n    open: [{open}]\n"
        );
        let sources = [Source::new("p.yaml", text.into())];
        let doubts = load(&sources).warnings("2026-11-20T12:00:00Z".parse().unwrap());
        assert!(
            doubts.len() == 1 && doubts[0].message.contains(said),
            "{doubts:?}"
        );
    }
}

fn doubts_of(text: &str) -> Vec<String> {
    let sources = [Source::new("p.yaml", text.into())];
    let loaded = load(&sources);
    assert_eq!(told(&sources, loaded.problems()), [""; 0], "{text}");
    told(
        &sources,
        &loaded.warnings("2026-11-20T12:00:00Z".parse().unwrap()),
    )
}

#[test]
fn what_is_probably_not_meant_is_doubted() {
    let mut wrong = Vec::new();
    for (doubt, from, to, problems) in DOUBTS {
        let text = match *from {
            "" => RIGHT.to_owned() + to,
            from => with(from, to),
        };
        let found = doubts_of(&text);
        if found != *problems {
            wrong.push(format!("{doubt}: {found:?}, not {problems:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_wakes_a_policy_is_doubted() {
    for (doubt, when, mode, problems) in [
        (
            "every alarm",
            "alarm: { name: \"*\" }",
            "enforce",
            ["5:27 stops-everything"].as_slice(),
        ),
        (
            "every alarm, only observed",
            "alarm: { name: \"*\" }",
            "observe",
            &[],
        ),
        (
            "a schedule that is over",
            "schedule: { expression: at(2024-01-01T00:00:00) }",
            "observe",
            &["5:36 schedule-is-over"],
        ),
        (
            "a schedule that is not over",
            "schedule: { expression: at(2027-01-01T00:00:00) }",
            "observe",
            &[],
        ),
        (
            "a calendar that can be another account's",
            "change-calendar: { calendar: \"arn:aws:ssm:eu-central-1:111122223333:document/x\" }",
            "observe",
            &["5:41 calendar-sends-no-event"],
        ),
        (
            "a calendar of this account",
            "change-calendar: { calendar: x }",
            "observe",
            &[],
        ),
    ] {
        let text = format!(
            "version: 1\npolicies:\n  - name: p\n    mode: {mode}\n    when: {{{when}}}\n    do: [{{ opensearch.cancel-service-software-update: {{ domain: prod }} }}]\n"
        );
        assert_eq!(doubts_of(&text), problems, "{doubt}");
    }
}

#[test]
fn options_of_one_operation_are_doubted() {
    for (doubt, option, problems) in [
        (
            "a deadline that is not kept clear of",
            "keep-clear-of-deadline: 0s",
            ["5:95 limit-lifted"].as_slice(),
        ),
        ("a near deadline", "keep-clear-of-deadline: 1d", &[]),
        (
            "an update that has not begun and runs",
            "running-for: 1s",
            &["5:84 never-acts"],
        ),
    ] {
        let text = format!(
            "version: 1\npolicies:\n  - name: p\n    when: {{ schedule: {{ expression: rate(1 day) }} }}\n    do: [{{ opensearch.cancel-service-software-update: {{ domain: prod, {option} }} }}]\n"
        );
        assert_eq!(doubts_of(&text), problems, "{doubt}");
    }
}

#[test]
fn two_freezes_of_one_domain_overlap() {
    let freeze = |name: &str| {
        format!(
            "  - name: {name}\n    when: {{ freeze: {{ calendar: c }} }}\n    do: [{{ opensearch.cancel-service-software-update: {{ domain: prod }} }}]\n"
        )
    };
    let text = format!(
        "version: 1\ncalendars:\n  c: {{ closed: [{{ from: SAT 00:00, until: MON 00:00 }}] }}\npolicies:\n{}{}",
        freeze("a"),
        freeze("b")
    );
    assert_eq!(doubts_of(&text), ["10:12 overlaps"]);
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
fn a_number_with_a_zero_in_front_is_doubted() {
    let text = RIGHT.to_owned() + "    limit: { changes: 010 }\n";
    assert_eq!(problems_of("p.yaml", &text), ["9:23 reads-differently"]);
    let sources = [Source::new("p.yaml", text.into())];
    assert_eq!(
        load(&sources).problems()[0].help,
        ["write it without the zero in front"]
    );
}

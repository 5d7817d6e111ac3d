//! `countermand-bench --hostile`: files of up to 1 MiB that are made to take long. Nobody should have to wait for them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use countermand_core::load::{LARGEST, Source, load};
use jiff::Timestamp;

/// The longest that one of them may take.
const WITHIN: Duration = Duration::from_secs(2);

/// Does with each of them all that `check` does.
pub(crate) fn try_all() -> ExitCode {
    let mut slow = 0;
    for (name, ending, text) in files() {
        let begun = Instant::now();
        let sources = [Source::new(format!("p.{ending}"), text.into_bytes())];
        let loaded = load(&sources);
        let read = begun.elapsed();
        let doubts = loaded.warnings(Timestamp::UNIX_EPOCH).len();
        let problems = loaded.problems().len();
        let _ = loaded.into_policies();
        let took = begun.elapsed();
        let verdict = if took > WITHIN { "SLOW" } else { "" };
        println!(
            "{name:50} {took:10.1?} ({read:.1?} to load) {problems} errors, {doubts} doubts {verdict}"
        );
        slow += usize::from(took > WITHIN);
    }
    ExitCode::from(u8::from(slow > 0))
}

/// A name, the file's ending, and its text.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn files() -> Vec<(&'static str, &'static str, String)> {
    let policy = |body: &str| format!("version: 1\npolicies:\n  - name: p\n{body}");
    let of_alarm = "    when: { alarm: { name: a } }\n";
    let stops = "    do: [{ ecs.stop-service-deployment: { cluster: c, service: s } }]\n";
    let policies = |each: &dyn Fn(usize) -> String| filled("version: 1\npolicies:\n", each, "");
    let actions =
        |each: &dyn Fn(usize) -> String| filled(&policy(&format!("{of_alarm}    do:\n")), each, "");
    let with_exceptions = |each: &dyn Fn(usize) -> String| {
        filled(
            &policy(&format!("{of_alarm}{stops}    except:\n")),
            each,
            "",
        )
    };
    let names = |each: &dyn Fn(usize) -> String| {
        let start =
            format!("version: 1\npolicies:\n  - name: p\n{stops}    when: {{ alarm: {{ name: [");
        filled(&start, each, "] } }\n")
    };
    let calendars = |each: &dyn Fn(usize) -> String| {
        filled(
            &format!("version: 1\npolicies:\n  - name: p\n{of_alarm}{stops}calendars:\n"),
            each,
            "",
        )
    };
    let periods = |each: &dyn Fn(usize) -> String| {
        let start = format!(
            "version: 1\npolicies:\n  - name: p\n{of_alarm}{stops}calendars:\n  c:\n    closed:\n"
        );
        filled(&start, each, "")
    };
    let line = |name: &str, alarm: &str, service: &str| {
        format!(
            "- {{ name: {name}, when: {{ alarm: {{ name: {alarm} }} }}, do: [{{ ecs.stop-service-deployment: {{ cluster: c, service: {service} }} }}] }}\n"
        )
    };
    let freeze = |name: &str, service: &str| {
        format!(
            "- {{ name: {name}, when: {{ freeze: {{ calendar: {name} }} }}, do: [{{ ecs.stop-service-deployment: {{ cluster: c, service: {service} }} }}] }}\n"
        )
    };
    let alternatives = |prefix: &str, many: usize| {
        (0..many)
            .map(|it| format!("{prefix}{it:x}"))
            .collect::<Vec<_>>()
            .join("|")
    };
    let deep = |open: &str, close: &str| open.repeat(60) + "x" + &close.repeat(60);

    vec![
        ("braces", "yaml", "{".repeat(500_000)),
        ("brackets", "yaml", "[".repeat(500_000)),
        ("dashes", "yaml", "- ".repeat(250_000)),
        ("question marks", "yaml", "? ".repeat(250_000)),
        ("anchors", "yaml", "&a ".repeat(160_000)),
        (
            "anchors in a list",
            "yaml",
            filled("[", &|_| "&a a, ".to_owned(), "]"),
        ),
        (
            "different anchors in a list",
            "yaml",
            filled("[", &|i| format!("&a{i} a, "), "]"),
        ),
        (
            "aliases",
            "yaml",
            filled("- &a x\n", &|_| "- *a\n".to_owned(), ""),
        ),
        (
            "unknown aliases",
            "yaml",
            filled("", &|_| "- *a\n".to_owned(), ""),
        ),
        ("tags", "yaml", filled("", &|_| "- !a b\n".to_owned(), "")),
        ("colons", "yaml", ":".repeat(LARGEST)),
        ("colons and blanks", "yaml", ": ".repeat(LARGEST / 2)),
        ("quotes", "yaml", "\"".repeat(LARGEST)),
        ("apostrophes", "yaml", "'".repeat(LARGEST)),
        ("blanks", "yaml", " ".repeat(LARGEST)),
        ("tabs", "yaml", "\t".repeat(LARGEST)),
        ("lines", "yaml", "\n".repeat(LARGEST)),
        ("comments", "yaml", "#\n".repeat(LARGEST / 2)),
        ("percents", "yaml", "%a\n".repeat(LARGEST / 3)),
        ("bars", "yaml", "- |\n".repeat(LARGEST / 4)),
        ("document starts", "yaml", "---\n".repeat(LARGEST / 4)),
        ("one long word", "yaml", "a".repeat(LARGEST)),
        (
            "one long text",
            "yaml",
            format!("a: \"{}\"", "\\u0041".repeat(LARGEST / 7)),
        ),
        (
            "one long text of lines",
            "yaml",
            format!("a: \"{}\"", "a\n ".repeat(LARGEST / 4)),
        ),
        (
            "one long literal block",
            "yaml",
            format!("a: |\n{}", "  a\n".repeat(LARGEST / 5)),
        ),
        (
            "one long plain text of lines",
            "yaml",
            format!("a: b\n{}", "  a\n".repeat(LARGEST / 5)),
        ),
        (
            "a mapping of many keys",
            "yaml",
            filled("", &|i| format!("k{i}: 1\n"), ""),
        ),
        (
            "a mapping of one key",
            "yaml",
            filled("", &|_| "k: 1\n".to_owned(), ""),
        ),
        (
            "a flow mapping of many keys",
            "yaml",
            filled("{", &|i| format!("k{i}: 1, "), "}"),
        ),
        (
            "a flow mapping of bare keys",
            "yaml",
            filled("{", &|i| format!("k{i}, "), "}"),
        ),
        (
            "a flow list of pairs",
            "yaml",
            filled("[", &|_| "a: b, ".to_owned(), "]"),
        ),
        (
            "a JSON of many keys",
            "json",
            filled("{\"a\":1", &|i| format!(",\"k{i}\":1"), "}"),
        ),
        (
            "a JSON in one line",
            "json",
            filled(
                "{\"version\":1,\"policies\":[1",
                &|_| ",{}".to_owned(),
                "]}",
            ),
        ),
        (
            "deep lists",
            "yaml",
            filled("", &|_| format!("- {}\n", deep("[", "]")), ""),
        ),
        (
            "deep mappings",
            "yaml",
            filled("", &|_| format!("- {}\n", deep("{a: ", "}")), ""),
        ),
        (
            "deep dashes",
            "yaml",
            filled("", &|_| format!("{}x\n", "- ".repeat(60)), ""),
        ),
        (
            "many empty policies",
            "yaml",
            policies(&|_| "- {}\n".to_owned()),
        ),
        (
            "many wrong policies",
            "yaml",
            policies(&|_| "- x\n".to_owned()),
        ),
        (
            "policies with a misspelt key",
            "yaml",
            policies(&|_| "- { nmae: a }\n".to_owned()),
        ),
        (
            "a policy of unknown keys",
            "yaml",
            filled(&policy(""), &|i| format!("    k{i}: 1\n"), ""),
        ),
        (
            "a policy of unknown keys and wrong ones",
            "yaml",
            filled(
                &policy(
                    "    except: [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]\n    limit: 1\n    settle: x\n    mode: x\n    when: 1\n    do: 1\n",
                ),
                &|i| format!("    k{i}: 1\n"),
                "",
            ),
        ),
        (
            "one long key",
            "yaml",
            policy(&format!("    ? {}\n    : 1\n", "a".repeat(LARGEST - 100))),
        ),
        (
            "one long zone",
            "yaml",
            calendars(&|i| {
                if i == 0 {
                    format!("  c:\n    zone: {}\n", "Europe".repeat(170_000))
                } else {
                    String::new()
                }
            }),
        ),
        (
            "many wrong actions",
            "yaml",
            actions(&|_| "    - x\n".to_owned()),
        ),
        (
            "many misspelt actions",
            "yaml",
            actions(&|_| "    - { ecs.stop: {} }\n".to_owned()),
        ),
        (
            "many empty exceptions",
            "yaml",
            with_exceptions(&|_| "    - {}\n".to_owned()),
        ),
        (
            "many exceptions in wrong zones",
            "yaml",
            with_exceptions(&|i| {
                format!("    - {{ service: a, zone: Europe/Berln{i}, why: w }}\n")
            }),
        ),
        (
            "many exceptions of other things",
            "yaml",
            with_exceptions(&|_| "    - { domain: a, why: w }\n".to_owned()),
        ),
        (
            "a policy whose text stands for many",
            "yaml",
            format!(
                "version: 1\npolicies:\n  - name: p\n    description: &a {}\n{of_alarm}{stops}    except:\n{}",
                "a".repeat(700_000),
                "      - { service: a, why: *a }\n".repeat(9_999)
            ),
        ),
        (
            "many wrong patterns",
            "yaml",
            names(&|_| "\"{\",".to_owned()),
        ),
        ("many names", "yaml", names(&|i| format!("a{i},"))),
        (
            "many patterns to prove",
            "yaml",
            names(&|i| format!("\"{{a:x|y}}*b*c*d{i}*e*b\",\n")),
        ),
        (
            "patterns of stars to prove",
            "yaml",
            names(&|i| format!("\"{{e:x|y}}{i}{}\",\n", "*a".repeat(500))),
        ),
        (
            "short patterns of stars to prove",
            "yaml",
            names(&|i| format!("\"{}{i}{{e:x|y}}\",\n", "*a".repeat(40))),
        ),
        (
            "patterns of a letter to prove",
            "yaml",
            names(&|i| format!("\"{}{i}*{}{{e:x|y}}\",\n", "a".repeat(9), "a".repeat(990))),
        ),
        (
            "patterns of captures to prove",
            "yaml",
            names(&|i| {
                format!(
                    "\"{i}{}\",\n",
                    (0..170)
                        .map(|it| format!("{{{it:x}:b}}"))
                        .collect::<Vec<_>>()
                        .concat()
                )
            }),
        ),
        (
            "patterns of captures with two choices to prove",
            "yaml",
            names(&|i| {
                format!(
                    "\"{i}{}\",\n",
                    (0..110)
                        .map(|it| format!("{{{it:x}:a|b}}"))
                        .collect::<Vec<_>>()
                        .concat()
                )
            }),
        ),
        (
            "patterns of alternatives to prove",
            "yaml",
            names(&|i| format!("\"{{a:{}}}-{i}{{b}}\",\n", alternatives("svc-", 120))),
        ),
        (
            "patterns of short alternatives to prove",
            "yaml",
            names(&|i| format!("\"{{a:{}}}-{i}{{b}}\",\n", alternatives("", 300))),
        ),
        (
            "many calendars",
            "yaml",
            calendars(&|i| format!("  c{i}: x\n")),
        ),
        (
            "many calendars of one name",
            "yaml",
            calendars(&|_| "  c: x\n".to_owned()),
        ),
        (
            "many good calendars",
            "yaml",
            calendars(&|i| {
                format!("  c{i}: {{ closed: [{{ from: FRI 17:00, until: MON 07:00 }}] }}\n")
            }),
        ),
        (
            "many wrong periods",
            "yaml",
            periods(&|_| "    - x\n".to_owned()),
        ),
        (
            "many empty periods",
            "yaml",
            periods(&|_| "    - {}\n".to_owned()),
        ),
        (
            "many good periods",
            "yaml",
            periods(&|i| {
                format!(
                    "    - {{ from: \"{}-12-20 00:00\", until: \"{}-01-03 00:00\" }}\n",
                    2000 + i % 7000,
                    2001 + i % 7000
                )
            }),
        ),
        (
            "many weekly periods",
            "yaml",
            periods(&|i| {
                format!(
                    "    - {{ from: FRI {:02}:{:02}, until: MON 07:00 }}\n",
                    i % 24,
                    i % 60
                )
            }),
        ),
        (
            "policies of one name",
            "yaml",
            policies(&|_| line("a", "a", "s")),
        ),
        (
            "policies of names twice",
            "yaml",
            policies(&|i| line(&format!("a{}", i / 2), "a", "s")),
        ),
        (
            "policies of one name in wrong calendars",
            "yaml",
            filled(
                &(0..8_000)
                    .fold("version: 1\ncalendars:\n".to_owned(), |text, i| {
                        text + &format!("  calendar-{i}: x\n")
                    })
                    .replace("version: 1\n", "version: 1\npolicies: &p []\n")
                    .replace("policies: &p []\n", ""),
                &|i| {
                    if i == 0 {
                        "policies:\n".to_owned()
                    } else {
                        freeze(&format!("calendat-x{i}"), "s")
                    }
                },
                "",
            ),
        ),
        (
            "policies that all overlap",
            "yaml",
            policies(&|i| line(&format!("a{i}"), "\"*\"", "\"*\"")),
        ),
        (
            "policies that overlap in alarms",
            "yaml",
            policies(&|i| line(&format!("a{i}"), "\"*\"", &format!("s{i}"))),
        ),
        (
            "policies that overlap in services",
            "yaml",
            policies(&|i| line(&format!("a{i}"), &format!("s{i}"), "\"*\"")),
        ),
        (
            "policies that overlap in suffixes",
            "yaml",
            policies(&|i| line(&format!("a{i}"), "\"*-5xx\"", &format!("\"*-{i}\""))),
        ),
        (
            "freezes that overlap in alarms",
            "yaml",
            policies(&|i| freeze(&format!("a{i}"), &format!("\"s{i}\""))),
        ),
        (
            "policies of long stars",
            "yaml",
            policies(&|i| {
                line(
                    &format!("a{i}"),
                    &format!("\"{}a{i}\"", "*a".repeat(480)),
                    &format!("s{i}"),
                )
            }),
        ),
        (
            "policies of long question marks and stars",
            "yaml",
            policies(&|i| {
                line(
                    &format!("a{i}"),
                    &if i % 2 == 0 {
                        format!("\"{}\"", "*a".repeat(450) + "*")
                    } else {
                        format!("\"?{}{i:04}?\"", "a".repeat(900))
                    },
                    &format!("s{i}"),
                )
            }),
        ),
        (
            "policies of stars against letters",
            "yaml",
            policies(&|i| {
                line(
                    &format!("a{i}"),
                    &if i % 2 == 0 {
                        format!("\"*{}b*{i:04}*\"", "a".repeat(450))
                    } else {
                        format!("\"?{}{i:04}?\"", "a".repeat(900))
                    },
                    &format!("s{i}"),
                )
            }),
        ),
        (
            "policies of alternatives",
            "yaml",
            policies(&|i| {
                line(
                    &format!("a{i}"),
                    &format!("\"{{x:{}}}{}{i}\"", alternatives("", 64), "a".repeat(800)),
                    &format!("s{i}"),
                )
            }),
        ),
        (
            "policies of many names",
            "yaml",
            filled(
                "version: 1\npolicies:\n",
                &|i| {
                    line(
                        &format!("a{i}"),
                        &format!(
                            "[{}]",
                            (0..5_000)
                                .map(|j| format!("\"*{j}-{i}\""))
                                .collect::<Vec<_>>()
                                .join(",")
                        ),
                        &format!("s{i}"),
                    )
                },
                "",
            ),
        ),
        (
            "policies that never fire",
            "yaml",
            policies(&|i| {
                format!(
                    "- {{ name: a{i}, when: {{ schedule: {{ expression: \"cron(0 0 30 2 ? *)\" }} }}, do: [{{ ecs.stop-service-deployment: {{ cluster: c, service: s{i} }} }}] }}\n"
                )
            }),
        ),
        (
            "policies that fire in 2199",
            "yaml",
            policies(&|i| {
                format!(
                    "- {{ name: a{i}, when: {{ schedule: {{ expression: \"cron(59 23 ? 2 SUN#5 2199)\", zone: Europe/Berlin }} }}, do: [{{ ecs.stop-service-deployment: {{ cluster: c, service: s{i} }} }}] }}\n"
                )
            }),
        ),
        (
            "periods that are all excepted",
            "yaml",
            filled("version: 1\ncalendars:\n", &excepted, ""),
        ),
        (
            "many tags",
            "yaml",
            filled(
                &policy(&format!(
                    "{of_alarm}    do:\n    - ecs.stop-service-deployment:\n        cluster: c\n        service: s\n        tags:\n"
                )),
                &|i| format!("          t{i}: x\n"),
                "",
            ),
        ),
        (
            "many wrong tags",
            "yaml",
            filled(
                &policy(&format!(
                    "{of_alarm}    do:\n    - ecs.stop-service-deployment:\n        cluster: c\n        service: s\n        tags:\n"
                )),
                &|i| format!("          t{i}: []\n"),
                "",
            ),
        ),
        (
            "many templates never captured",
            "yaml",
            filled(
                &policy(&format!(
                    "{of_alarm}    do:\n    - ecs.stop-service-deployment:\n        cluster: c\n        service: ["
                )),
                &|i| format!("\"{{x{i}}}\","),
                "]\n",
            ),
        ),
        (
            "many captures never captured in many names",
            "yaml",
            filled(
                &format!(
                    "version: 1\npolicies:\n  - name: p\n    when: {{ alarm: {{ name: [{}] }} }}\n    do:\n    - ecs.stop-service-deployment:\n        cluster: c\n        service: [",
                    (0..30_000)
                        .map(|i| format!("\"{{x}}a{i}\""))
                        .collect::<Vec<_>>()
                        .join(",")
                ),
                &|_| "\"{x}\",".to_owned(),
                "]\n",
            ),
        ),
    ]
}

/// A calendar of five hundred periods, and an exception from all of them.
fn excepted(index: usize) -> String {
    let head = format!(
        "  c{index}:\n    open: [{{ from: 2026-01-01 00:00, until: 9000-01-01 00:00, why: w }}]\n    closed:\n"
    );
    let periods = (0..500).map(|it| {
        let (year, month) = (2027 + it / 12, 1 + it % 12);
        format!("    - {{ from: {year}-{month:02}-20 00:00, until: {year}-{month:02}-21 00:00 }}\n")
    });
    periods.fold(head, |text, period| text + &period)
}

/// The start, as many as fit, and the end.
fn filled(start: &str, each: &dyn Fn(usize) -> String, end: &str) -> String {
    let mut text = start.to_owned();
    for index in 0.. {
        let next = each(index);
        if text.len() + next.len() + end.len() > LARGEST || (next.is_empty() && index > 0) {
            break;
        }
        text += &next;
    }
    text + end
}

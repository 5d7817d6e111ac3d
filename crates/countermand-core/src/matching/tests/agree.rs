//! The index finds exactly what asking every policy finds.

use proptest::prelude::*;

use super::super::full;
use super::policies;
use super::table::{STOP, alarm, begins, event};
use crate::trigger::{CalendarClosed, Kind, Place, PolicyDue, Trigger};

/// Few letters, so that names meet.
fn name() -> impl Strategy<Value = String> {
    "[ab-]{1,5}"
}

fn glob() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => name(),
        1 => Just("*".to_owned()),
        3 => (name(), name()).prop_map(|(a, b)| format!("{a}*{b}")),
        1 => (name(), name()).prop_map(|(a, b)| format!("*{a}?{b}*")),
        1 => name().prop_map(|a| format!("?{a}")),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => glob(),
        1 => name().prop_map(|a| format!("{{x}}{a}")),
        1 => name().prop_map(|a| format!("{{x:a|b}}{a}*")),
    ]
}

fn some(one: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(one, 1..3).prop_map(|list| format!("[\"{}\"]", list.join("\", \"")))
}

fn maybe(key: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::option::weighted(0.3, value)
        .prop_map(move |it| it.map_or(String::new(), |value| format!(", {key}: {value}")))
}

fn by_alarm() -> impl Strategy<Value = String> {
    let keyed = |key| some(glob()).prop_map(move |globs| format!("{{ {key}: {globs} }}"));
    (
        some(pattern()),
        maybe(
            "account",
            some(prop_oneof!["1[?]{11}", "[12][*]3", "[*]|[*]2|123456789012"]),
        ),
        maybe("region", some(glob())),
        maybe("dimensions", keyed("D")),
        maybe("tags", keyed("T")),
    )
        .prop_map(|(name, account, region, dimensions, tags)| {
            format!("alarm: {{ name: {name}{account}{region}{dimensions}{tags} }} | {STOP}")
        })
}

fn action() -> impl Strategy<Value = String> {
    let window = prop_oneof![
        glob(),
        "mw-[ab]{17}",
        "mw-[ab]{1,3}",
        Just("mw-*".to_owned())
    ];
    // The account is a name too.
    let service = prop_oneof![4 => glob(), 1 => Just("{account}".to_owned())];
    prop_oneof![
        (some(glob()), some(service)).prop_map(|(cluster, service)| format!(
            "{{ ecs.stop-service-deployment: {{ cluster: {cluster}, service: {service} }} }}"
        )),
        some(window).prop_map(|window| format!(
            "{{ ssm.cancel-maintenance-window-execution: {{ window: {window} }} }}"
        )),
    ]
}

fn policy() -> impl Strategy<Value = String> {
    let actions = || prop::collection::vec(action(), 1..3).prop_map(|list| list.join(", "));
    let mode = prop_oneof![
        5 => Just("mode: enforce"),
        1 => Just("mode: disabled"),
    ];
    let calendar = prop_oneof![name(), name().prop_map(|it| arn(&it))];
    let line = prop_oneof![
        4 => by_alarm(),
        2 => actions().prop_map(|it| format!("freeze: {{ calendar: always }} | {it}")),
        1 => (calendar, actions())
            .prop_map(|(calendar, it)| format!("change-calendar: {{ calendar: \"{calendar}\" }} | {it}")),
        1 => Just(format!("schedule: {{ expression: rate(1 hour) }} | {STOP}")),
    ];
    (line, mode).prop_map(|(line, mode)| format!("{line} | {mode}"))
}

fn arn(name: &str) -> String {
    format!("arn:aws:ssm:eu-central-1:123456789012:document/{name}")
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let values = prop::collection::vec(name(), 0..3);
    let tags = prop::option::of(name());
    let alarms = (name(), values, tags).prop_map(|(name, values, tag)| {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let tag = tag.as_deref().map(|tag| [("T", tag)]);
        alarm(&name, &[("D", &values)], tag.as_ref().map(|it| &it[..]))
    });
    let kinds = prop_oneof![
        4 => alarms,
        2 => (name(), name()).prop_map(|(cluster, service)| begins(
            "ecs.stop-service-deployment",
            &[("cluster", &cluster), ("service", &service)]
        )),
        1 => "mw-[ab]{17}".prop_map(|id| begins("ssm.cancel-maintenance-window-execution", &[("window", &id)])),
        1 => (0..8).prop_map(|at| event(Kind::PolicyDue(PolicyDue {
            policy: format!("p{at}"),
            scheduled_for: jiff::Timestamp::UNIX_EPOCH,
        }))),
        1 => (name(), any::<bool>()).prop_map(|(name, whole)| event(Kind::CalendarClosed(CalendarClosed {
            calendar: if whole { arn(&name) } else { name },
            since: jiff::Timestamp::UNIX_EPOCH,
            next_change: None,
        }))),
    ];
    (kinds, prop::option::of(name()), prop::option::of(name())).prop_map(
        |(trigger, account, region)| Trigger {
            from: Place { account, region },
            ..trigger
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_scan_finds(
        lines in prop::collection::vec(policy(), 1..8),
        triggers in prop::collection::vec(trigger(), 1..20),
    ) {
        let policies = policies(lines.iter().map(String::as_str));
        for trigger in &triggers {
            let found: Vec<_> = policies
                .matching(trigger)
                .into_iter()
                .map(|it| (it.policy.name.to_string(), it.captures))
                .collect();
            let scanned: Vec<_> = policies
                .list()
                .iter()
                .filter_map(|policy| Some((policy.name.to_string(), full::check(policy, trigger)?)))
                .collect();
            prop_assert_eq!(found, scanned, "{:?}\n{:#?}", trigger, lines);
        }
    }
}

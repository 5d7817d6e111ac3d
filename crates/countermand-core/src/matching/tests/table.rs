//! Row by row: whether a policy matches an event.

use std::collections::BTreeMap;

use super::policies;
use crate::matching::find_matches;
use crate::trigger::{
    AlarmChanged, AlarmState, AlarmStateSince, AnnouncedChange, Asked, CalendarClosed, Place,
    PolicyDue, Trigger, TriggerKind,
};

const STOP: &str = "{ ecs.stop-service-deployment: { cluster: prod, service: checkout } }";

fn event(kind: TriggerKind) -> Trigger {
    Trigger {
        event_id: None,
        at: jiff::Timestamp::UNIX_EPOCH,
        from: Place {
            account: Some("123456789012".to_owned()),
            region: Some("eu-central-1".to_owned()),
        },
        kind,
    }
}

fn alarm(name: &str, dimensions: &[(&str, &[&str])], tags: Option<&[(&str, &str)]>) -> Trigger {
    let owned = |it: &&str| (*it).to_owned();
    let dimensions = dimensions.iter();
    event(TriggerKind::AlarmChanged(AlarmChanged {
        name: name.to_owned(),
        arn: None,
        state: AlarmStateSince {
            value: AlarmState::Alarm,
            since: jiff::Timestamp::UNIX_EPOCH,
        },
        previous: None,
        muted: None,
        suppressed_by: None,
        tags: tags.map(|tags| {
            tags.iter()
                .map(|(key, value)| (owned(key), owned(value)))
                .collect()
        }),
        dimensions: dimensions
            .map(|(key, values)| (owned(key), values.iter().map(owned).collect()))
            .collect(),
        contributor: None,
    }))
}

fn begins(operation: &'static str, names: &[(&'static str, &str)]) -> Trigger {
    let names: BTreeMap<_, _> = names
        .iter()
        .map(|(key, name)| (*key, (*name).to_owned()))
        .collect();
    event(TriggerKind::ChangeBegan(AnnouncedChange {
        operation,
        names,
        change: None,
        state: String::new(),
        began_at: None,
        is_rollback: false,
    }))
}

fn check(rows: &[(&str, &str, Trigger, bool)]) {
    for (says, line, trigger, wanted) in rows {
        let policies = policies([*line]);
        assert_eq!(
            find_matches(&policies, trigger).len() == 1,
            *wanted,
            "{says}"
        );
    }
}

fn when(text: &str) -> String {
    format!("{text} | {STOP}")
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn an_alarm_is_matched_by_all_that_its_policy_says() {
    let plain = || alarm("web-5xx", &[], None);
    let untold = || Trigger { from: Place::default(), ..plain() };
    let with = |tags| alarm("web-5xx", &[], Some(tags));
    let dims = |values| alarm("web-5xx", &[("S", values)], None);
    for (says, alarm, trigger, wanted) in [
        ("its name", "name: web-5xx", plain(), true),
        ("another name", "name: web-4xx", plain(), false),
        ("a beginning of its name", "name: web", plain(), false),
        ("its name in other letters", "name: WEB-5xx", plain(), false),
        ("a wildcard", "name: \"web-*\"", plain(), true),
        ("a wildcard for one", "name: \"web-?xx\"", plain(), true),
        ("a wildcard for one too few", "name: \"web-??xx\"", plain(), false),
        ("a capture", "name: \"{s}-5xx\"", plain(), true),
        ("a capture of nothing", "name: \"web-5xx{s}\"", plain(), false),
        ("a choice", "name: \"{s:web|app}-5xx\"", plain(), true),
        ("a choice of others", "name: \"{s:api|app}-5xx\"", plain(), false),
        ("everything", "name: \"*\"", plain(), true),
        ("one of a list", "name: [app-5xx, \"web-*\"]", plain(), true),
        ("none of a list", "name: [app-5xx, \"app-*\"]", plain(), false),
        ("a wildcard in a list", "name: [app-5xx, \"*\"]", plain(), true),
        ("its account", "name: \"*\", account: \"123456789012\"", plain(), true),
        ("another account", "name: \"*\", account: \"999999999999\"", plain(), false),
        ("one of several accounts", "name: \"*\", account: [\"9*\", \"1*\"]", plain(), true),
        ("an account that is not told", "name: \"*\", account: \"*\"", untold(), false),
        ("no account is asked for nor told", "name: \"*\"", untold(), true),
        ("its region", "name: \"*\", region: \"eu-*\"", plain(), true),
        ("another region", "name: \"*\", region: us-east-1", plain(), false),
        ("tags that are not told", "name: \"*\", tags: { env: prod }", plain(), true),
        ("its tag", "name: \"*\", tags: { env: prod }", with(&[("env", "prod")]), true),
        ("another value of a tag", "name: \"*\", tags: { env: prod }", with(&[("env", "test")]), false),
        ("another tag", "name: \"*\", tags: { env: prod }", with(&[("Env", "prod")]), false),
        ("no tag at all", "name: \"*\", tags: { env: prod }", with(&[]), false),
        ("one of two tags", "name: \"*\", tags: { env: prod, team: a }", with(&[("env", "prod")]), false),
        ("its dimension", "name: \"*\", dimensions: { S: \"check*\" }", dims(&["checkout"]), true),
        ("one value of its dimension", "name: \"*\", dimensions: { S: checkout }", dims(&["cart", "checkout"]), true),
        ("another value of its dimension", "name: \"*\", dimensions: { S: checkout }", dims(&["cart"]), false),
        ("a dimension without values", "name: \"*\", dimensions: { S: \"*\" }", dims(&[]), false),
        ("no such dimension", "name: \"*\", dimensions: { T: \"*\" }", dims(&["cart"]), false),
        ("one of two dimensions", "name: \"*\", dimensions: { S: cart, T: \"*\" }", dims(&["cart"]), false),
        ("a state that is not wanted is for the guards", "name: \"*\", state: OK", plain(), true),
    ] {
        check(&[(says, &when(&format!("alarm: {{ {alarm} }}")), trigger, wanted)]);
    }
}

#[test]
fn captures_are_those_of_each_pattern_that_fits() {
    let line =
        format!(r#"alarm: {{ name: ["{{s}}-5xx", "nothing-{{s}}", "web-{{s}}"] }} | {STOP}"#);
    let policies = policies([line.as_str()]);
    let trigger = alarm("web-5xx", &[], None);
    let found = find_matches(&policies, &trigger);
    let captured: Vec<_> = found[0]
        .captures
        .iter()
        .map(|it| it["s"].as_str())
        .collect();
    assert_eq!(captured, ["web", "5xx"]);
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn a_policy_is_due_by_its_name_unless_an_alarm_wakes_it() {
    let due = |name: &str| event(TriggerKind::PolicyDue(PolicyDue { policy: name.to_owned(), scheduled_for: jiff::Timestamp::UNIX_EPOCH }));
    let off = format!("schedule: {{ expression: rate(1 hour) }} | {STOP} | mode: disabled");
    check(&[
        ("a schedule", &when("schedule: { expression: rate(1 hour) }"), due("p0"), true),
        ("another schedule", &when("schedule: { expression: rate(1 hour) }"), due("p1"), false),
        ("a freeze", &when("freeze: { calendar: always }"), due("p0"), true),
        ("a change calendar", &when("change-calendar: { calendar: c }"), due("p0"), true),
        ("an alarm", &when("alarm: { name: \"*\" }"), due("p0"), false),
        ("a disabled schedule", &off, due("p0"), false),
    ]);
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn a_change_that_begins_is_matched_by_the_names_that_its_event_gives() {
    const ECS: &str = "ecs.stop-service-deployment";
    const SSM: &str = "ssm.cancel-maintenance-window-execution";
    const SEARCH: &str = "opensearch.cancel-service-software-update";
    let ecs = || begins(ECS, &[("cluster", "prod"), ("service", "checkout")]);
    let window = || begins(SSM, &[("window", "mw-0123456789abcdef0")]);
    let domain = || begins(SEARCH, &[("domain", "prod-search")]);
    let freeze = |action: &str| format!("freeze: {{ calendar: always }} | {action}");
    let of = |operation: &str, names: &str| freeze(&format!("{{ {operation}: {{ {names} }} }}"));
    check(&[
        ("a service", &of(ECS, "cluster: prod, service: checkout"), ecs(), true),
        ("another service", &of(ECS, "cluster: prod, service: cart"), ecs(), false),
        ("another cluster", &of(ECS, "cluster: test, service: checkout"), ecs(), false),
        ("wildcards", &of(ECS, "cluster: \"*\", service: \"check*\""), ecs(), true),
        ("one of a list", &of(ECS, "cluster: prod, service: [cart, checkout]"), ecs(), true),
        ("the account's own name", &of(ECS, "cluster: prod, service: \"{account}\""), begins(ECS, &[("cluster", "prod"), ("service", "123456789012")]), true),
        ("another account's name", &of(ECS, "cluster: prod, service: \"{account}\""), begins(ECS, &[("cluster", "prod"), ("service", "999999999999")]), false),
        ("a region that is not told is for the guards", &of(ECS, "cluster: prod, service: \"{region}\""), Trigger { from: Place::default(), ..ecs() }, true),
        ("a window by its id", &of(SSM, "window: mw-0123456789abcdef0"), window(), true),
        ("a window by another id", &of(SSM, "window: mw-0123456789abcdef1"), window(), false),
        ("a window by ids", &of(SSM, "window: \"mw-*\""), window(), true),
        ("a window by a name that begins like an id", &of(SSM, "window: mw-database"), window(), true),
        ("a window by names that begin like an id", &of(SSM, "window: \"mw-database-*\""), window(), true),
        ("a window by a name that is as long as an id", &of(SSM, "window: mw-0123456789abcdefg"), window(), true),
        ("a window by a name that the event does not give", &of(SSM, "window: \"patch-*\""), window(), true),
        ("a window by another id or a name", &of(SSM, "window: [mw-0123456789abcdef1, patch]"), window(), true),
        ("any window", &of(SSM, "window: \"*\""), window(), true),
        ("a domain", &of(SEARCH, "domain: \"prod-*\""), domain(), true),
        ("another domain", &of(SEARCH, "domain: \"test-*\""), domain(), false),
        ("another operation", &of(SSM, "window: \"*\""), ecs(), false),
        ("the second entry", &freeze(&format!("{{ {SSM}: {{ window: \"*\" }} }}, {STOP}")), ecs(), true),
        ("a change calendar", &when("change-calendar: { calendar: c }"), ecs(), true),
        ("a schedule", &when("schedule: { expression: rate(1 hour) }"), ecs(), false),
        ("an alarm", &when("alarm: { name: \"*\" }"), ecs(), false),
        ("a disabled freeze", &format!("{} | mode: disabled", when("freeze: { calendar: always }")), ecs(), false),
    ]);
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn a_calendar_that_closes_is_matched_by_its_name_or_arn() {
    const ARN: &str = "arn:aws:ssm:eu-central-1:123456789012:document/year-end";
    const OTHER: &str = "arn:aws:ssm:eu-central-1:999999999999:document/year-end";
    let closes = |calendar: &str| event(TriggerKind::CalendarClosed(CalendarClosed { calendar: calendar.to_owned(), since: jiff::Timestamp::UNIX_EPOCH, next_change: None }));
    let of = |calendar: &str| when(&format!("change-calendar: {{ calendar: \"{calendar}\" }}"));
    check(&[
        ("name and name", &of("year-end"), closes("year-end"), true),
        ("name and ARN", &of("year-end"), closes(ARN), true),
        ("ARN and name", &of(ARN), closes("year-end"), true),
        ("ARN and ARN", &of(ARN), closes(ARN), true),
        ("the ARN of another account", &of(ARN), closes(OTHER), false),
        ("another name", &of("year-start"), closes(ARN), false),
        ("an end of its name", &of("end"), closes(ARN), false),
        ("a calendar of our own", &when("freeze: { calendar: always }"), closes("always"), false),
    ]);
}

#[test]
fn a_person_who_asks_wakes_no_policy() {
    let asked = event(TriggerKind::Asked(Asked {
        why: "INC-1".to_owned(),
    }));
    check(&[("asked", &when("alarm: { name: \"*\" }"), asked, false)]);
}

#[test]
fn what_matches_comes_in_the_order_of_the_files() {
    let lines: Vec<_> = ["\"*\"", "web-5xx", "app", "\"web-*\"", "\"*-5xx\""]
        .iter()
        .map(|name| when(&format!("alarm: {{ name: {name} }}")))
        .collect();
    let policies = policies(lines.iter().map(String::as_str));
    let trigger = alarm("web-5xx", &[], None);
    let found = find_matches(&policies, &trigger);
    let names: Vec<_> = found.iter().map(|it| it.policy.name.as_str()).collect();
    assert_eq!(names, ["p0", "p1", "p3", "p4"]);
}

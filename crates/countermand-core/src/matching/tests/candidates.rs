//! How many policies are asked does not grow with those that do not match.

use super::super::{Policies, clues};
use super::policies;
use super::table::{STOP, alarm, begins};
use crate::trigger::{Place, Trigger};

const MANY: usize = 1_000;

fn candidates(policies: &Policies, trigger: &Trigger) -> usize {
    policies.index.candidates(&clues::of_trigger(trigger)).len()
}

fn of(line: impl Fn(usize) -> String) -> Policies {
    let lines: Vec<_> = (0..MANY).map(line).collect();
    policies(lines.iter().map(String::as_str))
}

fn by_alarm(alarm: impl Fn(usize) -> String) -> Policies {
    of(|at| format!("alarm: {{ {} }} | {STOP}", alarm(at)))
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn of_a_thousand_policies_only_what_can_match_is_asked() {
    let plain = |name: &str| alarm(name, &[], None);
    let service = |name: &str| begins("ecs.stop-service-deployment", &[("cluster", "prod"), ("service", name)]);
    let from = |account: &str| Trigger { from: Place { account: Some(account.to_owned()), region: None }, ..plain("any") };
    let frozen = |cluster: &'static str, name: &'static str| of(move |at| {
        let name = name.replace('#', &format!("{at:04}"));
        format!("freeze: {{ calendar: always }} | {{ ecs.stop-service-deployment: {{ cluster: {cluster}, service: {name} }} }}")
    });
    for (says, policies, trigger, most) in [
        ("whole names", by_alarm(|at| format!("name: web-{at:04}-5xx")), plain("web-0500-5xx"), 1),
        ("whole names, none of which is meant", by_alarm(|at| format!("name: web-{at:04}-5xx")), plain("web-5xx"), 0),
        ("one end", by_alarm(|at| format!("name: \"web-{at:04}-*-production-5xx\"")), plain("web-0500-checkout-production-5xx"), 1),
        ("one beginning", by_alarm(|at| format!("name: \"production-of-checkout-*-{at:04}\"")), plain("production-of-checkout-x-0500"), 1),
        ("both ends alike", by_alarm(|at| format!("name: \"production-*-{at:04}-*-production\"")), plain("production-x-0500-y-production"), 1),
        ("both ends alike, none of which is meant", by_alarm(|at| format!("name: \"production-*-{at:04}-*-production\"")), plain("production-production"), 0),
        ("captures", by_alarm(|at| format!("name: \"{{stage:test|prod}}-of-{at:04}-{{service}}-production-5xx\"")), plain("prod-of-0500-x-production-5xx"), 1),
        ("lists", by_alarm(|at| format!("name: [\"a-*-{at:04}-production\", \"b-*-{at:04}-production\"]")), plain("b-x-0500-production"), 1),
        ("any name of a dimension", by_alarm(|at| format!("name: \"*\", dimensions: {{ S: s-{at:04} }}")), alarm("any", &[("S", &["s-0500", "s-0501"])], None), 2),
        ("any name of an account", by_alarm(|at| format!("name: \"*\", account: \"{at:012}\"")), from("000000000500"), 1),
        ("one name of many accounts", by_alarm(|at| format!("name: web-5xx, account: \"{at:012}\"")), plain("web-5xx"), 0),
        ("services that begin", frozen("prod", "web-#"), service("web-0500"), 1),
        ("services of any cluster", frozen("\"*\"", "\"*-#-production\""), service("web-0500-production"), 1),
        ("a service that nobody means", frozen("prod", "\"web-#-*\""), service("cart"), 0),
        ("an event of another kind", frozen("prod", "web-#"), plain("web-0500"), 0),
    ] {
        assert_eq!(policies.list().len(), MANY);
        let asked = candidates(&policies, &trigger);
        assert!(asked <= most, "{says}: {asked} asked");
        assert!(policies.matching(&trigger).len() <= asked);
    }
}

#[test]
fn what_is_asked_is_found() {
    let policies = by_alarm(|at| format!("name: \"web-{at:04}-*-production-5xx\""));
    let found = policies
        .matching(&alarm("web-0500-x-production-5xx", &[], None))
        .len();
    assert_eq!(found, 1);
}

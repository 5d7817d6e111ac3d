//! The targets of an action, with an event filled in.

use super::super::{HoldCode, targets};
use super::scene::{Scene, home, policies};
use crate::matching::find_matches;
use crate::trigger::Trigger;

/// The targets as `key=name`, or why there are none.
fn meant(when: &str, target: &str, differs: fn(&mut Scene)) -> Result<String, String> {
    let mut scene = Scene::default();
    differs(&mut scene);
    let policies = policies(
        when,
        &format!("ecs.stop-service-deployment: {{ {target} }}"),
        "",
    );
    let matching = find_matches(&policies, &scene.trigger);
    let found = matching.first().expect("the policy matches");
    let targets = targets(
        &found.policy.actions[0],
        &scene.trigger,
        &found.captures,
        &home(),
    );
    let told = targets.map(|targets| {
        let each = targets.iter().map(|(key, globs)| {
            let globs: Vec<_> = globs.iter().map(ToString::to_string).collect();
            format!("{key}={}", globs.join("|"))
        });
        each.collect::<Vec<_>>().join(" ")
    });
    told.map_err(|reason| {
        assert_eq!(reason.code, HoldCode::TargetUnknown);
        reason.text
    })
}

fn dimension(scene: &mut Scene, values: &[&str]) {
    let values = values.iter().map(|it| (*it).to_owned()).collect();
    scene.alarm().dimensions = [("Service".to_owned(), values)].into();
}

const BY_DIMENSION: &str = r#"cluster: prod, service: "{alarm.dimensions.Service}""#;

#[test]
#[rustfmt::skip] // a table: one case, one line
fn what_the_event_gives_names_the_target() {
    let capture = r#"alarm: { name: "{s}-5xx" }"#;
    let any = r#"alarm: { name: "*" }"#;
    for (says, when, target, differs, want) in [
        ("a capture", capture, r#"cluster: prod, service: "{s}""#, (|_| ()) as fn(&mut Scene), "cluster=prod service=checkout"),
        ("a capture within a glob", capture, r#"cluster: prod, service: "x-{s}-*""#, |_| (), "cluster=prod service=x-checkout-*"),
        ("a list", capture, r#"cluster: prod, service: ["{s}", "{s}-*", cart]"#, |_| (), "cluster=prod service=checkout|checkout-*|cart"),
        ("the alarm's name", any, r#"cluster: prod, service: "{alarm.name}""#, |_| (), "cluster=prod service=checkout-5xx"),
        ("the account and region", any, r#"cluster: "c-{account}-{region}", service: s"#, |_| (), "cluster=c-123456789012-eu-central-1 service=s"),
        ("an account that the event does not tell", any, r#"cluster: "c-{account}", service: s"#, |s| s.trigger.from.account = None, "cluster=c-123456789012 service=s"),
        ("a tag", any, r#"cluster: prod, service: "{alarm.tags.svc}""#, |s| s.alarm().tags = Some([("svc".into(), "cart".into())].into()), "cluster=prod service=cart"),
        ("a contributor's attribute", any, r#"cluster: prod, service: "{alarm.contributor.Svc}""#, |s| s.alarm().contributor = Some([("Svc".into(), "cart".into())].into()), "cluster=prod service=cart"),
        ("a dimension", any, BY_DIMENSION, |s| dimension(s, &["cart"]), "cluster=prod service=cart"),
        ("patterns that agree", r#"alarm: { name: ["{s}-5xx", "{s}-5x?"] }"#, r#"cluster: prod, service: "{s}""#, |_| (), "cluster=prod service=checkout"),
        ("of two patterns only one matches", r#"alarm: { name: ["{s}-5xx", "{s}-4xx"] }"#, r#"cluster: prod, service: "{s}""#, |_| (), "cluster=prod service=checkout"),
    ] {
        assert_eq!(meant(when, target, differs).as_deref(), Ok(want), "{says}");
    }
}

#[test]
#[rustfmt::skip] // a table: one case, one line
fn what_the_event_does_not_name_clearly_is_unknown() {
    let any = r#"alarm: { name: "*" }"#;
    for (says, when, target, differs, want) in [
        ("a dimension that is missing", any, BY_DIMENSION, (|_| ()) as fn(&mut Scene), "`{alarm.dimensions.Service}` is not in the event"),
        ("a dimension without values", any, BY_DIMENSION, |s| dimension(s, &[]), "`{alarm.dimensions.Service}` is not in the event"),
        ("an empty dimension", any, BY_DIMENSION, |s| dimension(s, &[""]), "`{alarm.dimensions.Service}` is empty in the event"),
        ("a dimension of two values", any, BY_DIMENSION, |s| dimension(s, &["a", "b"]), "`{alarm.dimensions.Service}` has several values in the event: `a`, `b`"),
        ("a dimension that looks like a pattern", any, BY_DIMENSION, |s| dimension(s, &["*"]), "`{alarm.dimensions.Service}` is `*`, which cannot be an ECS service name"),
        ("a dimension that looks like a reference", any, BY_DIMENSION, |s| dimension(s, &["{s}"]), "`{alarm.dimensions.Service}` is `{s}`, which cannot be an ECS service name"),
        ("a name in other letters", any, BY_DIMENSION, |s| dimension(s, &["zürich"]), "`{alarm.dimensions.Service}` is `zürich`, which cannot be an ECS service name"),
        ("tags that are not told", any, r#"cluster: prod, service: "{alarm.tags.svc}""#, |_| (), "`{alarm.tags.svc}` is not in the event"),
        ("another tag", any, r#"cluster: prod, service: "{alarm.tags.svc}""#, |s| s.alarm().tags = Some([("Svc".into(), "cart".into())].into()), "`{alarm.tags.svc}` is not in the event"),
        ("an alarm of no contributor", any, r#"cluster: prod, service: "{alarm.contributor.Svc}""#, |_| (), "`{alarm.contributor.Svc}` is not in the event"),
        ("patterns that disagree", r#"alarm: { name: ["{s}-5xx", "{s}xx"] }"#, r#"cluster: prod, service: "{s}""#, |_| (), "`{s}` has several values in the event: `checkout`, `checkout-5`"),
        ("one unknown name in a list", any, r#"cluster: prod, service: [cart, "{alarm.tags.svc}"]"#, |_| (), "`{alarm.tags.svc}` is not in the event"),
        ("a name that is a pattern", r#"alarm: { name: "{s}-5xx" }"#, r#"cluster: prod, service: "{s}""#, |s| s.alarm().name = "*-5xx".into(), "`{s}` is `*`, which cannot be an ECS service name"),
    ] {
        assert_eq!(meant(when, target, differs), Err(want.to_owned()), "{says}");
    }
}

/// The policy's targets are more than the one in the event.
#[test]
fn an_event_about_one_change_means_that_one() {
    let freeze = "freeze: { calendar: weekend }";
    for (says, target, want) in [
        (
            "wildcards",
            r#"cluster: "*", service: "*""#,
            "cluster=prod service=checkout",
        ),
        (
            "a list",
            "cluster: [prod, test], service: [cart, checkout]",
            "cluster=prod service=checkout",
        ),
        (
            "a reference",
            r#"cluster: ["{region}", prod], service: checkout"#,
            "cluster=prod service=checkout",
        ),
    ] {
        assert_eq!(
            meant(freeze, target, |s| s.begins(false)).as_deref(),
            Ok(want),
            "{says}"
        );
    }
}

/// The name of this id is known only later.
#[test]
fn an_event_about_a_window_with_an_id_means_all_that_the_policy_means() {
    let mut scene = Scene::default();
    scene.begins(false);
    let announced = scene.announced();
    announced.operation = "ssm.cancel-maintenance-window-execution";
    announced.names = [("window", "mw-0123456789abcdef0".to_owned())].into();
    let stops =
        r#"ssm.cancel-maintenance-window-execution: { window: ["patch-*", mw-0123456789abcdef0] }"#;
    let policies = policies("freeze: { calendar: weekend }", stops, "");
    let action = &policies.list()[0].actions[0];
    let target = targets(action, &scene.trigger, &[], &home()).unwrap();
    let globs: Vec<_> = target[0].1.iter().map(ToString::to_string).collect();
    assert_eq!(globs, ["patch-*", "mw-0123456789abcdef0"]);
}

#[test]
fn of_a_policy_with_several_operations_an_event_is_about_those_that_could_stop_its_change() {
    let mut scene = Scene::default();
    scene.begins(false);
    let several = r#"ecs.stop-service-deployment: { cluster: prod, service: checkout } },
        { ssm.cancel-maintenance-window-execution: { window: "*" } },
        { ecs.stop-service-deployment: { cluster: prod, service: cart } },
        { ecs.stop-service-deployment: { cluster: "*", service: "check*" }"#;
    let policies = policies("freeze: { calendar: weekend }", several, "");
    let about = |trigger: &Trigger| {
        let matching = find_matches(&policies, trigger);
        let meant = matching[0].actions(trigger);
        let all = &policies.list()[0].actions;
        let place = |it: &_| all.iter().position(|action| std::ptr::eq(action, it));
        meant.map(place).collect::<Vec<_>>()
    };
    assert_eq!(about(&scene.trigger), [Some(0), Some(3)]);
    scene.due(scene.now);
    assert_eq!(about(&scene.trigger), [0, 1, 2, 3].map(Some));
}

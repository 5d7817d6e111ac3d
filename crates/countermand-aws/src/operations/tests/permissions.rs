//! Every declared permission exists, IAM supports it on the declared resource type, and `*` is declared only where IAM
//! supports nothing narrower.

use countermand_core::operation::Permission;
use countermand_core::operations::ALL;
use countermand_core::policy::{AlarmWhen, ChangeCalendarWhen};
use serde_json::json;

use super::python;

const SCRIPT: &str = "crates/countermand-aws/src/operations/tests/iam.py";

fn wrong_with<'a>(permissions: impl Iterator<Item = &'a Permission>) -> String {
    let lines: Vec<_> = permissions
        .map(|it| json!({ "action": it.action, "on": it.on }).to_string())
        .collect();
    python(SCRIPT, &lines.join("\n"))
}

#[test]
fn every_permission_is_one_of_iam_on_something_that_it_knows() {
    let of_operations = ALL.iter().flat_map(|it| it.permissions());
    let of_triggers = AlarmWhen::PERMISSIONS
        .iter()
        .chain(ChangeCalendarWhen::PERMISSIONS);
    assert_eq!(wrong_with(of_operations.chain(of_triggers)), "");
}

#[test]
fn a_permission_that_iam_does_not_know_is_reported() {
    let arn = &["arn:{partition}:ecs:{region}:{account}:cluster/{cluster}"];
    let invented = [
        ("ecs:StopServiceDeployments", &["*"]),
        ("ecs:StopServiceDeployment", arn),
        ("ecs:ListServices", arn),
        ("ssm:StopAutomationExecution", &["*"]),
    ];
    let invented = invented.map(|(action, on)| Permission {
        action,
        on,
        why: "",
    });
    let problems = wrong_with(invented.iter());
    let problems: Vec<_> = problems.lines().collect();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems[0].contains("is no action"), "{problems:?}");
    assert!(problems[1].contains("only on service"), "{problems:?}");
    assert!(problems[2].contains("only on *"), "{problems:?}");
    assert!(
        problems[3].contains("on automation-execution"),
        "{problems:?}"
    );
}

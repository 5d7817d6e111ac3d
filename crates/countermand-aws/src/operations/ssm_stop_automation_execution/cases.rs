//! What tests try this operation on.

use countermand_core::operation::Outcome;
use serde_json::{Value, json};

use crate::operations::tests::cases::{Cases, End, NOW, merge};

pub(in crate::operations) const ACTION: &str =
    "ssm.stop-automation-execution: { runbook: patch-web }";

pub(in crate::operations) const CASES: Cases = Cases {
    action: ACTION,
    world: automation,
    tagged: "/ssm/automations/0",
    errors: ERRORS,
    scene,
    nothing: &[
        (ACTION, 1),
        (r#"ssm.stop-automation-execution: { runbook: "*" }"#, 1),
    ],
    ends,
};

const ERRORS: &str = "
ssm:DescribeAutomationExecutions refused InvalidFilterKey InvalidFilterValue InvalidNextToken
ssm:DescribeAutomationExecutions no-answer InternalServerError
ssm:GetAutomationExecution refused AutomationExecutionNotFoundException
ssm:GetAutomationExecution no-answer InternalServerError
ssm:ListTagsForResource refused InvalidResourceId InvalidResourceType
ssm:ListTagsForResource no-answer InternalServerError
ssm:StopAutomationExecution already-over AutomationExecutionNotFoundException InvalidAutomationStatusUpdateException
ssm:StopAutomationExecution no-answer InternalServerError
";

fn scene(_: &str) -> (Value, &'static str, &'static str) {
    (automation(&json!({})), ACTION, "")
}

#[rustfmt::skip] // a table: one end, one line
fn ends() -> Vec<End> {
    let when_stopped = |state: &str| automation(&json!({ "when-stopped": [{ "after": 60, "status": state }] }));
    vec![
        (when_stopped("Cancelled"), "Cancelling", "Cancelled", Outcome::Confirmed),
        (when_stopped("Success"), "Cancelling", "Success", Outcome::Overtaken),
        (when_stopped("CompletedWithSuccess"), "Cancelling", "CompletedWithSuccess", Outcome::Overtaken),
        (when_stopped("Failed"), "Cancelling", "Failed", Outcome::Overtaken),
        (when_stopped("TimedOut"), "Cancelling", "TimedOut", Outcome::Overtaken),
        (when_stopped("CompletedWithFailure"), "Cancelling", "CompletedWithFailure", Outcome::Overtaken),
    ]
}

/// A runbook with an execution like this.
fn automation(automation: &Value) -> Value {
    let mut own = json!({
        "id": "41111111-1111-4111-8111-111111111111",
        "runbook": "patch-web",
        "started-at": "-10m",
        "step": { "name": "reboot", "action": "aws:runCommand" },
    });
    merge(&mut own, automation);
    json!({ "now": NOW, "ssm": { "automations": [own] } })
}

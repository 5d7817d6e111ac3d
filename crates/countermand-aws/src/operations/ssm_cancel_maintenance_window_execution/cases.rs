//! The test cases of this operation.

use countermand_core::operation::Outcome;
use serde_json::{Value, json};

use crate::operations::tests::cases::{Cases, End, NOW, merge};

pub(in crate::operations) const WINDOW: &str = "mw-0123456789abcdef0";
const EXECUTION: &str = "11111111-1111-4111-8111-111111111111";

pub(in crate::operations) const ACTION: &str =
    "ssm.cancel-maintenance-window-execution: { window: mw-0123456789abcdef0 }";

pub(in crate::operations) const CASES: Cases = Cases {
    action: ACTION,
    world: execution,
    tagged: "/ssm/windows/0",
    errors: ERRORS,
    scene,
    nothing: &[
        (ACTION, 1),
        (
            "ssm.cancel-maintenance-window-execution: { window: patch-web }",
            1,
        ),
    ],
    ends,
};

const ERRORS: &str = "
ssm:DescribeMaintenanceWindows no-answer InternalServerError
ssm:GetMaintenanceWindow refused DoesNotExistException
ssm:GetMaintenanceWindow no-answer InternalServerError
ssm:DescribeMaintenanceWindowExecutions no-answer InternalServerError
ssm:ListTagsForResource refused InvalidResourceId InvalidResourceType
ssm:ListTagsForResource no-answer InternalServerError
ssm:DescribeMaintenanceWindowExecutionTasks nothing-there DoesNotExistException
ssm:DescribeMaintenanceWindowExecutionTasks no-answer InternalServerError
ssm:CancelMaintenanceWindowExecution already-over DoesNotExistException
ssm:CancelMaintenanceWindowExecution no-answer InternalServerError
ssm:GetMaintenanceWindowExecution refused DoesNotExistException
ssm:GetMaintenanceWindowExecution no-answer InternalServerError
ssm:DescribeMaintenanceWindowExecutionTaskInvocations told DoesNotExistException InternalServerError
ssm:CancelCommand told DuplicateInstanceId InternalServerError InvalidCommandId InvalidInstanceId
ssm:StopAutomationExecution told AutomationExecutionNotFoundException InternalServerError InvalidAutomationStatusUpdateException
";

fn scene(call: &str) -> (Value, &'static str, &'static str) {
    let plain = execution(&json!({}));
    match call {
        "ssm:DescribeMaintenanceWindows" => (
            plain,
            "ssm.cancel-maintenance-window-execution: { window: patch-web }",
            "",
        ),
        "ssm:GetMaintenanceWindow" => (plain, ACTION, "except: [{ window: patch-db, why: INC-1 }]"),
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations"
        | "ssm:CancelCommand"
        | "ssm:StopAutomationExecution" => (
            execution_at_work(),
            "ssm.cancel-maintenance-window-execution: { window: mw-0123456789abcdef0, running-tasks: cancel }",
            "",
        ),
        _ => (plain, ACTION, ""),
    }
}

#[rustfmt::skip] // a table: one end, one line
fn ends() -> Vec<End> {
    let when_cancelled = |state: &str| execution(&json!({ "when-cancelled": [{ "after": 60, "status": state }] }));
    vec![
        (when_cancelled("CANCELLED"), "CANCELLING", "CANCELLED", Outcome::Confirmed),
        (when_cancelled("SUCCESS"), "CANCELLING", "SUCCESS", Outcome::Overtaken),
        (when_cancelled("FAILED"), "CANCELLING", "FAILED", Outcome::Overtaken),
        (when_cancelled("TIMED_OUT"), "CANCELLING", "TIMED_OUT", Outcome::Overtaken),
    ]
}

/// A window with an execution like this.
pub(in crate::operations) fn execution(execution: &Value) -> Value {
    let mut own = json!({ "id": EXECUTION, "started-at": "-10m" });
    merge(&mut own, execution);
    let window = json!({ "id": WINDOW, "name": "patch-web", "executions": [own] });
    json!({ "now": NOW, "ssm": { "windows": [window] } })
}

/// A window with an execution that is running a command and an automation.
fn execution_at_work() -> Value {
    let task = |n: u8, kind: &str| {
        let work = format!("3{n}111111-1111-4111-8111-111111111111");
        let id = format!("2{n}111111-1111-4111-8111-111111111111");
        json!({ "id": id, "kind": kind, "works": [work], "started-at": "-9m" })
    };
    execution(&json!({ "tasks": [task(1, "RUN_COMMAND"), task(2, "AUTOMATION")] }))
}

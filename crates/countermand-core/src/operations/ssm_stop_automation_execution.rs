//! Stops an execution of a Systems Manager runbook.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::operation::{
    Announcement, CALL_SUCCEEDED, Call, Change, Circumstances, DetailName, DetailTest, Doubt, End,
    Names, Operation, OperationSpec, PermissionNeed, Phase, RECORDED_CALL, TargetIn,
};
use crate::problem::ProblemCode;
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Envelope, EventRefusal};

parameters! {
    /// Stops an execution of a Systems Manager runbook (an automation). Nothing that it has done is undone.
    pub struct SsmStopAutomationExecution {
        targets {
            /// The runbook's name: that of its document.
            runbook: RunbookName,
        }
        options {}
    }
}

/// What Systems Manager says of an automation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AutomationFacts {
    /// The id of the automation that began this one.
    pub parent: Option<String>,
    /// The id of the State Manager association that began it.
    pub association: Option<String>,
    /// The alarms because of which AWS stops it.
    pub triggered_alarms: Vec<String>,
    /// When one that is scheduled begins.
    pub scheduled_for: Option<Timestamp>,
    /// The step that runs.
    pub step: Option<String>,
    /// What that step does, as `aws:runCommand`.
    pub action: Option<String>,
}

/// All states that are not final.
pub const STATES_IN_FLIGHT: [&str; 10] = [
    "Pending",
    "Scheduled",
    "PendingApproval",
    "PendingChangeCalendarOverride",
    "Approved",
    "ChangeCalendarOverrideApproved",
    "InProgress",
    "Waiting",
    "RunbookInProgress",
    STOPPING,
];

const STOPPING: &str = "Cancelling";

/// A shared document is presumably named by its ARN.
pub fn runbook_name(document: &str) -> &str {
    document
        .split_once(":document/")
        .map_or(document, |(_, name)| name)
}

/// An execution has an id of its own, and nothing of the runbook's name.
const AUTOMATION: &str = "arn:{partition}:ssm:{region}:{account}:automation-execution/*";

impl Operation for SsmStopAutomationExecution {
    const SPEC: OperationSpec = OperationSpec {
        name: "ssm.stop-automation-execution",
        does: "stops an execution of a Systems Manager runbook",
        order: "stop the automation of",
        done: "stopped the automation of",
        targets: Self::TARGETS,
        example: include_str!("../../../../policies/stop-runbooks-on-alarm.yaml"),
        announced_by: &[
            // There is none of `InProgress`: a plain start is told by CloudTrail alone.
            Announcement {
                source: "aws.ssm",
                detail_types: &["EC2 Automation Execution Status-change Notification"],
                detail: &[DetailTest::one_of(
                    &["Status"],
                    &[
                        "Scheduled",
                        "PendingApproval",
                        "PendingChangeCalendarOverride",
                        "Approved",
                    ],
                )],
                target_in: TargetIn::Detail(&[DetailName::at(&["Definition"], "runbook")]),
            },
            Announcement {
                source: "aws.ssm",
                detail_types: &[RECORDED_CALL],
                detail: &[
                    DetailTest::one_of(&["eventSource"], &["ssm.amazonaws.com"]),
                    DetailTest::one_of(&["eventName"], &["StartAutomationExecution"]),
                    CALL_SUCCEEDED,
                ],
                target_in: TargetIn::Detail(&[DetailName::at(
                    &["requestParameters", "documentName"],
                    "runbook",
                )
                .or_arn(":document/{runbook}")]),
            },
        ],
        hold_codes: &[
            HoldCode::AlreadyStopping,
            HoldCode::PartOfALargerChange,
            HoldCode::BegunByAws,
            HoldCode::RollingBackNatively,
            HoldCode::AwaitingApproval,
            HoldCode::NotInAStoppableState,
        ],
        final_states: &[
            ("Cancelled", End::Stopped),
            ("Success", End::Well),
            ("CompletedWithSuccess", End::Well),
            // Of a loop's steps; presumably never of a whole automation.
            ("Exited", End::Well),
            ("Failed", End::Badly),
            ("TimedOut", End::Badly),
            ("CompletedWithFailure", End::Badly),
            ("Rejected", End::Badly),
            ("ChangeCalendarOverrideRejected", End::Badly),
        ],
        // Two minutes for the steps named by `onCancel`, and the step in progress: a script may take ten.
        deadline: SignedDuration::from_mins(15),
        ended: None,
    };

    const PERMISSIONS: &'static [PermissionNeed<Self>] = &[
        // Also by an event: a recorded call need not tell the execution's id.
        PermissionNeed::of(
            "ssm:DescribeAutomationExecutions",
            &["*"],
            "what is in flight",
        ),
        PermissionNeed::of(
            "ssm:GetAutomationExecution",
            &[AUTOMATION],
            "the execution that an event names, and what became of one",
        )
        .when(|_, by| by.by_event)
        .and_to_follow(),
        PermissionNeed::of(
            "ssm:ListTagsForResource",
            &[AUTOMATION],
            "the execution's tags",
        ),
        PermissionNeed::of(
            "ssm:StopAutomationExecution",
            &[AUTOMATION],
            "the stop itself",
        ),
    ];

    type Facts = AutomationFacts;

    fn hold(
        &self,
        change: &Change<AutomationFacts>,
        circumstances: &Circumstances,
        reasons: &mut Reasons,
    ) {
        let facts = &change.facts;
        // That the children stop along with their parent is presumed.
        let parent = facts.parent.as_ref();
        reasons.check(
            HoldCode::PartOfALargerChange,
            parent
                .map(|it| format!("the automation `{it}` began this one, and is the one to stop")),
            || "no other automation began this one",
        );
        // A maintenance window can begin one, too: nothing but the name of a role hints at that.
        let association = facts.association.as_ref();
        reasons.check(
            HoldCode::BegunByAws,
            association.map(|it| format!("the State Manager association `{it}` began the automation, and would begin it again")),
            || "no State Manager association began the automation",
        );
        let awaits = awaits_approval(change);
        reasons.check(
            HoldCode::AwaitingApproval,
            (circumstances.is_alarm && awaits).then_some(
                "the automation waits for a person: nothing of it runs, so it did not cause the alarm",
            ),
            || {
                if awaits {
                    "the automation waits for a person, and no alarm asks whether it is the cause"
                } else {
                    "the automation does not wait for a person"
                }
            },
        );
        hold_by_state(change, reasons);
    }

    fn call(&self, change: &Change<AutomationFacts>) -> Call {
        Call {
            service: "ssm",
            operation: "StopAutomationExecution",
            parameters: vec![
                ("AutomationExecutionId", change.id.clone().into()),
                // Never left out: `Complete` would end it as done.
                ("Type", "Cancel".to_owned().into()),
            ],
        }
    }

    fn tagging(change: &Change<AutomationFacts>, (key, value): (&str, &str)) -> Option<Call> {
        Some(Call {
            service: "ssm",
            operation: "AddTagsToResource",
            parameters: vec![
                ("ResourceType", "Automation".to_owned().into()),
                ("ResourceId", change.id.clone().into()),
                ("Tags", format!("Key={key},Value={value}").into()),
            ],
        })
    }

    fn remark(&self, change: &Change<AutomationFacts>) -> Option<String> {
        let step = change.facts.step.as_ref()?;
        let action = change.facts.action.as_ref();
        let action = action.map(|it| format!(" (`{it}`)")).unwrap_or_default();
        Some(format!(
            "its step `{step}`{action} runs, and what that has begun elsewhere may go on"
        ))
    }

    fn phase(change: &Change<AutomationFacts>) -> Phase {
        match change.state.as_str() {
            "Scheduled" | "PendingApproval" | "PendingChangeCalendarOverride" => Phase::Planned {
                at: change.facts.scheduled_for,
            },
            "Pending" | "Approved" | "ChangeCalendarOverrideApproved" => Phase::Waiting,
            _ => Phase::Running,
        }
    }

    fn doubts(&self) -> Vec<Doubt> {
        if !self.runbook.has_everything() {
            return Vec::new();
        }
        vec![Doubt {
            code: ProblemCode::StopsEverything,
            key: "runbook",
            message: "this means every runbook, those that mend or undo something too: nothing marks such a one",
            help: "name the runbooks that may be stopped",
        }]
    }

    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        if event.detail_type == RECORDED_CALL {
            recorded_start(event)
        } else {
            status_change(event)
        }
    }
}

fn awaits_approval(change: &Change<AutomationFacts>) -> bool {
    let action = change.facts.action.as_deref();
    change.state == "PendingApproval" || matches!(action, Some("aws:approve" | "aws:pause"))
}

fn hold_by_state(change: &Change<AutomationFacts>, reasons: &mut Reasons) {
    let (state, alarms) = (change.state.as_str(), &change.facts.triggered_alarms);
    if !STATES_IN_FLIGHT.contains(&state) {
        reasons.add(
            HoldCode::NotInAStoppableState,
            format!("the automation is in `{state}`"),
        );
    } else if !alarms.is_empty() {
        let alarms = alarms.join("`, `");
        reasons.add(
            HoldCode::RollingBackNatively,
            format!("Systems Manager stops the automation by itself: its own alarm `{alarms}` has triggered"),
        );
    } else if state == STOPPING {
        reasons.add(
            HoldCode::AlreadyStopping,
            format!("the automation is in `{state}`"),
        );
    }
    reasons.pass(HoldCode::AlreadyStopping, || {
        format!("nobody has stopped the automation: it is in `{state}`")
    });
    reasons.pass(
        HoldCode::RollingBackNatively,
        || "no alarm of its own has triggered",
    );
    // That one can be stopped before it runs is presumed.
    reasons.pass(HoldCode::NotInAStoppableState, || {
        format!("the automation is in `{state}`")
    });
}

fn status_change(event: &Envelope<'_>) -> Result<AnnouncedChange, EventRefusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Detail {
        execution_id: String,
        definition: String,
        status: String,
    }

    let detail: Detail = event.detail()?;
    Ok(AnnouncedChange {
        operation: SsmStopAutomationExecution::SPEC.name,
        names: [("runbook", runbook_name(&detail.definition).to_owned())].into(),
        change: Some(detail.execution_id),
        state: detail.status,
        // Its `StartTime` is in words and without a zone.
        began_at: None,
        is_rollback: false,
    })
}

fn recorded_start(event: &Envelope<'_>) -> Result<AnnouncedChange, EventRefusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Detail {
        event_name: String,
        request_parameters: Asked,
        #[serde(default)]
        response_elements: serde_json::Value,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Asked {
        document_name: String,
    }

    let detail: Detail = event.detail()?;
    let document = detail.request_parameters.document_name;
    // Presumed: without it, every execution of the runbook is looked at.
    let id = detail.response_elements.get("automationExecutionId");
    Ok(AnnouncedChange {
        operation: SsmStopAutomationExecution::SPEC.name,
        names: [("runbook", runbook_name(&document).to_owned())].into(),
        change: id.and_then(|it| it.as_str()).map(str::to_owned),
        state: detail.event_name,
        began_at: None,
        is_rollback: false,
    })
}

name_kind!(pub RunbookName: "a runbook's name", 3 to 128, of alphanumerics and "-_.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_mean_every_runbook_is_doubted_in_any_mode() {
        for (runbook, doubted) in [("*", 1), ("patch-*", 0), ("patch-web", 0)] {
            let parameters = serde_json::json!({ "runbook": runbook });
            let parameters: SsmStopAutomationExecution =
                serde_json::from_value(parameters).unwrap();
            assert_eq!(parameters.doubts().len(), doubted, "{runbook}");
        }
    }

    #[test]
    fn a_document_is_known_by_its_name_however_it_is_told() {
        for document in [
            "patch-web",
            "arn:aws:ssm:eu-central-1:123456789012:document/patch-web",
        ] {
            assert_eq!(runbook_name(document), "patch-web");
        }
    }
}

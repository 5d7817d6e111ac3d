//! Cancels an execution of a Systems Manager maintenance window.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::operation::{
    Announcement, Call, Change, Circumstances, DetailName, DetailTest, End, Operation,
    OperationSpec, PermissionNeed, Phase, TargetIn, Usage,
};
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Envelope, EventRefusal};

parameters! {
    /// Cancels an execution of a Systems Manager maintenance window.
    pub struct SsmCancelMaintenanceWindowExecution {
        targets {
            /// The maintenance window's id or name.
            window: WindowName,
        }
        options {
            /// What becomes of tasks that already run. AWS stops the window's further tasks only.
            #[serde(default)]
            running_tasks: RunningTasks,
        }
    }
}

/// What becomes of tasks that already run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RunningTasks {
    /// They run to their end.
    #[default]
    Finish,
    /// Their commands and automations are cancelled too, which AWS does not guarantee.
    Cancel,
}

/// Facts about an execution.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WindowExecutionFacts {
    /// The window's id, as `mw-0c50858d01234abcd`.
    pub window_id: String,
    /// The window's name, if it was read: a window that a policy names by its id may be excepted by its name.
    pub window_name: Option<String>,
    /// How many of its tasks are running, and would continue when it is cancelled. Read only for an execution that is
    /// to be stopped.
    pub running_tasks: Option<u32>,
}

const WINDOW: &str = "arn:{partition}:ssm:{region}:{account}:maintenancewindow/{window}";
/// Automations that a window started have ids of their own, without the window's name.
const AUTOMATION: &str = "arn:{partition}:ssm:{region}:{account}:automation-execution/*";

/// A window's name may begin as an id does, so the whole form is checked.
pub fn is_window_id(name: &str) -> bool {
    let digits = name.strip_prefix("mw-");
    digits.is_some_and(|it| it.len() == 17 && it.chars().all(|it| it.is_ascii_hexdigit()))
}

impl Operation for SsmCancelMaintenanceWindowExecution {
    const SPEC: OperationSpec = OperationSpec {
        name: "ssm.cancel-maintenance-window-execution",
        does: "cancels an execution of a Systems Manager maintenance window",
        order: "cancel the execution of",
        done: "cancelled the execution of",
        targets: Self::TARGETS,
        example: include_str!("../../../../policies/no-patching-in-business-hours.yaml"),
        announced_by: &[Announcement {
            source: "aws.ssm",
            detail_types: &["Maintenance Window Execution State-change Notification"],
            detail: &[DetailTest::one_of(&["status"], &["PENDING", "IN_PROGRESS"])],
            target_in: TargetIn::Detail(&[
                DetailName::at(&["window-id"], "window").by_id(is_window_id)
            ]),
        }],
        hold_codes: &[HoldCode::AlreadyStopping, HoldCode::NotInAStoppableState],
        final_states: &[
            ("CANCELLED", End::Stopped),
            ("SUCCESS", End::Well),
            ("FAILED", End::Badly),
            ("TIMED_OUT", End::Badly),
            ("SKIPPED_OVERLAPPING", End::Badly),
        ],
        deadline: SignedDuration::from_hours(6),
        ended: None,
    };

    const PERMISSIONS: &'static [PermissionNeed<Self>] = &[
        PermissionNeed::of(
            "ssm:DescribeMaintenanceWindows",
            &["*"],
            "the windows' names: a policy may name or except one by its name",
        )
        .when(|it, by| !by.by_event && it.has_names()),
        PermissionNeed::of(
            "ssm:DescribeMaintenanceWindowExecutions",
            &[WINDOW],
            "what is in flight",
        )
        .when(|_, by| !by.by_event),
        PermissionNeed::of(
            "ssm:DescribeMaintenanceWindowExecutionTasks",
            &["*"],
            "how many tasks run on",
        ),
        PermissionNeed::of(
            "ssm:GetMaintenanceWindow",
            &[WINDOW],
            "the name of a window that a policy names by its id and excepts by its name",
        )
        .when(|it, by| by.by_event && it.has_names() || it.has_ids() && is_excepted_by_name(by)),
        PermissionNeed::of(
            "ssm:GetMaintenanceWindowExecution",
            &["*"],
            "the execution that an event names, and what became of one",
        )
        .when(|_, by| by.by_event)
        .and_to_follow(),
        PermissionNeed::of("ssm:ListTagsForResource", &[WINDOW], "the window's tags"),
        PermissionNeed::of(
            "ssm:CancelMaintenanceWindowExecution",
            &[WINDOW],
            "the stop itself",
        ),
        PermissionNeed::of(
            "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
            &["*"],
            "`running-tasks: cancel`: the commands and automations that run",
        )
        .when(|it, _| it.running_tasks == RunningTasks::Cancel),
        PermissionNeed::of("ssm:CancelCommand", &["*"], "`running-tasks: cancel`")
            .when(|it, _| it.running_tasks == RunningTasks::Cancel),
        PermissionNeed::of(
            "ssm:StopAutomationExecution",
            &[AUTOMATION],
            "`running-tasks: cancel`",
        )
        .when(|it, _| it.running_tasks == RunningTasks::Cancel),
    ];

    type Facts = WindowExecutionFacts;

    fn hold(
        &self,
        change: &Change<WindowExecutionFacts>,
        _: &Circumstances,
        reasons: &mut Reasons,
    ) {
        match change.state.as_str() {
            "PENDING" | "IN_PROGRESS" => {
                reasons.pass(
                    HoldCode::AlreadyStopping,
                    || "nobody has cancelled the execution",
                );
                reasons.pass(HoldCode::NotInAStoppableState, || {
                    format!("the execution is in `{}`", change.state)
                });
            }
            "CANCELLING" => reasons.add(
                HoldCode::AlreadyStopping,
                "the execution is in `CANCELLING`",
            ),
            state => reasons.add(
                HoldCode::NotInAStoppableState,
                format!("the execution is in `{state}`"),
            ),
        }
    }

    fn also_called(change: &Change<WindowExecutionFacts>) -> Vec<(&'static str, &str)> {
        let facts = &change.facts;
        let id = std::iter::once(facts.window_id.as_str());
        id.chain(facts.window_name.as_deref())
            .map(|name| ("window", name))
            .collect()
    }

    fn call(&self, change: &Change<WindowExecutionFacts>) -> Call {
        Call {
            service: "ssm",
            operation: "CancelMaintenanceWindowExecution",
            parameters: vec![("WindowExecutionId", change.id.clone().into())],
        }
    }

    fn tagging(change: &Change<WindowExecutionFacts>, (key, value): (&str, &str)) -> Option<Call> {
        Some(Call {
            service: "ssm",
            operation: "AddTagsToResource",
            parameters: vec![
                ("ResourceType", "MaintenanceWindow".to_owned().into()),
                ("ResourceId", change.facts.window_id.clone().into()),
                ("Tags", format!("Key={key},Value={value}").into()),
            ],
        })
    }

    fn remark(&self, change: &Change<WindowExecutionFacts>) -> Option<String> {
        let running = match change.facts.running_tasks? {
            0 => return None,
            1 => "1 task that already runs".to_owned(),
            several => format!("{several} tasks that already run"),
        };
        let (goes, its, is) = match change.facts.running_tasks {
            Some(1) => ("goes", "its", "is"),
            _ => ("go", "their", "are"),
        };
        Some(match self.running_tasks {
            RunningTasks::Finish => format!("{running} {goes} on to {its} end"),
            RunningTasks::Cancel => {
                format!("{running} {is} to be cancelled too, which AWS does not guarantee")
            }
        })
    }

    fn phase(change: &Change<WindowExecutionFacts>) -> Phase {
        match change.state.as_str() {
            "PENDING" => Phase::Waiting,
            _ => Phase::Running,
        }
    }

    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Detail {
            window_id: String,
            window_execution_id: String,
            status: String,
            #[serde(default)]
            start_time: serde_json::Value,
        }

        // The ARN in `resources` can name another window than the detail does: the detail is right.
        let detail: Detail = event.detail()?;
        Ok(AnnouncedChange {
            operation: Self::SPEC.name,
            names: [("window", detail.window_id)].into(),
            change: Some(detail.window_execution_id),
            state: detail.status,
            began_at: detail.start_time.as_str().and_then(|it| it.parse().ok()),
            is_rollback: false,
        })
    }
}

impl SsmCancelMaintenanceWindowExecution {
    /// Whether some windows are named by their ids.
    fn has_ids(&self) -> bool {
        let mut names = self.window.iter().filter_map(|name| name.exact());
        names.any(is_window_id)
    }

    /// Whether some windows are named by their names, which have to be looked up.
    fn has_names(&self) -> bool {
        let mut names = self.window.iter();
        names.any(|name| !name.exact().is_some_and(is_window_id))
    }
}

fn is_excepted_by_name(usage: &Usage<'_>) -> bool {
    let mut excepted = usage.excepted.get("window").into_iter().flatten();
    excepted.any(|glob| !glob.exact().is_some_and(is_window_id))
}

name_kind!(pub WindowName: "a maintenance window's name", 1 to 128, of alphanumerics and "-_.");

//! Cancels an execution of a Systems Manager maintenance window.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{
    About, Announced, Announcement, ById, Call, Change, End, Latest, Operation, Permission, Phase,
    TargetIn, Use, announced,
};
use crate::event::{Envelope, Refusal};
use crate::name::NameKind;
use crate::verdict::{Case, Code, Reasons};

parameters! {
    /// Cancels an execution of a Systems Manager maintenance window.
    pub struct CancelMaintenanceWindowExecution {
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

/// What Systems Manager says of an execution.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The window's own id, as `mw-0c50858d01234abcd`.
    pub window_id: String,
    /// Where it was read: one that is named by its id may have an exception by its name.
    pub window_name: Option<String>,
    /// How many of its tasks run, and run on when it is cancelled; asked only of an execution that is to be stopped.
    pub running_tasks: Option<u32>,
}

const WINDOW: &str = "arn:{partition}:ssm:{region}:{account}:maintenancewindow/{window}";
/// One that a window began has an id of its own, and nothing of the window's name.
const AUTOMATION: &str = "arn:{partition}:ssm:{region}:{account}:automation-execution/*";

/// A window's name may begin like an id.
pub fn is_window_id(name: &str) -> bool {
    let digits = name.strip_prefix("mw-");
    digits.is_some_and(|it| it.len() == 17 && it.chars().all(|it| it.is_ascii_hexdigit()))
}

impl Operation for CancelMaintenanceWindowExecution {
    const ABOUT: About = About {
        name: "ssm.cancel-maintenance-window-execution",
        does: "cancels an execution of a Systems Manager maintenance window",
        order: "cancel the execution of",
        done: "cancelled the execution of",
        targets: Self::TARGETS,
        permissions: &[
            Permission {
                action: "ssm:DescribeMaintenanceWindows",
                on: &["*"],
                why: "the windows' names: a policy may name or except one by its name",
            },
            Permission {
                action: "ssm:DescribeMaintenanceWindowExecutions",
                on: &[WINDOW],
                why: "what is in flight",
            },
            Permission {
                action: "ssm:DescribeMaintenanceWindowExecutionTasks",
                on: &["*"],
                why: "how many tasks run on",
            },
            Permission {
                action: "ssm:GetMaintenanceWindow",
                on: &[WINDOW],
                why: "the name of a window that a policy names by its id and excepts by its name",
            },
            Permission {
                action: "ssm:GetMaintenanceWindowExecution",
                on: &["*"],
                why: "the execution that an event names, and what became of one",
            },
            Permission {
                action: "ssm:ListTagsForResource",
                on: &[WINDOW],
                why: "the window's tags",
            },
            Permission {
                action: "ssm:CancelMaintenanceWindowExecution",
                on: &[WINDOW],
                why: "the stop itself",
            },
            Permission {
                action: "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
                on: &["*"],
                why: "`running-tasks: cancel`: the commands and automations that run",
            },
            Permission {
                action: "ssm:CancelCommand",
                on: &["*"],
                why: "`running-tasks: cancel`",
            },
            Permission {
                action: "ssm:StopAutomationExecution",
                on: &[AUTOMATION],
                why: "`running-tasks: cancel`",
            },
        ],
        look_again: &["ssm:GetMaintenanceWindowExecution"],
        example: include_str!("../../../../policies/no-patching-in-business-hours.yaml"),
        announced_by: Some(Announcement {
            source: "aws.ssm",
            detail_types: &["Maintenance Window Execution State-change Notification"],
            field: "status",
            values: &["PENDING", "IN_PROGRESS"],
            target_in: TargetIn::Detail {
                field: "window-id",
                key: "window",
            },
            by_id: Some(ById {
                key: "window",
                is_id: is_window_id,
            }),
        }),
        deadline: SignedDuration::from_hours(6),
        ended: None,
    };

    type Facts = Facts;

    fn hold(&self, change: &Change<Facts>, _: &Case<'_>, reasons: &mut Reasons) {
        match change.state.as_str() {
            "PENDING" | "IN_PROGRESS" => {
                reasons.pass(
                    Code::AlreadyStopping,
                    || "nobody has cancelled the execution",
                );
                reasons.pass(Code::NotInAStoppableState, || {
                    format!("the execution is in `{}`", change.state)
                });
            }
            "CANCELLING" => reasons.add(Code::AlreadyStopping, "the execution is in `CANCELLING`"),
            state => reasons.add(
                Code::NotInAStoppableState,
                format!("the execution is in `{state}`"),
            ),
        }
    }

    fn also_called(change: &Change<Facts>) -> Vec<(&'static str, &str)> {
        let facts = &change.facts;
        let id = std::iter::once(facts.window_id.as_str());
        id.chain(facts.window_name.as_deref())
            .map(|name| ("window", name))
            .collect()
    }

    fn call(&self, change: &Change<Facts>) -> Call {
        Call {
            service: "ssm",
            operation: "CancelMaintenanceWindowExecution",
            parameters: vec![("WindowExecutionId", change.id.clone())],
        }
    }

    fn tagging(change: &Change<Facts>, (key, value): (&str, &str)) -> Option<Call> {
        Some(Call {
            service: "ssm",
            operation: "AddTagsToResource",
            parameters: vec![
                ("ResourceType", "MaintenanceWindow".to_owned()),
                ("ResourceId", change.facts.window_id.clone()),
                ("Tags", format!("Key={key},Value={value}")),
            ],
        })
    }

    fn end(latest: &Latest) -> Option<End> {
        match latest.state.as_str() {
            "CANCELLED" => Some(End::Stopped),
            "SUCCESS" => Some(End::Well),
            "FAILED" | "TIMED_OUT" | "SKIPPED_OVERLAPPING" => Some(End::Badly),
            _ => None,
        }
    }

    fn remark(&self, change: &Change<Facts>) -> Option<String> {
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

    fn phase(change: &Change<Facts>) -> Phase {
        match change.state.as_str() {
            "PENDING" => Phase::Waiting,
            _ => Phase::Running,
        }
    }

    fn needs(&self, action: &str, by: Use<'_>) -> bool {
        let named_by_id = || {
            let ids = self.window.iter().filter_map(|name| name.exact());
            ids.filter(|name| is_window_id(name)).count()
        };
        let is_named = || named_by_id() < self.window.len();
        let excepted_by_name = || {
            let except = by.policy.except.iter();
            let mut excepted = except.filter_map(|it| it.targets.get("window")).flatten();
            excepted.any(|glob| !glob.exact().is_some_and(is_window_id))
        };
        match action {
            // All of them ids: nothing has to be looked up by a name.
            "ssm:DescribeMaintenanceWindows" => !by.by_event && is_named(),
            "ssm:DescribeMaintenanceWindowExecutions" => !by.by_event,
            "ssm:GetMaintenanceWindow" => {
                by.by_event && is_named() || named_by_id() > 0 && excepted_by_name()
            }
            // Only an event of the window names its execution.
            "ssm:GetMaintenanceWindowExecution" => by.by_event,
            "ssm:DescribeMaintenanceWindowExecutionTaskInvocations"
            | "ssm:CancelCommand"
            | "ssm:StopAutomationExecution" => self.running_tasks == RunningTasks::Cancel,
            _ => true,
        }
    }

    fn announced(event: &Envelope<'_>) -> Result<Announced, Refusal> {
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
        let detail: Detail = announced::detail(&Self::ABOUT, event)?;
        Ok(Announced {
            operation: Self::ABOUT.name,
            names: [("window", detail.window_id)].into(),
            change: Some(detail.window_execution_id),
            state: detail.status,
            began_at: detail.start_time.as_str().and_then(|it| it.parse().ok()),
            is_rollback: false,
        })
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WindowName;

impl NameKind for WindowName {
    const WHAT: &'static str = "a maintenance window's name";
    const LONGEST: usize = 128;

    fn allows(character: char) -> bool {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
    }
}

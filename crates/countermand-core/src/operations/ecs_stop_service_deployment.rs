//! Rolls back an ECS service deployment.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    About, Announced, Announcement, ArnEnd, Call, Change, Doubt, End, Latest, Names, Operation,
    Permission, Phase, TargetIn, Use, announced,
};
use crate::event::{Broken, Envelope, Refusal, What};
use crate::name::NameKind;
use crate::problem::ProblemCode;
use crate::verdict::{Case, Code, Reasons};

parameters! {
    /// Rolls back an ECS service deployment.
    pub struct StopServiceDeployment {
        targets {
            /// The cluster's name.
            cluster: ClusterName,
            /// The service's name.
            service: ServiceName,
        }
        options {
            /// How it stops. AWS documents only `rollback`.
            #[serde(default)]
            stop_type: StopType,
            /// What to do about a deployment that waits in a pause of a lifecycle hook.
            #[serde(default)]
            paused: Paused,
        }
    }
}

/// How a deployment stops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StopType {
    /// Back to the revision that ran before.
    #[default]
    Rollback,
    /// At once, without going back: in the API, but not in its documentation.
    Abort,
}

impl StopType {
    /// As the API names it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Rollback => "ROLLBACK",
            Self::Abort => "ABORT",
        }
    }
}

/// What to do about a deployment that waits in a pause of a lifecycle hook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Paused {
    /// Roll it back.
    #[default]
    Rollback,
    /// Leave it to whoever paused it.
    Leave,
}

/// What ECS says of a service deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Absent means `ECS`.
    pub controller: Option<String>,
    pub lifecycle_stage: Option<String>,
    pub has_source_revision: bool,
    /// Its circuit breaker or one of its own alarms has triggered.
    pub triggered_natively: bool,
    /// The hook that it waits in.
    pub paused_at: Option<String>,
    /// ECS says that it goes back to what ran before: something else has been rolled back.
    pub is_rollback: bool,
    /// When a deployment of this service was last rolled back.
    pub last_rolled_back_at: Option<Timestamp>,
}

const SERVICE: &str = "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}";
const DEPLOYMENT: &str =
    "arn:{partition}:ecs:{region}:{account}:service-deployment/{cluster}/{service}/*";

impl Operation for StopServiceDeployment {
    const ABOUT: About = About {
        name: "ecs.stop-service-deployment",
        does: "rolls back an ECS service deployment",
        order: "roll back the deployment of",
        done: "rolled back the deployment of",
        targets: Self::TARGETS,
        permissions: &[
            Permission {
                action: "ecs:ListClusters",
                on: &["*"],
                why: "a cluster is named with a wildcard",
            },
            Permission {
                action: "ecs:ListServices",
                on: &["*"],
                why: "a service is named with a wildcard",
            },
            Permission {
                action: "ecs:DescribeServices",
                on: &[SERVICE],
                why: "which services are deploying, and their tags",
            },
            Permission {
                action: "ecs:ListServiceDeployments",
                on: &[SERVICE],
                why: "what is in flight, and what was rolled back lately",
            },
            Permission {
                action: "ecs:DescribeServiceDeployments",
                on: &[SERVICE, DEPLOYMENT],
                why: "what is in flight, and what became of it",
            },
            Permission {
                action: "ecs:StopServiceDeployment",
                on: &[SERVICE, DEPLOYMENT],
                why: "the stop itself",
            },
            Permission {
                action: "ecs:ContinueServiceDeployment",
                on: &[SERVICE, DEPLOYMENT],
                why: "rolls back a deployment that waits in a hook",
            },
        ],
        look_again: &[
            "ecs:DescribeServiceDeployments",
            "ecs:ListServiceDeployments",
        ],
        example: include_str!("../../../../policies/rollback-on-alarm.yaml"),
        announced_by: Some(Announcement {
            source: "aws.ecs",
            detail_types: &["ECS Deployment State Change"],
            field: "eventName",
            values: &["SERVICE_DEPLOYMENT_IN_PROGRESS"],
            target_in: TargetIn::Resource(&[
                ArnEnd {
                    end: ":service/{cluster}/{service}",
                    beside: None,
                },
                // The ARN of an old service leaves out its cluster.
                ArnEnd {
                    end: ":service/{service}",
                    beside: Some(("clusterArn", ":cluster/{cluster}")),
                },
            ]),
            by_id: None,
        }),
        deadline: SignedDuration::from_hours(1),
        ended: None,
    };

    type Facts = Facts;

    fn hold(&self, change: &Change<Facts>, case: &Case<'_>, reasons: &mut Reasons) {
        let facts = &change.facts;
        if let Some(settle) = case.settle {
            let at = facts.last_rolled_back_at;
            if let Some(at) = at.filter(|at| case.now.duration_since(*at) < settle.get()) {
                reasons.add(
                    Code::RecentlyRolledBack,
                    format!("the service was rolled back at {at}, less than {settle} ago: a person is at work on it"),
                );
            }
            reasons.pass(Code::RecentlyRolledBack, || {
                format!("no rollback of the service in the last {settle} is known")
            });
        }
        if !facts.has_source_revision && self.stop_type == StopType::Rollback {
            reasons.add(
                Code::NothingToRollBackTo,
                "this is the service's first deployment: there is no revision to go back to",
            );
        }
        reasons.pass(Code::NothingToRollBackTo, || match self.stop_type {
            StopType::Rollback => "there is a revision to go back to",
            StopType::Abort => "`stop-type` is `abort`, which goes back to nothing",
        });
        if let Some(controller) = facts.controller.as_deref().filter(|it| *it != "ECS") {
            reasons.add(
                Code::UnsupportedController,
                format!("the deployment controller is `{controller}`: only `ECS` is known to roll back this way"),
            );
        }
        reasons.pass(
            Code::UnsupportedController,
            || "the deployment controller is `ECS`",
        );
        // Of the change that an event tells of, the event has said it.
        let is_told = case.announced.is_some_and(|it| it.is_rollback);
        if facts.is_rollback && is_under_way(&change.state) && !is_told {
            reasons.add(
                Code::IsItselfARollback,
                "ECS says that this deployment rolls back another one",
            );
        }
        self.hold_by_state(change, reasons);
    }

    fn call(&self, change: &Change<Facts>) -> Call {
        Call {
            service: "ecs",
            operation: "StopServiceDeployment",
            parameters: vec![
                ("serviceDeploymentArn", change.id.clone()),
                // Never left out: what AWS does then is not documented.
                ("stopType", self.stop_type.as_str().to_owned()),
            ],
        }
    }

    fn tagging(change: &Change<Facts>, (key, value): (&str, &str)) -> Option<Call> {
        let (place, path) = change.id.split_once(":service-deployment/")?;
        let (service, _) = path.rsplit_once('/')?;
        Some(Call {
            service: "ecs",
            operation: "TagResource",
            parameters: vec![
                ("resourceArn", format!("{place}:service/{service}")),
                ("tags", format!("key={key},value={value}")),
            ],
        })
    }

    fn end(latest: &Latest) -> Option<End> {
        match latest.state.as_str() {
            "STOPPED" if latest.is_superseded => Some(End::Superseded),
            "ROLLBACK_SUCCESSFUL" | "STOPPED" => Some(End::Stopped),
            "SUCCESSFUL" => Some(End::Well),
            "ROLLBACK_FAILED" => Some(End::Broken),
            _ => None,
        }
    }

    fn phase(change: &Change<Facts>) -> Phase {
        match change.state.as_str() {
            "PENDING" => Phase::Waiting,
            _ => Phase::Running,
        }
    }

    fn needs(&self, action: &str, by: Use<'_>) -> bool {
        match action {
            "ecs:ListClusters" => !by.by_event && self.cluster.has_wildcard(),
            "ecs:ListServices" => !by.by_event && self.service.has_wildcard(),
            "ecs:ContinueServiceDeployment" => self.paused == Paused::Rollback,
            _ => true,
        }
    }

    fn doubts(&self) -> Vec<Doubt> {
        let abort = Doubt {
            code: ProblemCode::AbortIsUndocumented,
            key: Some("stop-type"),
            message: "AWS documents only `rollback`: `abort` is in its API, and may be refused"
                .to_owned(),
            help: "leave the key out to roll back",
        };
        (self.stop_type == StopType::Abort)
            .then_some(abort)
            .into_iter()
            .collect()
    }

    fn announced(event: &Envelope<'_>) -> Result<Announced, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail {
            event_name: String,
            #[serde(default)]
            cluster_arn: serde_json::Value,
            #[serde(default)]
            reason: serde_json::Value,
        }

        let detail: Detail = announced::detail(&Self::ABOUT, event)?;
        let path = announced::resource(event, ":service/")?;
        // The ARN of an old service leaves out its cluster.
        let beside = detail.cluster_arn.as_str();
        let beside = beside.and_then(|arn| Some((arn.split_once(":cluster/")?.1, path)));
        let Some((cluster, service)) = path.split_once('/').or(beside) else {
            let what = What::Unfit("expected the ARN of a service, with its cluster".to_owned());
            return Err(Broken::new("resources", what).into());
        };
        Ok(Announced {
            operation: Self::ABOUT.name,
            names: [
                ("cluster", cluster.to_owned()),
                ("service", service.to_owned()),
            ]
            .into(),
            // `deploymentId` is `ecs-svc/…`, which is not the service deployment's ARN.
            change: None,
            state: detail.event_name,
            began_at: None,
            is_rollback: detail.reason.as_str().is_some_and(tells_of_a_rollback),
        })
    }
}

/// Nothing else in ECS does: `ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/…`.
pub fn tells_of_a_rollback(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    reason.contains("rolling back") || reason.contains("rollback")
}

fn is_under_way(state: &str) -> bool {
    matches!(state, "PENDING" | "IN_PROGRESS")
}

impl StopServiceDeployment {
    fn hold_by_state(&self, change: &Change<Facts>, reasons: &mut Reasons) {
        let facts = &change.facts;
        match change.state.as_str() {
            state if is_under_way(state) => {
                if facts.lifecycle_stage.as_deref() == Some("CLEAN_UP") {
                    reasons.add(Code::NotInAStoppableState, "the deployment is cleaning up: the new revision has taken over");
                } else if let Some(hook) = facts.paused_at.as_deref().filter(|_| self.paused == Paused::Leave) {
                    reasons.add(
                        Code::NotInAStoppableState,
                        format!("the deployment waits in the hook `{hook}`, and the policy leaves paused ones"),
                    );
                }
                pass_state(facts, &change.state, reasons);
            }
            state @ ("ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS") if facts.triggered_natively => reasons.add(
                Code::RollingBackNatively,
                format!("ECS rolls the deployment back by itself: it is in `{state}`, and its circuit breaker or alarm has triggered"),
            ),
            state @ ("STOP_REQUESTED" | "ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS") => {
                reasons.add(Code::AlreadyStopping, format!("the deployment is in `{state}`"));
            }
            state => reasons.add(Code::NotInAStoppableState, format!("the deployment is in `{state}`")),
        }
    }
}

fn pass_state(facts: &Facts, state: &str, reasons: &mut Reasons) {
    reasons.pass(Code::AlreadyStopping, || {
        format!("nobody has stopped the deployment: it is in `{state}`")
    });
    reasons.pass(Code::RollingBackNatively, || {
        if facts.triggered_natively {
            "its own circuit breaker or alarm has triggered, and ECS does not roll it back"
        } else {
            "neither its own circuit breaker nor its alarms have triggered"
        }
    });
    reasons.pass(Code::NotInAStoppableState, || {
        match (&facts.paused_at, &facts.lifecycle_stage) {
            (Some(hook), _) => {
                format!("the deployment is in `{state}`, and waits in the hook `{hook}`")
            }
            (None, Some(at)) => format!("the deployment is in `{state}`, at `{at}`"),
            (None, None) => format!("the deployment is in `{state}`"),
        }
    });
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClusterName;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServiceName;

impl NameKind for ClusterName {
    const WHAT: &'static str = "an ECS cluster name";
    const LONGEST: usize = 255;

    fn allows(character: char) -> bool {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
    }
}

impl NameKind for ServiceName {
    const WHAT: &'static str = "an ECS service name";
    const LONGEST: usize = 255;

    fn allows(character: char) -> bool {
        ClusterName::allows(character)
    }
}

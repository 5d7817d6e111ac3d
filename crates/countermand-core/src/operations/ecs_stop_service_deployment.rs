//! Rolls back an ECS service deployment.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::operation::{
    Announcement, ArnEnd, Call, Change, Circumstances, DetailTest, Doubt, End, Names, Operation,
    OperationSpec, PermissionNeed, Phase, TargetIn, resource,
};
use crate::problem::ProblemCode;
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Broken, Defect, Envelope, EventRefusal};

parameters! {
    /// Rolls back an ECS service deployment.
    pub struct EcsStopServiceDeployment {
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

/// Facts about a service deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServiceDeploymentFacts {
    /// `None` means `ECS`.
    pub controller: Option<String>,
    pub lifecycle_stage: Option<String>,
    pub has_source_revision: bool,
    /// Its circuit breaker or one of its own alarms has triggered.
    pub triggered_natively: bool,
    /// The id of the lifecycle hook in which it is paused.
    pub paused_at: Option<String>,
    /// ECS says that this deployment is the rollback of another one.
    pub is_rollback: bool,
    /// When a deployment of this service was last rolled back.
    pub last_rolled_back_at: LastRollback,
}

/// When a deployment of a service was last rolled back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LastRollback {
    /// It is read only for a deployment that is to be stopped otherwise.
    #[default]
    NotRead,
    NoneKnown,
    At(Timestamp),
}

const SERVICE: &str = "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}";
const DEPLOYMENT: &str =
    "arn:{partition}:ecs:{region}:{account}:service-deployment/{cluster}/{service}/*";

impl Operation for EcsStopServiceDeployment {
    const SPEC: OperationSpec = OperationSpec {
        name: "ecs.stop-service-deployment",
        does: "rolls back an ECS service deployment",
        order: "roll back the deployment of",
        done: "rolled back the deployment of",
        targets: Self::TARGETS,
        example: include_str!("../../../../policies/rollback-on-alarm.yaml"),
        announced_by: &[Announcement {
            source: "aws.ecs",
            detail_types: &["ECS Deployment State Change"],
            detail: &[DetailTest::one_of(
                &["eventName"],
                &["SERVICE_DEPLOYMENT_IN_PROGRESS"],
            )],
            target_in: TargetIn::Resource(&[
                ArnEnd::of(":service/{cluster}/{service}"),
                // The ARN of an old service leaves out its cluster.
                ArnEnd {
                    end: ":service/{service}",
                    other_arn: Some((&["clusterArn"], ":cluster/{cluster}")),
                },
            ]),
        }],
        hold_codes: &[
            HoldCode::AlreadyStopping,
            HoldCode::IsItselfARollback,
            HoldCode::RollingBackNatively,
            HoldCode::RecentlyRolledBack,
            HoldCode::NothingToRollBackTo,
            HoldCode::UnsupportedController,
            HoldCode::NotInAStoppableState,
        ],
        final_states: &[
            ("ROLLBACK_SUCCESSFUL", End::Stopped),
            ("STOPPED", End::Stopped),
            ("SUCCESSFUL", End::Well),
            ("ROLLBACK_FAILED", End::Broken),
        ],
        deadline: SignedDuration::from_hours(1),
        ended: None,
    };

    const PERMISSIONS: &'static [PermissionNeed<Self>] = &[
        PermissionNeed::of(
            "ecs:ListClusters",
            &["*"],
            "a cluster is named with a wildcard",
        )
        .when(|it, by| !by.by_event && it.cluster.has_wildcard()),
        PermissionNeed::of(
            "ecs:ListServices",
            &["*"],
            "a service is named with a wildcard",
        )
        .when(|it, by| !by.by_event && it.service.has_wildcard()),
        PermissionNeed::of(
            "ecs:DescribeServices",
            &[SERVICE],
            "which services are deploying, and their tags",
        ),
        PermissionNeed::of(
            "ecs:ListServiceDeployments",
            &[SERVICE],
            "what is in flight, and what was rolled back lately",
        )
        .and_to_follow(),
        PermissionNeed::of(
            "ecs:DescribeServiceDeployments",
            &[SERVICE, DEPLOYMENT],
            "what is in flight, and what became of it",
        )
        .and_to_follow(),
        PermissionNeed::of(
            "ecs:StopServiceDeployment",
            &[SERVICE, DEPLOYMENT],
            "the stop itself",
        ),
        PermissionNeed::of(
            "ecs:ContinueServiceDeployment",
            &[SERVICE, DEPLOYMENT],
            "rolls back a deployment that waits in a hook",
        )
        .when(|it, _| it.paused == Paused::Rollback),
    ];

    type Facts = ServiceDeploymentFacts;

    fn hold(
        &self,
        change: &Change<ServiceDeploymentFacts>,
        circumstances: &Circumstances,
        reasons: &mut Reasons,
    ) {
        let facts = &change.facts;
        if let Some(settle) = circumstances.settle {
            match facts.last_rolled_back_at {
                LastRollback::At(at) if circumstances.now.duration_since(at) < settle.get() => reasons.add(
                    HoldCode::RecentlyRolledBack,
                    format!("the service was rolled back at {at}, less than {settle} ago: a person is at work on it"),
                ),
                LastRollback::At(_) | LastRollback::NoneKnown => {
                    reasons.pass(HoldCode::RecentlyRolledBack, || {
                        format!("no rollback of the service in the last {settle} is known")
                    });
                }
                LastRollback::NotRead => {}
            }
        }
        let is_first = !facts.has_source_revision && self.stop_type == StopType::Rollback;
        reasons.check(
            HoldCode::NothingToRollBackTo,
            is_first.then_some(
                "this is the service's first deployment: there is no revision to go back to",
            ),
            || match self.stop_type {
                StopType::Rollback => "there is a revision to go back to",
                StopType::Abort => "`stop-type` is `abort`, which goes back to nothing",
            },
        );
        let other = facts.controller.as_deref().filter(|it| *it != "ECS");
        reasons.check(
            HoldCode::UnsupportedController,
            other.map(|it| {
                format!(
                    "the deployment controller is `{it}`: only `ECS` is known to roll back this way"
                )
            }),
            || "the deployment controller is `ECS`",
        );
        if facts.is_rollback && is_under_way(&change.state) && !circumstances.is_announced_rollback
        {
            reasons.add(
                HoldCode::IsItselfARollback,
                "ECS says that this deployment rolls back another one",
            );
        }
        self.hold_by_state(change, reasons);
    }

    fn call(&self, change: &Change<ServiceDeploymentFacts>) -> Call {
        Call {
            service: "ecs",
            operation: "StopServiceDeployment",
            parameters: vec![
                ("serviceDeploymentArn", change.id.clone().into()),
                // Always explicit: the default is not documented.
                ("stopType", self.stop_type.as_str().to_owned().into()),
            ],
        }
    }

    fn tagging(
        change: &Change<ServiceDeploymentFacts>,
        (key, value): (&str, &str),
    ) -> Option<Call> {
        let (place, path) = change.id.split_once(":service-deployment/")?;
        let (service, _) = path.rsplit_once('/')?;
        Some(Call {
            service: "ecs",
            operation: "TagResource",
            parameters: vec![
                ("resourceArn", format!("{place}:service/{service}").into()),
                ("tags", format!("key={key},value={value}").into()),
            ],
        })
    }

    fn phase(change: &Change<ServiceDeploymentFacts>) -> Phase {
        match change.state.as_str() {
            "PENDING" => Phase::Waiting,
            _ => Phase::Running,
        }
    }

    fn doubts(&self) -> Vec<Doubt> {
        if self.stop_type != StopType::Abort {
            return Vec::new();
        }
        vec![Doubt {
            code: ProblemCode::AbortIsUndocumented,
            key: "stop-type",
            message: "AWS documents only `rollback`: `abort` is in its API, and may be refused",
            help: "leave the key out to roll back",
        }]
    }

    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail {
            event_name: String,
            #[serde(default)]
            cluster_arn: serde_json::Value,
            #[serde(default)]
            reason: serde_json::Value,
        }

        let detail: Detail = event.detail()?;
        let path = resource(event, ":service/")?;
        // The ARN of an old service leaves out its cluster.
        let from_cluster_arn = detail.cluster_arn.as_str();
        let from_cluster_arn =
            from_cluster_arn.and_then(|arn| Some((arn.split_once(":cluster/")?.1, path)));
        let Some((cluster, service)) = path.split_once('/').or(from_cluster_arn) else {
            let what = Defect::Unfit("expected the ARN of a service, with its cluster".to_owned());
            return Err(Broken::new("resources", what).into());
        };
        Ok(AnnouncedChange {
            operation: Self::SPEC.name,
            names: [
                ("cluster", cluster.to_owned()),
                ("service", service.to_owned()),
            ]
            .into(),
            // `deploymentId` is `ecs-svc/…`, which is not the service deployment's ARN.
            change: None,
            state: detail.event_name,
            began_at: None,
            is_rollback: detail.reason.as_str().is_some_and(is_rollback_event),
        })
    }
}

/// ECS's only sign of a rollback is a reason: `ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/…`.
pub fn is_rollback_event(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    reason.contains("rolling back") || reason.contains("rollback")
}

fn is_under_way(state: &str) -> bool {
    matches!(state, "PENDING" | "IN_PROGRESS")
}

impl EcsStopServiceDeployment {
    fn hold_by_state(&self, change: &Change<ServiceDeploymentFacts>, reasons: &mut Reasons) {
        let facts = &change.facts;
        match change.state.as_str() {
            state if is_under_way(state) => {
                if facts.lifecycle_stage.as_deref() == Some("CLEAN_UP") {
                    reasons.add(HoldCode::NotInAStoppableState, "the deployment is cleaning up: the new revision has taken over");
                } else if let Some(hook) = facts.paused_at.as_deref().filter(|_| self.paused == Paused::Leave) {
                    reasons.add(
                        HoldCode::NotInAStoppableState,
                        format!("the deployment waits in the hook `{hook}`, and the policy leaves paused ones"),
                    );
                }
                pass_state(facts, &change.state, reasons);
            }
            state @ ("ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS") if facts.triggered_natively => reasons.add(
                HoldCode::RollingBackNatively,
                format!("ECS rolls the deployment back by itself: it is in `{state}`, and its circuit breaker or alarm has triggered"),
            ),
            state @ ("STOP_REQUESTED" | "ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS") => {
                reasons.add(HoldCode::AlreadyStopping, format!("the deployment is in `{state}`"));
            }
            state => reasons.add(HoldCode::NotInAStoppableState, format!("the deployment is in `{state}`")),
        }
    }
}

fn pass_state(facts: &ServiceDeploymentFacts, state: &str, reasons: &mut Reasons) {
    reasons.pass(HoldCode::AlreadyStopping, || {
        format!("nobody has stopped the deployment: it is in `{state}`")
    });
    reasons.pass(HoldCode::RollingBackNatively, || {
        if facts.triggered_natively {
            "its own circuit breaker or alarm has triggered, and ECS does not roll it back"
        } else {
            "neither its own circuit breaker nor its alarms have triggered"
        }
    });
    reasons.pass(HoldCode::NotInAStoppableState, || {
        match (&facts.paused_at, &facts.lifecycle_stage) {
            (Some(hook), _) => {
                format!("the deployment is in `{state}`, and waits in the hook `{hook}`")
            }
            (None, Some(at)) => format!("the deployment is in `{state}`, at `{at}`"),
            (None, None) => format!("the deployment is in `{state}`"),
        }
    });
}

name_kind!(pub ClusterName: "an ECS cluster name", 1 to 255, of alphanumerics and "-_");
name_kind!(pub ServiceName: "an ECS service name", 1 to 255, of alphanumerics and "-_");

//! Cancels a deployment of a Proton service instance.

use jiff::SignedDuration;
use serde::Serialize;

use super::{About, Call, Change, End, Latest, Names, Operation, Permission, Use};
use crate::name::NameKind;
use crate::verdict::{Case, Code, Reasons};

parameters! {
    /// Cancels a deployment of a Proton service instance.
    pub struct CancelServiceInstanceDeployment {
        targets {
            /// The service's name.
            service: ProtonName,
            /// The service instance's name.
            instance: ProtonName,
        }
        options {}
    }
}

/// Proton says nothing of a deployment beyond its state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {}

const INSTANCE: &str =
    "arn:{partition}:proton:{region}:{account}:service/{service}/service-instance/{instance}";

impl Operation for CancelServiceInstanceDeployment {
    const ABOUT: About = About {
        name: "proton.cancel-service-instance-deployment",
        does: "cancels a deployment of a Proton service instance",
        order: "cancel the deployment of",
        done: "cancelled the deployment of",
        targets: Self::TARGETS,
        permissions: &[
            Permission {
                action: "proton:ListServiceInstances",
                on: &["*"],
                why: "a service or instance is named with a wildcard",
            },
            Permission {
                action: "proton:GetServiceInstance",
                on: &[INSTANCE],
                why: "what is in flight, and what became of it",
            },
            Permission {
                action: "proton:ListTagsForResource",
                on: &[INSTANCE],
                why: "the instance's tags",
            },
            Permission {
                action: "proton:CancelServiceInstanceDeployment",
                on: &[INSTANCE],
                why: "the stop itself",
            },
        ],
        look_again: &["proton:GetServiceInstance"],
        example: include_str!("../../../../policies/proton-instances.yaml"),
        announced_by: None,
        deadline: SignedDuration::from_hours(1),
        ended: Some("AWS Proton ended on 7 October 2026"),
    };

    type Facts = Facts;

    fn hold(&self, change: &Change<Facts>, _: &Case<'_>, reasons: &mut Reasons) {
        match change.state.as_str() {
            "IN_PROGRESS" => {
                reasons.pass(
                    Code::AlreadyStopping,
                    || "nobody has cancelled the deployment",
                );
                reasons.pass(Code::NotInAStoppableState, || {
                    format!("the deployment is in `{}`", change.state)
                });
            }
            "CANCELLING" => reasons.add(Code::AlreadyStopping, "the deployment is in `CANCELLING`"),
            state => reasons.add(
                Code::NotInAStoppableState,
                format!("the deployment is in `{state}`"),
            ),
        }
    }

    fn needs(&self, action: &str, _: Use<'_>) -> bool {
        let are_listed = self.service.has_wildcard() || self.instance.has_wildcard();
        match action {
            "proton:ListServiceInstances" => are_listed,
            "proton:GetServiceInstance" => !are_listed,
            _ => true,
        }
    }

    fn call(&self, change: &Change<Facts>) -> Call {
        let name = |key| change.names.get(key).cloned().unwrap_or_default();
        Call {
            service: "proton",
            operation: "CancelServiceInstanceDeployment",
            parameters: vec![
                ("serviceName", name("service")),
                ("serviceInstanceName", name("instance")),
            ],
        }
    }

    fn tagging(change: &Change<Facts>, (key, value): (&str, &str)) -> Option<Call> {
        Some(Call {
            service: "proton",
            operation: "TagResource",
            parameters: vec![
                ("resourceArn", change.id.clone()),
                ("tags", format!("key={key},value={value}")),
            ],
        })
    }

    fn end(latest: &Latest) -> Option<End> {
        match latest.state.as_str() {
            "CANCELLED" => Some(End::Stopped),
            "SUCCEEDED" => Some(End::Well),
            "FAILED" => Some(End::Broken),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProtonName;

impl NameKind for ProtonName {
    const WHAT: &'static str = "a Proton name";
    const LONGEST: usize = 100;

    fn allows(character: char) -> bool {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
    }
}

//! Cancels a deployment of a Proton service instance.

use jiff::SignedDuration;
use serde::Serialize;

use crate::operation::{
    Call, Change, Circumstances, End, Names, Operation, OperationSpec, PermissionNeed,
};
use crate::reason::{HoldCode, Reasons};

parameters! {
    /// Cancels a deployment of a Proton service instance.
    pub struct ProtonCancelServiceInstanceDeployment {
        targets {
            /// The service's name.
            service: ProtonName,
            /// The service instance's name.
            instance: ProtonName,
        }
        options {}
    }
}

/// Proton has no facts about a deployment but its state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServiceInstanceFacts {}

const INSTANCE: &str =
    "arn:{partition}:proton:{region}:{account}:service/{service}/service-instance/{instance}";

impl Operation for ProtonCancelServiceInstanceDeployment {
    const SPEC: OperationSpec = OperationSpec {
        name: "proton.cancel-service-instance-deployment",
        does: "cancels a deployment of a Proton service instance",
        order: "cancel the deployment of",
        done: "cancelled the deployment of",
        targets: Self::TARGETS,
        example: include_str!("../../../../policies/proton-instances.yaml"),
        announced_by: &[],
        hold_codes: &[HoldCode::AlreadyStopping, HoldCode::NotInAStoppableState],
        final_states: &[
            ("CANCELLED", End::Stopped),
            ("SUCCEEDED", End::Well),
            ("FAILED", End::Broken),
        ],
        deadline: SignedDuration::from_hours(1),
        ended: Some("AWS Proton ended on 7 October 2026"),
    };

    const PERMISSIONS: &'static [PermissionNeed<Self>] = &[
        PermissionNeed::of(
            "proton:ListServiceInstances",
            &["*"],
            "a service or instance is named with a wildcard",
        )
        .when(|it: &Self, _| it.is_listed()),
        PermissionNeed::of(
            "proton:GetServiceInstance",
            &[INSTANCE],
            "what is in flight, and what became of it",
        )
        .when(|it: &Self, _| !it.is_listed())
        .and_to_follow(),
        PermissionNeed::of(
            "proton:ListTagsForResource",
            &[INSTANCE],
            "the instance's tags",
        ),
        PermissionNeed::of(
            "proton:CancelServiceInstanceDeployment",
            &[INSTANCE],
            "the stop itself",
        ),
    ];

    type Facts = ServiceInstanceFacts;

    fn hold(
        &self,
        change: &Change<ServiceInstanceFacts>,
        _: &Circumstances,
        reasons: &mut Reasons,
    ) {
        match change.state.as_str() {
            "IN_PROGRESS" => {
                reasons.pass(
                    HoldCode::AlreadyStopping,
                    || "nobody has cancelled the deployment",
                );
                reasons.pass(HoldCode::NotInAStoppableState, || {
                    format!("the deployment is in `{}`", change.state)
                });
            }
            "CANCELLING" => reasons.add(
                HoldCode::AlreadyStopping,
                "the deployment is in `CANCELLING`",
            ),
            state => reasons.add(
                HoldCode::NotInAStoppableState,
                format!("the deployment is in `{state}`"),
            ),
        }
    }

    fn call(&self, change: &Change<ServiceInstanceFacts>) -> Call {
        let name = |key| change.name(key).to_owned();
        Call {
            service: "proton",
            operation: "CancelServiceInstanceDeployment",
            parameters: vec![
                ("serviceName", name("service").into()),
                ("serviceInstanceName", name("instance").into()),
            ],
        }
    }

    fn tagging(change: &Change<ServiceInstanceFacts>, (key, value): (&str, &str)) -> Option<Call> {
        Some(Call {
            service: "proton",
            operation: "TagResource",
            parameters: vec![
                ("resourceArn", change.id.clone().into()),
                ("tags", format!("key={key},value={value}").into()),
            ],
        })
    }
}

impl ProtonCancelServiceInstanceDeployment {
    /// Whether instances have to be listed to find the targets.
    fn is_listed(&self) -> bool {
        self.service.has_wildcard() || self.instance.has_wildcard()
    }
}

name_kind!(pub ProtonName: "a Proton name", 1 to 100, of alphanumerics and "-_");

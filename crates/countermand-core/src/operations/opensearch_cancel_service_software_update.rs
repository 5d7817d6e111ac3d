//! Cancels an OpenSearch service software update that is scheduled.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::opensearch::{DOMAIN, DomainName, tagging_of};
use crate::operation::{
    Announcement, ArnEnd, Call, Change, Circumstances, DetailTest, Doubt, End, Names, Operation,
    OperationSpec, PermissionNeed, Phase, TargetIn, resource,
};
use crate::problem::ProblemCode;
use crate::quantity::Duration;
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Envelope, EventRefusal};

parameters! {
    /// Cancels an OpenSearch service software update that is scheduled.
    pub struct OpensearchCancelServiceSoftwareUpdate {
        targets {
            /// The domain's name.
            domain: DomainName,
        }
        options {
            /// A required update is not put off when its deadline is nearer than this: AWS isolates, and later deletes, a domain that has missed it.
            #[serde(default = "a_week")]
            #[cfg_attr(feature = "schema", schemars(extend("default" = "7d")))]
            keep_clear_of_deadline: Duration,
        }
    }
}

fn a_week() -> Duration {
    Duration::minutes(7 * 24 * 60)
}

/// Facts about a domain's update.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SoftwareUpdateFacts {
    pub domain_arn: String,
    pub cancellable: bool,
    /// The update is required: AWS isolates a domain that goes without it for too long.
    pub is_required: bool,
    /// When AWS will install the update by itself. `None` for an optional update.
    pub automated_update_at: Option<Timestamp>,
    /// When it is scheduled to begin.
    pub scheduled_for: Option<Timestamp>,
}

impl Operation for OpensearchCancelServiceSoftwareUpdate {
    const SPEC: OperationSpec = OperationSpec {
        name: "opensearch.cancel-service-software-update",
        does: "cancels an OpenSearch service software update that is scheduled",
        order: "cancel the software update of",
        done: "cancelled the software update of",
        targets: Self::TARGETS,
        example: include_str!("../../../../policies/no-updates-at-weekends.yaml"),
        announced_by: &[Announcement {
            source: "aws.es",
            detail_types: &[
                "Amazon OpenSearch Service Software Update Notification",
                "Amazon ES Service Software Update Notification",
            ],
            detail: &[DetailTest::one_of(
                &["status"],
                &["Available", "Scheduled", "Rescheduled"],
            )],
            target_in: TargetIn::Resource(&[ArnEnd::of(":domain/{domain}")]),
        }],
        hold_codes: &[
            HoldCode::NotInAStoppableState,
            HoldCode::NotCancellable,
            HoldCode::PastAutomatedUpdateDate,
            HoldCode::TooNearMandatoryDeadline,
        ],
        final_states: &[
            // The update is no longer scheduled, and was not installed.
            ("ELIGIBLE", End::Stopped),
            ("NOT_ELIGIBLE", End::Stopped),
            ("IN_PROGRESS", End::BeyondStopping),
            ("COMPLETED", End::Well),
        ],
        deadline: SignedDuration::from_mins(15),
        ended: None,
    };

    const PERMISSIONS: &'static [PermissionNeed<Self>] = &[
        PermissionNeed::of(
            "es:ListDomainNames",
            &["*"],
            "a domain is named with a wildcard",
        )
        .when(|it, by| !by.by_event && it.domain.has_wildcard()),
        PermissionNeed::of(
            "es:DescribeDomains",
            &[DOMAIN],
            "what is scheduled, and what became of it",
        )
        .and_to_follow(),
        PermissionNeed::of(
            "es:ListScheduledActions",
            &[DOMAIN],
            "when it is scheduled, and by when it must run",
        )
        .when(|_, by| by.is_freeze),
        PermissionNeed::of("es:ListTags", &[DOMAIN], "the domain's tags"),
        PermissionNeed::of(
            "es:CancelServiceSoftwareUpdate",
            &[DOMAIN],
            "the stop itself",
        ),
    ];

    type Facts = SoftwareUpdateFacts;

    fn hold(
        &self,
        change: &Change<SoftwareUpdateFacts>,
        circumstances: &Circumstances,
        reasons: &mut Reasons,
    ) {
        let facts = &change.facts;
        let (state, by) = (&change.state, facts.automated_update_at);
        reasons.check(
            HoldCode::NotInAStoppableState,
            (state != "PENDING_UPDATE").then(|| {
                format!("the update is in `{state}`: only `PENDING_UPDATE` can be cancelled")
            }),
            || format!("the update is in `{state}`"),
        );
        reasons.check(
            HoldCode::NotCancellable,
            (!facts.cancellable).then_some("OpenSearch says that the update cannot be cancelled"),
            || "OpenSearch says that the update can be cancelled",
        );
        let past = by.filter(|at| *at <= circumstances.now);
        reasons.check(
            HoldCode::PastAutomatedUpdateDate,
            past.map(|at| {
                format!("the automated update date {at} is past: OpenSearch refuses to cancel then")
            }),
            || match by {
                Some(at) => format!("the automated update date {at} is not past"),
                None => "the update has no automated update date".to_owned(),
            },
        );
        let clear = self.keep_clear_of_deadline;
        let why = match by {
            _ if !facts.is_required => None,
            None => {
                Some("the update is required, and it is not known by when: let it run".to_owned())
            }
            Some(by) => (Duration::from(by.duration_since(circumstances.now)) < clear).then(|| {
                format!("the update is required by {by}, nearer than {clear}: let it run")
            }),
        };
        reasons.check(HoldCode::TooNearMandatoryDeadline, why, || {
            match by.filter(|_| facts.is_required) {
                Some(by) => format!("the update is required by {by}, not nearer than {clear}"),
                None => "the update is optional".to_owned(),
            }
        });
    }

    fn call(&self, change: &Change<SoftwareUpdateFacts>) -> Call {
        Call {
            service: "opensearch",
            operation: "CancelServiceSoftwareUpdate",
            parameters: vec![("DomainName", change.id.clone().into())],
        }
    }

    fn tagging(change: &Change<SoftwareUpdateFacts>, tag: (&str, &str)) -> Option<Call> {
        Some(tagging_of(&change.facts.domain_arn, tag))
    }

    fn phase(change: &Change<SoftwareUpdateFacts>) -> Phase {
        let facts = &change.facts;
        Phase::Planned {
            at: facts.scheduled_for.or(facts.automated_update_at),
        }
    }

    fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        if self.keep_clear_of_deadline.get().is_zero() {
            doubts.push(Doubt {
                code: ProblemCode::LimitLifted,
                key: "keep-clear-of-deadline",
                message: "a safety limit is lifted: a required update is put off up to the last moment before its deadline",
                help: "set a value, or leave the key out for its default",
            });
        }
        if self.running_for.is_some() {
            doubts.push(Doubt {
                code: ProblemCode::NeverActs,
                key: "running-for",
                message: "this can never stop anything: an update that can be cancelled has not begun",
                help: "leave the key out",
            });
        }
        doubts
    }

    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        #[derive(Deserialize)]
        struct Detail {
            status: String,
        }

        let detail: Detail = event.detail()?;
        let domain = resource(event, ":domain/")?;
        Ok(AnnouncedChange {
            operation: Self::SPEC.name,
            names: [("domain", domain.to_owned())].into(),
            change: None,
            state: detail.status,
            began_at: None,
            is_rollback: false,
        })
    }
}

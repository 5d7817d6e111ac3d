//! Cancels an OpenSearch service software update that is scheduled.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    About, Announced, Announcement, ArnEnd, Call, Change, Doubt, End, Latest, Names, Operation,
    Permission, Phase, TargetIn, Use, announced,
};
use crate::event::{Envelope, Refusal};
use crate::name::NameKind;
use crate::policy::Duration;
use crate::problem::ProblemCode;
use crate::verdict::{Case, Code, Reasons};

parameters! {
    /// Cancels an OpenSearch service software update that is scheduled.
    pub struct CancelServiceSoftwareUpdate {
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

/// What OpenSearch says of a domain's update.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub domain_arn: String,
    pub cancellable: bool,
    /// The domain must have it: AWS isolates one that goes without it for too long.
    pub is_required: bool,
    /// AWS will install it by itself then. Absent for an optional update.
    pub automated_update_at: Option<Timestamp>,
    /// When it is scheduled to begin.
    pub scheduled_for: Option<Timestamp>,
}

const DOMAIN: &str = "arn:{partition}:es:{region}:{account}:domain/{domain}";

impl Operation for CancelServiceSoftwareUpdate {
    const ABOUT: About = About {
        name: "opensearch.cancel-service-software-update",
        does: "cancels an OpenSearch service software update that is scheduled",
        order: "cancel the software update of",
        done: "cancelled the software update of",
        targets: Self::TARGETS,
        permissions: &[
            Permission {
                action: "es:ListDomainNames",
                on: &["*"],
                why: "a domain is named with a wildcard",
            },
            Permission {
                action: "es:DescribeDomains",
                on: &[DOMAIN],
                why: "what is scheduled, and what became of it",
            },
            Permission {
                action: "es:ListScheduledActions",
                on: &[DOMAIN],
                why: "when it is scheduled, and by when it must run",
            },
            Permission {
                action: "es:ListTags",
                on: &[DOMAIN],
                why: "the domain's tags",
            },
            Permission {
                action: "es:CancelServiceSoftwareUpdate",
                on: &[DOMAIN],
                why: "the stop itself",
            },
        ],
        look_again: &["es:DescribeDomains"],
        example: include_str!("../../../../policies/no-updates-at-weekends.yaml"),
        announced_by: Some(Announcement {
            source: "aws.es",
            detail_types: &[
                "Amazon OpenSearch Service Software Update Notification",
                "Amazon ES Service Software Update Notification",
            ],
            field: "status",
            values: &["Available", "Scheduled", "Rescheduled"],
            target_in: TargetIn::Resource(&[ArnEnd {
                end: ":domain/{domain}",
                beside: None,
            }]),
            by_id: None,
        }),
        deadline: SignedDuration::from_mins(15),
        ended: None,
    };

    type Facts = Facts;

    fn hold(&self, change: &Change<Facts>, case: &Case<'_>, reasons: &mut Reasons) {
        let facts = &change.facts;
        if change.state != "PENDING_UPDATE" {
            reasons.add(
                Code::NotInAStoppableState,
                format!(
                    "the update is in `{}`: only `PENDING_UPDATE` can be cancelled",
                    change.state
                ),
            );
        }
        reasons.pass(Code::NotInAStoppableState, || {
            format!("the update is in `{}`", change.state)
        });
        if !facts.cancellable {
            reasons.add(
                Code::NotCancellable,
                "OpenSearch says that the update cannot be cancelled",
            );
        }
        reasons.pass(
            Code::NotCancellable,
            || "OpenSearch says that the update can be cancelled",
        );
        if let Some(at) = facts.automated_update_at.filter(|at| *at <= case.now) {
            reasons.add(
                Code::PastAutomatedUpdateDate,
                format!(
                    "the automated update date {at} is past: OpenSearch refuses to cancel then"
                ),
            );
        }
        reasons.pass(Code::PastAutomatedUpdateDate, || {
            match facts.automated_update_at {
                Some(at) => format!("the automated update date {at} is not past"),
                None => "the update has no automated update date".to_owned(),
            }
        });
        if facts.is_required {
            self.hold_by_deadline(facts.automated_update_at, case.now, reasons);
        }
        reasons.pass(Code::TooNearMandatoryDeadline, || {
            match facts.automated_update_at.filter(|_| facts.is_required) {
                Some(by) => format!(
                    "the update is required by {by}, not nearer than {}",
                    self.keep_clear_of_deadline
                ),
                None => "the update is optional".to_owned(),
            }
        });
    }

    fn call(&self, change: &Change<Facts>) -> Call {
        Call {
            service: "opensearch",
            operation: "CancelServiceSoftwareUpdate",
            parameters: vec![("DomainName", change.id.clone())],
        }
    }

    fn tagging(change: &Change<Facts>, (key, value): (&str, &str)) -> Option<Call> {
        Some(Call {
            service: "opensearch",
            operation: "AddTags",
            parameters: vec![
                ("Arn", change.facts.domain_arn.clone()),
                ("TagList", format!("Key={key},Value={value}")),
            ],
        })
    }

    fn end(latest: &Latest) -> Option<End> {
        match latest.state.as_str() {
            // It is not scheduled any more, and was not installed.
            "ELIGIBLE" | "NOT_ELIGIBLE" => Some(End::Stopped),
            "IN_PROGRESS" => Some(End::BeyondStopping),
            "COMPLETED" => Some(End::Well),
            _ => None,
        }
    }

    fn phase(change: &Change<Facts>) -> Phase {
        let facts = &change.facts;
        Phase::Planned {
            at: facts.scheduled_for.or(facts.automated_update_at),
        }
    }

    fn needs(&self, action: &str, by: Use<'_>) -> bool {
        match action {
            "es:ListDomainNames" => !by.by_event && self.domain.has_wildcard(),
            "es:ListScheduledActions" => by.policy.when.in_flight().is_some(),
            _ => true,
        }
    }

    fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        if self.keep_clear_of_deadline.get().is_zero() {
            doubts.push(Doubt {
                code: ProblemCode::LimitLifted,
                key: Some("keep-clear-of-deadline"),
                message: "a safety limit is lifted: a required update is put off up to the last moment before its deadline"
                    .to_owned(),
                help: "set a value, or leave the key out for its default",
            });
        }
        if self.running_for.is_some() {
            doubts.push(Doubt {
                code: ProblemCode::NeverActs,
                key: Some("running-for"),
                message:
                    "this can never stop anything: an update that can be cancelled has not begun"
                        .to_owned(),
                help: "leave the key out",
            });
        }
        doubts
    }

    fn announced(event: &Envelope<'_>) -> Result<Announced, Refusal> {
        #[derive(Deserialize)]
        struct Detail {
            status: String,
        }

        let detail: Detail = announced::detail(&Self::ABOUT, event)?;
        let domain = announced::resource(event, ":domain/")?;
        Ok(Announced {
            operation: Self::ABOUT.name,
            names: [("domain", domain.to_owned())].into(),
            change: None,
            state: detail.status,
            began_at: None,
            is_rollback: false,
        })
    }
}

impl CancelServiceSoftwareUpdate {
    fn hold_by_deadline(&self, by: Option<Timestamp>, now: Timestamp, reasons: &mut Reasons) {
        let clear = self.keep_clear_of_deadline;
        match by {
            None => reasons.add(
                Code::TooNearMandatoryDeadline,
                "the update is required, and it is not known by when: let it run",
            ),
            Some(by) if Duration::from(by.duration_since(now)) < clear => reasons.add(
                Code::TooNearMandatoryDeadline,
                format!("the update is required by {by}, nearer than {clear}: let it run"),
            ),
            Some(_) => {}
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DomainName;

impl NameKind for DomainName {
    const WHAT: &'static str = "an OpenSearch domain name";
    const SHORTEST: usize = 3;
    const LONGEST: usize = 28;

    fn allows(character: char) -> bool {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    }
}

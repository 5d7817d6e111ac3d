//! Cancels a configuration change of an OpenSearch domain that is not applied yet.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::opensearch::{DOMAIN, DomainName, tagging_of};
use crate::operation::{
    Announcement, CALL_SUCCEEDED, Call, Change, Circumstances, DetailName, DetailTest, End,
    FieldTest, Names, Operation, OperationSpec, PermissionNeed, RECORDED_CALL, TargetIn,
};
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Envelope, EventRefusal};

parameters! {
    /// Cancels a configuration change of an OpenSearch domain that is not applied yet.
    pub struct OpensearchCancelDomainConfigChange {
        targets {
            /// The domain's name.
            domain: DomainName,
        }
        options {}
    }
}

/// What OpenSearch says of a domain and its configuration change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConfigChangeFacts {
    pub domain_arn: String,
    /// What the domain as a whole is at: `Modifying` is a configuration change.
    pub processing_status: String,
    /// `CUSTOMER`, or `SERVICE` for AWS itself.
    pub initiated_by: Option<String>,
    /// What OpenSearch says of its progress.
    pub message: Option<String>,
    pub is_updating_software: bool,
    pub is_upgrading: bool,
    pub properties: Vec<ModifiedProperty>,
}

/// A property that the change modifies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ModifiedProperty {
    pub name: String,
    pub active: Option<String>,
    pub pending: Option<String>,
}

impl Operation for OpensearchCancelDomainConfigChange {
    const SPEC: OperationSpec = OperationSpec {
        name: "opensearch.cancel-domain-config-change",
        does: "cancels a configuration change of an OpenSearch domain",
        order: "cancel the configuration change of",
        done: "cancelled the configuration change of",
        targets: Self::TARGETS,
        example: include_str!("../../../../policies/no-domain-changes-at-weekends.yaml"),
        // OpenSearch itself announces no configuration change. A recorded call comes only where a trail logs
        // management events that write, and even then at best effort: beside it a policy needs a sweep.
        announced_by: &[Announcement {
            source: "aws.es",
            detail_types: &[RECORDED_CALL],
            detail: &[
                DetailTest::one_of(&["eventSource"], &["es.amazonaws.com"]),
                DetailTest::one_of(
                    &["eventName"],
                    &["UpdateDomainConfig", "UpdateElasticsearchDomainConfig"],
                ),
                CALL_SUCCEEDED,
                DetailTest {
                    path: &["requestParameters", "dryRun"],
                    test: FieldTest::AbsentOrFalse,
                },
            ],
            target_in: TargetIn::Detail(&[DetailName::at(
                &["requestParameters", "domainName"],
                "domain",
            )]),
        }],
        hold_codes: &[HoldCode::BegunByAws, HoldCode::NotInAStoppableState],
        final_states: &[("Cancelled", End::Stopped), ("Completed", End::Well)],
        deadline: SignedDuration::from_mins(30),
        ended: None,
    };

    const PERMISSIONS: &'static [PermissionNeed<Self>] = &[
        PermissionNeed::of(
            "es:ListDomainNames",
            &["*"],
            "a domain is named with a wildcard",
        )
        .when(|it, by| !by.by_event && it.domain.has_wildcard()),
        PermissionNeed::of("es:DescribeDomains", &[DOMAIN], "what is in flight"),
        PermissionNeed::of("es:ListTags", &[DOMAIN], "the domain's tags"),
        PermissionNeed::of(
            "es:CancelDomainConfigChange",
            &[DOMAIN],
            "the stop itself, and what `explain` says that it would cancel",
        ),
        PermissionNeed::of(
            "es:DescribeDomainChangeProgress",
            &[DOMAIN],
            "what became of it",
        )
        .when(|_, _| false)
        .and_to_follow(),
    ];

    type Facts = ConfigChangeFacts;

    fn hold(&self, change: &Change<ConfigChangeFacts>, _: &Circumstances, reasons: &mut Reasons) {
        let facts = &change.facts;
        let by = facts.initiated_by.as_deref();
        reasons.check(
            HoldCode::BegunByAws,
            (by == Some("SERVICE"))
                .then_some("AWS began this change itself, and would begin it again"),
            || match by {
                Some(by) => format!("the change was begun by `{by}`"),
                None => "OpenSearch does not say that AWS began the change itself".to_owned(),
            },
        );
        reasons.check(
            HoldCode::NotInAStoppableState,
            why_not_stoppable(change),
            || match &facts.message {
                Some(message) => format!("the change is in `{}`: {message}", change.state),
                None => format!("the change is in `{}`", change.state),
            },
        );
    }

    fn call(&self, change: &Change<ConfigChangeFacts>) -> Call {
        Call {
            service: "opensearch",
            operation: "CancelDomainConfigChange",
            parameters: vec![
                ("DomainName", change.name("domain").to_owned().into()),
                // Never left out: what AWS does then is not documented.
                ("DryRun", false.into()),
            ],
        }
    }

    fn tagging(change: &Change<ConfigChangeFacts>, tag: (&str, &str)) -> Option<Call> {
        Some(tagging_of(&change.facts.domain_arn, tag))
    }

    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail {
            event_name: String,
            request_parameters: RequestParameters,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct RequestParameters {
            domain_name: String,
        }

        let detail: Detail = event.detail()?;
        Ok(AnnouncedChange {
            operation: Self::SPEC.name,
            names: [("domain", detail.request_parameters.domain_name)].into(),
            // CloudTrail may leave out or shorten the answer to the call, in which its id is.
            change: None,
            state: detail.event_name,
            began_at: None,
            is_rollback: false,
        })
    }
}

/// AWS documents only that a change whose validation failed can be cancelled; that the states before it can be is to
/// be expected, since nothing is applied yet.
fn why_not_stoppable(change: &Change<ConfigChangeFacts>) -> Option<String> {
    let facts = &change.facts;
    if facts.is_updating_software {
        return Some("a service software update of the domain is in progress".to_owned());
    }
    if facts.is_upgrading {
        return Some("an upgrade of the domain is in progress".to_owned());
    }
    if facts.processing_status != "Modifying" {
        return Some(format!(
            "the domain is in `{}`: only `Modifying` is a configuration change",
            facts.processing_status
        ));
    }
    match change.state.as_str() {
        "Pending" | "Initializing" | "Validating" | "ValidationFailed" | "PendingUserInput" => None,
        "ApplyingChanges" => {
            Some("the change is in `ApplyingChanges`: it is being applied already".to_owned())
        }
        state => Some(format!("the change is in `{state}`")),
    }
}

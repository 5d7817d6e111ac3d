//! The test cases of this operation.

use countermand_core::operation::Outcome;
use serde_json::{Value, json};

use crate::operations::tests::cases::{Cases, End, NOW, merge};

pub(in crate::operations) const ACTION: &str =
    "opensearch.cancel-service-software-update: { domain: prod-search }";

pub(in crate::operations) const CASES: Cases = Cases {
    action: ACTION,
    world: |update| domains(1, 1, update),
    tagged: "/opensearch/domains/0",
    errors: ERRORS,
    scene,
    nothing: &[
        (ACTION, 1),
        (
            r#"opensearch.cancel-service-software-update: { domain: "*" }"#,
            1,
        ),
    ],
    ends,
};

const ERRORS: &str = "
es:ListDomainNames refused BaseException ValidationException
es:DescribeDomains refused BaseException ValidationException
es:DescribeDomains no-answer InternalException
es:ListTags refused BaseException ResourceNotFoundException ValidationException
es:ListTags no-answer InternalException
es:ListScheduledActions nothing-there ResourceNotFoundException
es:ListScheduledActions refused BaseException InvalidPaginationTokenException ValidationException
es:ListScheduledActions no-answer InternalException
es:CancelServiceSoftwareUpdate already-over ResourceNotFoundException
es:CancelServiceSoftwareUpdate refused BaseException ValidationException
es:CancelServiceSoftwareUpdate no-answer InternalException
";

fn scene(call: &str) -> (Value, &'static str, &'static str) {
    let plain = domains(1, 1, &json!({}));
    match call {
        "es:ListDomainNames" => (
            plain,
            r#"opensearch.cancel-service-software-update: { domain: "*" }"#,
            "",
        ),
        "es:ListScheduledActions" => (
            plain,
            ACTION,
            "when: { change-calendar: { calendar: year-end } }",
        ),
        _ => (plain, ACTION, ""),
    }
}

#[rustfmt::skip] // a table: one end, one line
fn ends() -> Vec<End> {
    let when_cancelled = |state: &str| domains(1, 1, &json!({ "when-cancelled": [{ "after": 60, "status": state }] }));
    vec![
        (when_cancelled("ELIGIBLE"), "PENDING_UPDATE", "ELIGIBLE", Outcome::Confirmed),
        (when_cancelled("NOT_ELIGIBLE"), "PENDING_UPDATE", "NOT_ELIGIBLE", Outcome::Confirmed),
        (when_cancelled("IN_PROGRESS"), "PENDING_UPDATE", "IN_PROGRESS", Outcome::Overtaken),
        (when_cancelled("COMPLETED"), "PENDING_UPDATE", "COMPLETED", Outcome::Overtaken),
    ]
}

/// So many domains, the first `pending` of them with an update like this.
pub(in crate::operations) fn domains(domains: usize, pending: usize, update: &Value) -> Value {
    let domains: Vec<_> = (0..domains)
        .map(|at| {
            let name = if at == 0 {
                "prod-search".to_owned()
            } else {
                format!("domain-{at}")
            };
            if at >= pending {
                return json!({ "name": name });
            }
            let mut own =
                json!({ "status": "PENDING_UPDATE", "available": true, "cancellable": true });
            merge(&mut own, update);
            json!({ "name": name, "update": own })
        })
        .collect();
    json!({ "now": NOW, "opensearch": { "domains": domains } })
}

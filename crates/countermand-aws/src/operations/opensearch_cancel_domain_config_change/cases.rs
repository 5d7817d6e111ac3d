//! What tests try this operation on.

use countermand_core::operation::Outcome;
use serde_json::{Value, json};

use crate::operations::tests::cases::{Cases, End, NOW, merge};

pub(in crate::operations) const CASES: Cases = Cases {
    action: ACTION,
    world: domain,
    tagged: "/opensearch/domains/0",
    errors: ERRORS,
    scene,
    nothing: &[(ACTION, 1), (ANY, 1)],
    ends,
};

const ACTION: &str = "opensearch.cancel-domain-config-change: { domain: prod-search }";
const ANY: &str = r#"opensearch.cancel-domain-config-change: { domain: "*" }"#;

const ERRORS: &str = "
es:ListDomainNames refused BaseException ValidationException
es:DescribeDomains refused BaseException ValidationException
es:DescribeDomains no-answer InternalException
es:ListTags refused BaseException ResourceNotFoundException ValidationException
es:ListTags no-answer InternalException
es:CancelDomainConfigChange already-over ResourceNotFoundException
es:CancelDomainConfigChange refused BaseException DisabledOperationException ValidationException
es:CancelDomainConfigChange no-answer InternalException
es:DescribeDomainChangeProgress refused BaseException ResourceNotFoundException ValidationException
es:DescribeDomainChangeProgress no-answer InternalException
";

fn scene(call: &str) -> (Value, &'static str, &'static str) {
    let action = if call == "es:ListDomainNames" {
        ANY
    } else {
        ACTION
    };
    // It is still in flight after the stop.
    (domain(&json!({ "when-cancelled": [] })), action, "")
}

#[rustfmt::skip] // a table: one end, one line
fn ends() -> Vec<End> {
    let when_cancelled = |state: &str| domain(&json!({ "when-cancelled": [{ "after": 60, "status": state }] }));
    vec![
        (when_cancelled("Cancelled"), "Pending", "Cancelled", Outcome::Confirmed),
        (when_cancelled("Completed"), "Pending", "Completed", Outcome::Overtaken),
    ]
}

/// A domain with a configuration change like this.
fn domain(change: &Value) -> Value {
    let mut own = json!({
        "id": "5f1b0a1e-2c6d-4e0f-9a3b-7d2c1e0f4a5b",
        "started-at": "-10m",
        "properties": [{ "name": "ClusterConfig.InstanceCount", "active": "3", "pending": "6" }],
    });
    merge(&mut own, change);
    let domain = json!({ "name": "prod-search", "config-change": own });
    json!({ "now": NOW, "opensearch": { "domains": [domain] } })
}

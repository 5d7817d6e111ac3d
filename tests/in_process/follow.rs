//! Follows what was stopped to its outcome, as `verify` does, and turns the double's clock where `verify` would wait.

use std::collections::BTreeMap;

use countermand_aws::{Aws, TimeLeft, verify};
use countermand_core::follow::Followed;
use countermand_double::Double;
use countermand_tests::Scenario;
use serde_json::{Value, json};

/// Takes each message once it is visible, until none is left, and compares the outcomes.
pub(crate) async fn follow(
    scenario: &Scenario,
    double: &Double,
    aws: &Aws,
    told: &mut Vec<Value>,
) -> Result<(), String> {
    let expected = scenario.deliveries().last().map(|it| it.outcomes.clone());
    let Some(expected) = expected.filter(|it| !it.is_empty()) else {
        return Ok(());
    };
    let mut outcomes = BTreeMap::new();
    let mut taken = 0;
    loop {
        let world = double.world();
        let queue = world.sqs.queues.first().unwrap();
        // One change has one message at a time, so they become visible in about this order.
        let Some(message) = queue.messages.get(taken) else {
            break;
        };
        taken += 1;
        if let Ok(wait) = message.visible_at.duration_since(world.now).try_into() {
            double.advance(wait);
        }
        let followed = Followed::read(&message.body).map_err(|error| error.to_string())?;
        let now = double.world().now;
        let look = verify(
            &followed,
            &aws.read,
            aws.queue.as_ref(),
            now,
            TimeLeft::ENDLESS,
        )
        .await;
        if let Some(ended) = look.map_err(|trouble| trouble.to_string())? {
            let ended = json!(ended);
            outcomes.insert(text(&ended, "change"), text(&ended, "outcome"));
            told.push(ended);
        }
    }
    if outcomes == expected {
        Ok(())
    } else {
        Err(format!("it came to {outcomes:#?}"))
    }
}

fn text(told: &Value, key: &str) -> String {
    let text = told.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

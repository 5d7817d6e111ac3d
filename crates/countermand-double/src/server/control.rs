//! `/_double/`: lets tests in other languages see the world and the log of calls, turn the clock, and set faults and
//! statements.

use std::sync::Mutex;
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::api::operation_names;
use crate::faults::InjectedFault;
use crate::state::{DoubleState, lock};
use crate::wire::{self, HttpReply, WireProtocol};

pub(super) fn reply(
    state: &Mutex<DoubleState>,
    method: &str,
    path: &str,
    body: &Bytes,
) -> HttpReply {
    match control(state, method, path, body) {
        Ok(answer) => wire::answer(WireProtocol::RestJson, &answer),
        Err(why) => HttpReply {
            status: 400,
            ..wire::answer(WireProtocol::RestJson, &json!({"message": why}))
        },
    }
}

fn control(
    state: &Mutex<DoubleState>,
    method: &str,
    path: &str,
    body: &Bytes,
) -> Result<Value, String> {
    let mut state = lock(state);
    let told = |error: serde_json::Error| error.to_string();
    match (method, path) {
        ("GET", "world") => {
            state.settle();
            serde_json::to_value(&state.world).map_err(told)
        }
        ("GET", "calls") => serde_json::to_value(&state.calls).map_err(told),
        ("GET", "operations") => Ok(json!(operation_names())),
        ("POST", "clock") => {
            let asked: Value = serde_json::from_slice(body).map_err(told)?;
            let seconds = asked
                .get("advance_seconds")
                .and_then(Value::as_f64)
                .ok_or("say {\"advance_seconds\": n}")?;
            state.advance(Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?);
            Ok(json!({"now": state.world.now}))
        }
        ("POST", "faults") => {
            let faults: Vec<InjectedFault> = serde_json::from_slice(body).map_err(told)?;
            faults
                .iter()
                .try_for_each(InjectedFault::check)
                .map_err(|error| error.to_string())?;
            state.world.faults = faults;
            Ok(json!({}))
        }
        ("POST", "iam") => {
            state.world.iam = serde_json::from_slice(body).map_err(told)?;
            Ok(json!({}))
        }
        _ => Err(format!("the double has no {method} /_double/{path}")),
    }
}

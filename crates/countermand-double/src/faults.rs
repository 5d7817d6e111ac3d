//! Faults as data: which call goes wrong, how, how often and for whom.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A call that goes wrong. The first fault that fits a call is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InjectedFault {
    /// The call, as `ecs:StopServiceDeployment`.
    pub call: String,
    /// What goes wrong.
    pub fault: FaultKind,
    /// How often; without it, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How many fitting calls pass unharmed before it begins.
    #[serde(default)]
    pub skip: u32,
    /// Only calls whose input, written as JSON, contains this.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub only_for: Option<String>,
    /// How long a `delay` is, in real seconds.
    #[serde(default)]
    pub seconds: f64,
    /// The seconds in the answer's `Retry-After` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FaultKind {
    /// The service's throttling error; the call has no effect.
    Throttle,
    /// The service's internal error with HTTP 500; the call has no effect.
    ServerError,
    /// The call takes effect at once; its answer comes late.
    Delay,
    /// The connection is reset and the call has no effect.
    Reset,
    /// The call takes effect; the connection ends in the middle of the answer.
    Cut,
    /// The call takes effect; the answer is a web page.
    Garbage,
    /// The service's error for a missing permission; the call has no effect.
    AccessDenied,
    /// Any other error, by its code; the call has no effect.
    Code(String),
}

const NAMED: [(&str, FaultKind); 7] = [
    ("throttle", FaultKind::Throttle),
    ("500", FaultKind::ServerError),
    ("delay", FaultKind::Delay),
    ("reset", FaultKind::Reset),
    ("cut", FaultKind::Cut),
    ("garbage", FaultKind::Garbage),
    ("access-denied", FaultKind::AccessDenied),
];

/// Uses up the first fault that fits this call.
pub(crate) fn strike(
    faults: &mut [InjectedFault],
    call: &str,
    input: &Value,
) -> Option<InjectedFault> {
    let written = input.to_string();
    for fault in faults
        .iter_mut()
        .filter(|fault| fault.call == call && fault.times != Some(0))
    {
        if !fault
            .only_for
            .as_ref()
            .is_none_or(|part| written.contains(part))
        {
            continue;
        }
        if fault.skip > 0 {
            fault.skip -= 1;
            continue;
        }
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        return Some(fault.clone());
    }
    None
}

#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no fault\nfaults are throttle, 500, delay, reset, cut, garbage, access-denied, or an error code such as ConflictException"
)]
pub struct UnknownFault(String);

impl TryFrom<String> for FaultKind {
    type Error = UnknownFault;

    fn try_from(text: String) -> Result<Self, UnknownFault> {
        if let Some((_, kind)) = NAMED.into_iter().find(|(name, _)| *name == text) {
            return Ok(kind);
        }
        // Every error code of AWS begins with a capital; anything else is a misspelt fault.
        if text.starts_with(|first: char| first.is_ascii_uppercase()) {
            Ok(Self::Code(text))
        } else {
            Err(UnknownFault(text))
        }
    }
}

impl From<FaultKind> for String {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Code(code) => code,
            named => NAMED
                .into_iter()
                .find(|(_, kind)| *kind == named)
                .map_or_else(Self::new, |(name, _)| name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn struck(fault: Value, inputs: &[Value]) -> Vec<bool> {
        let mut faults = vec![serde_json::from_value(fault).unwrap()];
        inputs
            .iter()
            .map(|input| strike(&mut faults, "ecs:ListServices", input).is_some())
            .collect()
    }

    #[test]
    fn a_fault_without_times_strikes_for_ever() {
        assert_eq!(
            struck(
                json!({"call": "ecs:ListServices", "fault": "500"}),
                &[json!(1), json!(2)]
            ),
            [true, true]
        );
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says_after_what_it_skips() {
        let fault = json!({"call": "ecs:ListServices", "fault": "throttle", "skip": 1, "times": 2});
        assert_eq!(
            struck(fault, &[json!(1), json!(2), json!(3), json!(4)]),
            [false, true, true, false]
        );
    }

    #[test]
    fn a_fault_for_one_input_counts_only_that_input() {
        let fault =
            json!({"call": "ecs:ListServices", "fault": "reset", "for": "prod", "times": 1});
        let inputs = [
            json!({"cluster": "test"}),
            json!({"cluster": "prod"}),
            json!({"cluster": "prod"}),
        ];
        assert_eq!(struck(fault, &inputs), [false, true, false]);
    }

    #[test]
    fn a_fault_for_another_call_does_not_strike() {
        assert_eq!(
            struck(
                json!({"call": "ecs:ListClusters", "fault": "500"}),
                &[json!(1)]
            ),
            [false]
        );
    }

    #[test]
    fn a_misspelt_fault_is_refused_and_an_error_code_is_not() {
        assert!(serde_json::from_value::<FaultKind>(json!("throtle")).is_err());
        assert_eq!(
            serde_json::from_value::<FaultKind>(json!("ConflictException")).unwrap(),
            FaultKind::Code("ConflictException".to_owned())
        );
    }

    #[test]
    fn every_named_fault_is_written_as_it_was_read() {
        for (name, _) in NAMED {
            assert_eq!(
                serde_json::to_value(serde_json::from_value::<FaultKind>(json!(name)).unwrap())
                    .unwrap(),
                json!(name)
            );
        }
    }
}

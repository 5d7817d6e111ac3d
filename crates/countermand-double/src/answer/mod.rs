//! Answers one request: by its operation, or by the fault that the world has for it.

use std::time::Duration;

use serde_json::Value;

use crate::api::{ApiError, ApiOperation, ServiceApi};
use crate::calls::RecordedCall;
use crate::faults::{self, FaultKind, InjectedFault};
use crate::iam::{self, DenialCause};
use crate::rates;
use crate::state::DoubleState;
use crate::wire::{self, HttpReply, WireProtocol};

/// A request whose operation is found.
pub(crate) struct ApiRequest {
    pub(crate) service: &'static ServiceApi,
    pub(crate) operation: &'static ApiOperation,
    pub(crate) protocol: WireProtocol,
    pub(crate) input: Value,
}

/// How an answer leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Delivery {
    Whole,
    Late(Duration),
    Cut,
    Reset,
}

impl DoubleState {
    /// The reply, how it leaves, and the number that the call came with.
    pub(crate) fn answer(&mut self, request: ApiRequest) -> (HttpReply, Delivery, usize) {
        let came = self.pass();
        self.advance(Duration::from_secs(u64::from(self.world.seconds_per_call)));
        let at = self.world.now;
        let ApiRequest {
            service,
            operation,
            protocol,
            input,
        } = request;
        let name = format!("{}:{}", service.name, operation.name);
        let is_too_much = rates::is_too_much(&mut self.world.rates, &name, at);
        let fault = if is_too_much {
            None
        } else {
            faults::strike(&mut self.world.faults, &name, &input)
        };
        let kind = fault.as_ref().map(|fault| &fault.fault);
        let resources = (operation.resources)(&self.world, &input);
        let action = format!("{}:{}", service.iam_name, operation.name);
        let denied = |resource: &str, cause| iam::denied(&self.world, &action, resource, cause);
        let throttle = is_too_much.then_some(&FaultKind::Throttle);
        let by_trouble = throttle.or(kind).and_then(|kind| {
            let first = resources.first().map_or("*", String::as_str);
            error_of(kind, service, || denied(first, DenialCause::NothingAllows))
        });
        let by_iam = || {
            let (resource, cause) = iam::denial(&self.world, &action, &resources)?;
            Some(denied(resource, cause))
        };
        let refused = by_trouble.or_else(by_iam);
        let answered = match refused {
            _ if kind == Some(&FaultKind::Reset) => Ok(Value::Null),
            Some(error) => Err(error),
            None => (operation.answer)(&mut self.world, at, &input),
        };
        let error = answered.as_ref().err().map(|error| error.code.clone());
        let mut reply = match answered {
            Ok(output) => wire::answer(protocol, &output),
            Err(error) => wire::error(protocol, service, &error),
        };
        let delivery = delivery_of(fault.as_ref());
        if kind == Some(&FaultKind::Garbage) {
            reply.body = b"<html><body>Bad luck</body></html>".to_vec();
        }
        if let Some(seconds) = fault.as_ref().and_then(|fault| fault.retry_after) {
            reply.headers.push(("retry-after", seconds.to_string()));
        }
        self.calls.push(RecordedCall {
            at,
            service: service.name.to_owned(),
            operation: operation.name.to_owned(),
            input,
            resources,
            status: if delivery == Delivery::Reset {
                0
            } else {
                reply.status
            },
            error,
            fault: fault.map(|fault| fault.fault.into()),
            came,
            answered: None,
        });
        (reply, delivery, came)
    }
}

fn delivery_of(fault: Option<&InjectedFault>) -> Delivery {
    match fault.map(|fault| (&fault.fault, fault.seconds)) {
        Some((FaultKind::Delay, seconds)) => {
            Delivery::Late(Duration::try_from_secs_f64(seconds).unwrap_or_default())
        }
        Some((FaultKind::Cut, _)) => Delivery::Cut,
        Some((FaultKind::Reset, _)) => Delivery::Reset,
        _ => Delivery::Whole,
    }
}

/// The error that a fault answers in the operation's place.
fn error_of(
    kind: &FaultKind,
    service: &ServiceApi,
    denied: impl FnOnce() -> ApiError,
) -> Option<ApiError> {
    Some(match kind {
        FaultKind::Throttle => ApiError::new(service.throttled, "Rate exceeded"),
        FaultKind::ServerError => ApiError::new(service.broken, "The double was told to fail."),
        FaultKind::AccessDenied => denied(),
        FaultKind::Code(code) => ApiError::new(code, "The double was told to answer this error."),
        FaultKind::Delay | FaultKind::Reset | FaultKind::Cut | FaultKind::Garbage => return None,
    })
}

#[cfg(test)]
mod tests;

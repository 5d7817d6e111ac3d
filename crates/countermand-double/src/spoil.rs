//! One request, answered: by the operation, or by the fault that the world has for it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::calls::Call;
use crate::clock::Clock;
use crate::faults::{self, Fault, Kind};
use crate::iam::{self, Why};
use crate::opensearch;
use crate::operation::{Operation, Service};
use crate::rates;
use crate::wire::{self, Protocol, Refusal, Reply};
use crate::world::World;

/// Everything that changes while the double runs.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) calls: Vec<Call>,
    /// How many requests came and answers left.
    pub(crate) passed: usize,
}

/// A request that found its operation.
pub(crate) struct Request {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    pub(crate) protocol: Protocol,
    pub(crate) input: Value,
}

/// How an answer leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Manner {
    Whole,
    Late(Duration),
    Cut,
    Reset,
}

impl Stage {
    pub(crate) fn new(world: World) -> Self {
        let clock = if world.runs {
            Clock::running(world.now)
        } else {
            Clock::still(world.now)
        };
        let mut stage = Self {
            world,
            clock,
            calls: Vec::new(),
            passed: 0,
        };
        stage.settle();
        stage
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
        self.settle();
    }

    /// Brings the world to the clock's time.
    pub(crate) fn settle(&mut self) -> Timestamp {
        let now = self.clock.now();
        self.world.settle(now);
        now
    }

    /// The next number for what comes or leaves.
    pub(crate) fn pass(&mut self) -> usize {
        self.passed += 1;
        self.passed
    }

    /// The answer to the call that came with this number leaves.
    pub(crate) fn leaves(&mut self, came: usize) {
        let number = self.pass();
        if let Some(call) = self.calls.iter_mut().rfind(|call| call.came == came) {
            call.answered = Some(number);
        }
    }

    pub(crate) fn answer(&mut self, request: Request) -> (Reply, Manner, usize) {
        let came = self.pass();
        self.advance(Duration::from_secs(u64::from(self.world.seconds_per_call)));
        let at = self.world.now;
        let Request {
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
        let resources = (operation.about)(&self.world, &input);
        let action = iam::action(service, operation);
        let denied = |resource: &str, why| {
            let refusal = iam::denied(&self.world, &action, resource, why);
            refusal.status(service.denied)
        };
        let throttle = is_too_much.then_some(&Kind::Throttle);
        let trouble = throttle.or(fault.as_ref().map(|fault| &fault.fault));
        let by_trouble = trouble.and_then(|kind| {
            let first = resources.first().map_or("*", String::as_str);
            refusal_of(kind, service, || denied(first, Why::NothingAllows))
        });
        let by_iam = || {
            let (resource, why) = iam::denial(&self.world, &action, &resources)?;
            Some(denied(resource, why))
        };
        let refused = by_trouble.or_else(by_iam);
        let answered = match refused {
            _ if is_reset(fault.as_ref()) => Ok(Value::Null),
            Some(refusal) => Err(refusal),
            None => (operation.answer)(&mut self.world, at, &input),
        };
        let error = answered.as_ref().err().map(|refusal| refusal.code.clone());
        let mut reply = match answered {
            Ok(output) => wire::answer(protocol, &output),
            Err(refusal) => wire::refusal(protocol, was_query(service), &refusal),
        };
        let manner = manner_of(fault.as_ref());
        if fault
            .as_ref()
            .is_some_and(|fault| fault.fault == Kind::Garbage)
        {
            reply = Reply {
                body: b"<html><body>Bad luck</body></html>".to_vec(),
                ..reply
            };
        }
        if let Some(seconds) = fault.as_ref().and_then(|fault| fault.retry_after) {
            reply.headers.push(("retry-after", seconds.to_string()));
        }
        self.calls.push(Call {
            at,
            service: service.name.to_owned(),
            operation: operation.name.to_owned(),
            input,
            resources,
            status: if manner == Manner::Reset {
                0
            } else {
                reply.status
            },
            error,
            fault: fault.map(|fault| fault.fault.into()),
            came,
            answered: None,
        });
        (reply, manner, came)
    }
}

/// It spoke another protocol once, and still says the codes of that one in a header.
fn was_query(service: &Service) -> bool {
    matches!(service.name, "cloudwatch" | "sqs")
}

fn is_reset(fault: Option<&Fault>) -> bool {
    fault.is_some_and(|fault| fault.fault == Kind::Reset)
}

fn manner_of(fault: Option<&Fault>) -> Manner {
    match fault.map(|fault| (&fault.fault, fault.seconds)) {
        Some((Kind::Delay, seconds)) => {
            Manner::Late(Duration::try_from_secs_f64(seconds).unwrap_or_default())
        }
        Some((Kind::Cut, _)) => Manner::Cut,
        Some((Kind::Reset, _)) => Manner::Reset,
        _ => Manner::Whole,
    }
}

/// The error that a fault answers in the operation's place.
fn refusal_of(kind: &Kind, service: &Service, denied: impl FnOnce() -> Refusal) -> Option<Refusal> {
    Some(match kind {
        Kind::Throttle => {
            Refusal::new(service.throttled.0, "Rate exceeded").status(service.throttled.1)
        }
        Kind::ServerError => {
            Refusal::new(service.broken, "The double was told to fail.").status(500)
        }
        Kind::AccessDenied => denied(),
        Kind::Code(code) => Refusal::new(code, "The double was told to answer this error.")
            .status(status_of(code, service)),
        Kind::Delay | Kind::Reset | Kind::Cut | Kind::Garbage => return None,
    })
}

fn status_of(code: &str, service: &Service) -> u16 {
    if service.name == "opensearch" {
        opensearch::status(code)
    } else if code == service.broken {
        500
    } else {
        400
    }
}

#[cfg(test)]
mod tests;

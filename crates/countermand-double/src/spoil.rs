//! One request, answered: by the operation, or by the fault that the world has for it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::calls::Call;
use crate::clock::Clock;
use crate::faults::{self, Fault, Kind};
use crate::opensearch;
use crate::operation::{Operation, Service};
use crate::wire::{self, Protocol, Refusal, Reply};
use crate::world::World;

/// Everything that changes while the double runs.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) calls: Vec<Call>,
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

    pub(crate) fn answer(&mut self, request: Request) -> (Reply, Manner) {
        self.advance(Duration::from_secs(u64::from(self.world.seconds_per_call)));
        let at = self.world.now;
        let Request {
            service,
            operation,
            protocol,
            input,
        } = request;
        let fault = faults::strike(
            &mut self.world.faults,
            &format!("{}:{}", service.name, operation.name),
            &input,
        );
        let refused = fault
            .as_ref()
            .and_then(|fault| refusal_of(&fault.fault, service, operation));
        let answered = match refused {
            Some(refusal) => Err(refusal),
            None if is_reset(fault.as_ref()) => Ok(Value::Null),
            None => (operation.answer)(&mut self.world, at, &input),
        };
        let error = answered.as_ref().err().map(|refusal| refusal.code.clone());
        let mut reply = match answered {
            Ok(output) => wire::answer(protocol, &output),
            Err(refusal) => wire::refusal(protocol, service.name == "cloudwatch", &refusal),
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
        self.calls.push(Call {
            at,
            service: service.name.to_owned(),
            operation: operation.name.to_owned(),
            input,
            status: if manner == Manner::Reset {
                0
            } else {
                reply.status
            },
            error,
            fault: fault.map(|fault| fault.fault.into()),
        });
        (reply, manner)
    }
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
fn refusal_of(kind: &Kind, service: &Service, operation: &Operation) -> Option<Refusal> {
    Some(match kind {
        Kind::Throttle => {
            Refusal::new(service.throttled.0, "Rate exceeded").status(service.throttled.1)
        }
        Kind::ServerError => {
            Refusal::new(service.broken, "The double was told to fail.").status(500)
        }
        Kind::AccessDenied => {
            let action = format!(
                "{}:{}",
                if service.name == "opensearch" {
                    "es"
                } else {
                    service.name
                },
                operation.name
            );
            let message = format!(
                "User: arn:aws:sts::111122223333:assumed-role/countermand/on-alarm is not authorized to perform: {action} because no identity-based policy allows the {action} action"
            );
            Refusal::new("AccessDeniedException", message).status(service.denied)
        }
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
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operation::SERVICES;

    const ARN: &str = "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/checkout/a";

    fn stage(deployment: &Value, faults: &Value) -> Stage {
        let mut written = json!({"id": "a", "created-at": "-10m", "sources": ["1"]});
        written
            .as_object_mut()
            .unwrap()
            .extend(deployment.as_object().unwrap().clone());
        let world = json!({
            "now": "2026-11-20T12:00:00Z",
            "ecs": {"clusters": [{"name": "prod", "services": [{"name": "checkout", "deployments": [written]}]}]},
            "faults": faults,
        });
        Stage::new(World::from_value(world).unwrap())
    }

    fn call(stage: &mut Stage, operation: &str, input: Value) -> (u16, Value, Manner) {
        let service = SERVICES[0];
        let operation = service
            .operations
            .iter()
            .find(|known| known.name == operation)
            .unwrap();
        let (reply, manner) = stage.answer(Request {
            service,
            operation,
            protocol: Protocol::Json11,
            input,
        });
        (
            reply.status,
            serde_json::from_slice(&reply.body).unwrap_or_default(),
            manner,
        )
    }

    fn stop(stage: &mut Stage) -> (u16, Value, Manner) {
        call(
            stage,
            "StopServiceDeployment",
            json!({"serviceDeploymentArn": ARN, "stopType": "ROLLBACK"}),
        )
    }

    fn status(stage: &Stage) -> &str {
        &stage.world.ecs.clusters[0].services[0].deployments[0].status
    }

    fn after(stage: &mut Stage, seconds: u64) -> &str {
        stage.advance(Duration::from_secs(seconds));
        status(stage)
    }

    #[test]
    fn a_stopped_deployment_rolls_back_in_steps() {
        let mut stage = stage(&json!({}), &json!([]));
        assert_eq!(stop(&mut stage).0, 200);
        assert_eq!(status(&stage), "ROLLBACK_REQUESTED");
        assert_eq!(after(&mut stage, 5), "ROLLBACK_IN_PROGRESS");
        assert_eq!(stop(&mut stage).0, 200, "a second call is a success");
        assert_eq!(
            after(&mut stage, 59),
            "ROLLBACK_IN_PROGRESS",
            "that changes nothing"
        );
        assert_eq!(after(&mut stage, 1), "ROLLBACK_SUCCESSFUL");
        let (status, error, _) = stop(&mut stage);
        assert_eq!(
            (status, &error["__type"], &error["resourceIds"]),
            (400, &json!("ConflictException"), &json!([ARN]))
        );
    }

    #[test]
    fn a_deployment_takes_the_course_that_the_world_says() {
        let mut stage = stage(
            &json!({"when-stopped": [{"after": 1, "status": "ROLLBACK_FAILED"}]}),
            &json!([]),
        );
        stop(&mut stage);
        assert_eq!(after(&mut stage, 600), "ROLLBACK_FAILED");
    }

    #[test]
    fn a_deployment_that_ends_by_itself_is_over_before_the_stop() {
        let mut stage = stage(
            &json!({"then": [{"after": 900, "status": "SUCCESSFUL"}]}),
            &json!([]),
        );
        assert_eq!(after(&mut stage, 299), "IN_PROGRESS");
        assert_eq!(after(&mut stage, 1), "SUCCESSFUL");
        assert_eq!(stop(&mut stage).1["__type"], "ConflictException");
    }

    #[test]
    fn a_paused_deployment_may_refuse_a_stop_and_takes_the_hooks_rollback() {
        let mut stage = stage(
            &json!({"hooks": [{"id": "h"}], "stoppable-while-paused": false}),
            &json!([]),
        );
        assert_eq!(stop(&mut stage).1["__type"], "ConflictException");
        let input = json!({"serviceDeploymentArn": ARN, "hookId": "h", "action": "ROLLBACK"});
        assert_eq!(
            call(&mut stage, "ContinueServiceDeployment", input.clone()).0,
            200
        );
        assert_eq!(after(&mut stage, 65), "ROLLBACK_SUCCESSFUL");
        assert_eq!(
            call(&mut stage, "ContinueServiceDeployment", input).1["__type"],
            "InvalidParameterException"
        );
    }

    #[test]
    fn faults_without_effect_and_faults_with_it() {
        for (fault, answered, manner, becomes) in [
            ("throttle", 400, Manner::Whole, "IN_PROGRESS"),
            ("500", 500, Manner::Whole, "IN_PROGRESS"),
            ("access-denied", 400, Manner::Whole, "IN_PROGRESS"),
            (
                "UnsupportedFeatureException",
                400,
                Manner::Whole,
                "IN_PROGRESS",
            ),
            ("reset", 0, Manner::Reset, "IN_PROGRESS"),
            ("garbage", 200, Manner::Whole, "ROLLBACK_REQUESTED"),
            ("cut", 200, Manner::Cut, "ROLLBACK_REQUESTED"),
            (
                "delay",
                200,
                Manner::Late(Duration::from_millis(500)),
                "ROLLBACK_REQUESTED",
            ),
        ] {
            let fault_data =
                json!([{"call": "ecs:StopServiceDeployment", "fault": fault, "seconds": 0.5}]);
            let mut stage = stage(&json!({}), &fault_data);
            let (_, _, left) = stop(&mut stage);
            assert_eq!(left, manner, "{fault}");
            assert_eq!(status(&stage), becomes, "{fault}");
            assert_eq!(
                (stage.calls[0].status, stage.calls[0].fault.as_deref()),
                (answered, Some(fault))
            );
        }
    }

    #[test]
    fn an_input_that_the_double_does_not_know_is_refused_loudly() {
        let (status, error, _) = call(
            &mut stage(&json!({}), &json!([])),
            "ListServices",
            json!({"launchType": "EC2"}),
        );
        assert_eq!(
            (status, &error["__type"]),
            (400, &json!("SerializationException"))
        );
    }
}

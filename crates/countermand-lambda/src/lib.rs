//! Hosts the functions in the Lambda runtime.
//!
//! [`run`] handles events: `handler` reads one, has `countermand_aws` answer it, publishes and logs the record, and
//! fails where Lambda is to deliver the event again. [`run_verify`] handles the messages of the queue of follow-ups.

mod aws;
mod environment;
mod failure;
mod handler;
mod home;
mod log;
mod metrics;
mod payload;
mod time;
mod verify;

use std::process::ExitCode;

use countermand_aws::{http_client, prewarm};
use countermand_core::policy::When;
use countermand_core::trigger::TriggerKind;

use environment::Environment;
use handler::EventHandler;
use log::Log;
use verify::Verifier;

/// Runs a function that answers events, until Lambda ends it. `accepts` says which triggers it answers, and
/// `evaluates` which policies those can match: connections are opened for these at start.
pub fn run(accepts: fn(&TriggerKind) -> bool, evaluates: fn(&When) -> bool) -> ExitCode {
    serve_until_shutdown(async |environment, log| {
        let policies = environment.policies()?;
        let aws = aws::connect(&environment, http_client());
        prewarm(
            policies.list().iter().filter(|it| evaluates(&it.when)),
            &aws.read,
        )
        .await;
        let handler = EventHandler {
            accepts,
            policies,
            aws,
            ceiling: environment.ceiling,
            fallback_home: environment.fallback_home,
            log,
        };
        let service = lambda_runtime::service_fn(|event| handler.handle(event));
        lambda_runtime::run(service)
            .await
            .map_err(|error| ended(&error))
    })
}

/// Runs the function that follows requested stops to their end. It reads no policies and ignores the mode: a stop that
/// was requested is followed also after the stack was switched off.
pub fn run_verify() -> ExitCode {
    serve_until_shutdown(async |environment, log| {
        let verifier = Verifier {
            aws: aws::connect(&environment, http_client()),
            log,
        };
        let service = lambda_runtime::service_fn(|event| verifier.handle(event));
        lambda_runtime::run(service)
            .await
            .map_err(|error| ended(&error))
    })
}

fn serve_until_shutdown(
    serve: impl AsyncFnOnce(Environment, Log) -> Result<(), String>,
) -> ExitCode {
    let log = Log::read(variable);
    match start(serve, log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            log.error(&why);
            ExitCode::FAILURE
        }
    }
}

fn start(
    serve: impl AsyncFnOnce(Environment, Log) -> Result<(), String>,
    log: Log,
) -> Result<(), String> {
    let environment = Environment::read(variable);
    for warning in &environment.warnings {
        log.error(warning);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("the runtime cannot begin: {error}"))?;
    runtime.block_on(serve(environment, log))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn ended(error: &lambda_runtime::Error) -> String {
    format!("the Lambda runtime has ended: {error}")
}

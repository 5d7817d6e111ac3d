//! What the functions' mains share.
//!
//! The way of one event: `host` reads it, has it answered by `countermand_aws`, logs the record, and says
//! whether Lambda is to deliver it again. `verify` does the same with the messages of a queue.

mod aws;
mod environment;
mod failure;
mod home;
mod host;
mod log;
mod metrics;
mod payload;
mod time;
mod verify;

use std::process::ExitCode;

use countermand_aws::{greet, http_client};
use countermand_core::policy::When;
use countermand_core::trigger::Kind;

use environment::Environment;
use host::Host;
use log::Log;
use verify::Verifier;

/// Runs a function until Lambda ends it. `takes` says which triggers are its own, and `wakes` which policies those wake.
pub fn run(takes: fn(&Kind) -> bool, wakes: fn(&When) -> bool) -> ExitCode {
    until_lambda_ends_it(async |environment, log| {
        let policies = environment.policies()?;
        let aws = aws::connect(&environment, http_client());
        greet(policies.list().iter().filter(|it| wakes(&it.when)), &aws).await;
        let host = Host {
            takes,
            policies,
            aws,
            ceiling: environment.ceiling,
            stand_in: environment.stand_in,
            log,
        };
        let handler = lambda_runtime::service_fn(|event| host.handle(event));
        lambda_runtime::run(handler)
            .await
            .map_err(|error| ended(&error))
    })
}

/// The same for the function that looks again at what was stopped: it has no policies, and no mode keeps it from it.
pub fn run_verify() -> ExitCode {
    until_lambda_ends_it(async |environment, log| {
        let verifier = Verifier {
            aws: aws::connect(&environment, http_client()),
            log,
        };
        let handler = lambda_runtime::service_fn(|event| verifier.handle(event));
        lambda_runtime::run(handler)
            .await
            .map_err(|error| ended(&error))
    })
}

fn until_lambda_ends_it(
    serve: impl AsyncFnOnce(Environment, Log) -> Result<(), String>,
) -> ExitCode {
    let log = Log::read(variable);
    match try_to(serve, log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            log.error(&why);
            ExitCode::FAILURE
        }
    }
}

fn try_to(
    serve: impl AsyncFnOnce(Environment, Log) -> Result<(), String>,
    log: Log,
) -> Result<(), String> {
    let environment = Environment::read(variable);
    for doubt in &environment.doubts {
        log.error(doubt);
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

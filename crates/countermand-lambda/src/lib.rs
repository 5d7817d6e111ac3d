//! What the functions' mains share.
//!
//! The way of one event: `host` reads it, has it answered by `countermand_aws`, logs the record, and says
//! whether Lambda is to deliver it again.

mod aws;
mod environment;
mod failure;
mod home;
mod host;
mod log;
mod payload;

use std::process::ExitCode;

use countermand_core::trigger::Kind;

use environment::Environment;
use host::Host;
use log::Level;

/// Runs a function until Lambda ends it. `takes` says which triggers are its own.
pub fn run(takes: fn(&Kind) -> bool) -> ExitCode {
    match try_run(takes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            log::say(Level::Error, &why);
            ExitCode::FAILURE
        }
    }
}

fn try_run(takes: fn(&Kind) -> bool) -> Result<(), String> {
    let environment = Environment::read(|name| std::env::var(name).ok());
    for doubt in &environment.doubts {
        log::say(Level::Error, doubt);
    }
    let policies = environment.policies()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("the runtime cannot begin: {error}"))?;
    runtime.block_on(async {
        let host = Host {
            takes,
            policies,
            aws: aws::connect().await,
            ceiling: environment.ceiling,
            stand_in: environment.stand_in,
        };
        let handler = lambda_runtime::service_fn(|event| host.handle(event));
        let run = lambda_runtime::run(handler).await;
        run.map_err(|error| format!("the Lambda runtime has ended: {error}"))
    })
}

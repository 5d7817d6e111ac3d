//! Switches a function off and on: sets `COUNTERMAND_MODE` in its environment, and changes nothing else of it.

use countermand_aws::failure;
use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_lambda::types::{Environment, LastUpdateStatus};
use countermand_core::failure::CallFailure;
use countermand_synth::StackFunction;
use countermand_synth::doctor::MODE;
use tokio::time::{Instant, sleep, timeout_at};

use crate::Stack;
use crate::snapshot::deployed_stack;

/// Switching off is to take less than ten seconds; the rest is for starting the program and printing.
const PATIENCE: Duration = Duration::from_secs(8);
/// Lambda takes a second or two for an update, and refuses another one meanwhile.
const FIRST_WAIT: Duration = Duration::from_millis(150);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// How a function was switched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// It was in this mode before.
    Already,
    /// The update is complete: the function handles every event from now on in the new mode.
    Done { was: Option<String> },
    /// Lambda accepted the update, and had not completed it when we stopped waiting.
    Accepted { was: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SwitchError {
    #[error("there is no such function")]
    NotThere,
    #[error("{0}")]
    CallFailure(#[from] CallFailure),
    /// An update writes all variables: without knowing them, it would delete them.
    #[error("its other variables cannot be read: {0}")]
    Unreadable(String),
    #[error("Lambda did not make the change: {0}")]
    Failed(String),
    #[error("it was not done within 8 seconds: {0}")]
    NoTime(&'static str),
}

/// The part of a function's configuration that a switch reads and writes.
struct FunctionSettings {
    variables: HashMap<String, String>,
    /// An update names it, so that Lambda refuses where somebody else was faster.
    revision: Option<String>,
    last_update: Option<LastUpdateStatus>,
    last_update_reason: String,
}

/// Waits that double, up to the longest.
struct Backoff(Duration);

impl Backoff {
    fn new() -> Self {
        Self(FIRST_WAIT)
    }

    async fn wait(&mut self) {
        sleep(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_WAIT);
    }
}

const UPDATE: &str = "lambda:UpdateFunctionConfiguration";

impl Stack {
    /// Sets the mode of one function, also while somebody else updates it.
    pub async fn switch(
        &self,
        function: StackFunction,
        mode: &str,
    ) -> Result<Switched, SwitchError> {
        let until = Instant::now() + PATIENCE;
        let name = self.function(function);
        let mut was = None;
        let set = timeout_at(until, self.set_mode(&name, mode, &mut was)).await;
        match set {
            Err(_) => Err(SwitchError::NoTime(
                "AWS is slow, or somebody else changes it",
            )),
            Ok(Err(error)) => Err(error),
            Ok(Ok(false)) => Ok(Switched::Already),
            Ok(Ok(true)) => match timeout_at(until, self.await_update(&name)).await {
                Ok(Ok(())) => Ok(Switched::Done { was }),
                Ok(Err(failed @ SwitchError::Failed(_))) => Err(failed),
                // Lambda accepted the update, whatever keeps us from seeing it complete.
                Ok(Err(_)) | Err(_) => Ok(Switched::Accepted { was }),
            },
        }
    }

    /// The mode in the parameters of the stack.
    pub async fn deployed_mode(&self) -> Result<Option<String>, CallFailure> {
        let described = self.describe().await?;
        Ok(described.and_then(|it| deployed_stack(it).mode))
    }

    /// Whether an update was needed. Reads again before each attempt, since somebody else can have set it meanwhile.
    async fn set_mode(
        &self,
        name: &str,
        mode: &str,
        was: &mut Option<String>,
    ) -> Result<bool, SwitchError> {
        let mut backoff = Backoff::new();
        let mut is_sent = false;
        loop {
            let mut settings = self.settings(name).await?;
            if settings.variables.get(MODE).is_some_and(|it| it == mode) {
                return Ok(is_sent);
            }
            let before = settings.variables.insert(MODE.to_owned(), mode.to_owned());
            if !is_sent {
                *was = before;
            }
            is_sent = true;
            match self.update(name, settings).await {
                Ok(()) => return Ok(true),
                Err(trouble) if is_contended(&trouble) => {}
                Err(trouble) => return Err(trouble.into()),
            }
            backoff.wait().await;
        }
    }

    /// Until the update is complete, the function handles events in the mode of before.
    async fn await_update(&self, name: &str) -> Result<(), SwitchError> {
        let mut backoff = Backoff::new();
        loop {
            let settings = self.settings(name).await?;
            match settings.last_update {
                Some(LastUpdateStatus::InProgress) => backoff.wait().await,
                Some(LastUpdateStatus::Failed) => {
                    return Err(SwitchError::Failed(settings.last_update_reason));
                }
                _ => return Ok(()),
            }
        }
    }

    async fn settings(&self, name: &str) -> Result<FunctionSettings, SwitchError> {
        let output = self.configuration(name).await?;
        let output = output.ok_or(SwitchError::NotThere)?;
        let (variables, error) = match output.environment {
            Some(it) => (it.variables, it.error),
            None => (None, None),
        };
        if let Some(error) = error {
            let why = error.message.or(error.error_code).unwrap_or_default();
            return Err(SwitchError::Unreadable(why));
        }
        Ok(FunctionSettings {
            variables: variables.unwrap_or_default(),
            revision: output.revision_id,
            last_update: output.last_update_status,
            last_update_reason: output.last_update_status_reason.unwrap_or_default(),
        })
    }

    /// Writes all variables, since Lambda cannot set a single one.
    async fn update(&self, name: &str, settings: FunctionSettings) -> Result<(), CallFailure> {
        let environment = Environment::builder().set_variables(Some(settings.variables));
        let update = self.lambda.update_function_configuration();
        let update = update.function_name(name).environment(environment.build());
        let update = update.set_revision_id(settings.revision).send().await;
        update.map(|_| ()).map_err(failure(UPDATE))
    }
}

/// Somebody else updated the function since it was read, or is updating it.
fn is_contended(trouble: &CallFailure) -> bool {
    let contended = ["PreconditionFailedException", "ResourceConflictException"];
    trouble.code().is_some_and(|it| contended.contains(&it))
}

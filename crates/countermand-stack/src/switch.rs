//! The switch: one variable of a function, and nothing else of it.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_lambda::types::{Environment, LastUpdateStatus};
use countermand_aws::Trouble;
use countermand_synth::StackFunction;
use countermand_synth::doctor::MODE;
use tokio::time::{Instant, sleep, timeout_at};

use crate::{Stack, look};

/// Whoever switches off has ten seconds, and the program has to start and to say what it did.
const PATIENCE: Duration = Duration::from_secs(8);
/// Lambda takes a second or two for an update, and takes no other meanwhile.
const FIRST_WAIT: Duration = Duration::from_millis(150);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What became of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// It was so before.
    Already,
    /// Every event from now on meets it so; with what it was.
    Done { was: Option<String> },
    /// Lambda said yes, and had not done it when we stopped waiting.
    Accepted { was: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSwitched {
    #[error("there is no such function")]
    NotThere,
    #[error("{0}")]
    Trouble(#[from] Trouble),
    /// To write them back would be to lose them.
    #[error("its other variables cannot be read: {0}")]
    Unreadable(String),
    #[error("Lambda did not make the change: {0}")]
    Failed(String),
    #[error("it was not done within 8 seconds: {0}")]
    NoTime(&'static str),
}

/// A function's variables, and which state of it has them.
struct Read {
    variables: HashMap<String, String>,
    revision: Option<String>,
    update: Option<LastUpdateStatus>,
    update_failed: String,
}

const UPDATE: &str = "lambda:UpdateFunctionConfiguration";

impl Stack {
    /// Has one function work in this mode, whoever else changes it at the same time.
    pub async fn switch(
        &self,
        function: StackFunction,
        mode: &str,
    ) -> Result<Switched, NotSwitched> {
        let until = Instant::now() + PATIENCE;
        let name = self.function(function);
        let mut was = None;
        let set = timeout_at(until, self.set(&name, mode, &mut was)).await;
        match set {
            Err(_) => Err(NotSwitched::NoTime(
                "AWS is slow, or somebody else changes it",
            )),
            Ok(Err(trouble)) => Err(trouble),
            Ok(Ok(false)) => Ok(Switched::Already),
            Ok(Ok(true)) => match timeout_at(until, self.takes_effect(&name)).await {
                Ok(Ok(())) => Ok(Switched::Done { was }),
                Ok(Err(failed @ NotSwitched::Failed(_))) => Err(failed),
                // It was accepted, whatever keeps us from seeing more.
                Ok(Err(_)) | Err(_) => Ok(Switched::Accepted { was }),
            },
        }
    }

    /// The mode that the stack itself says.
    pub async fn mode(&self) -> Result<Option<String>, Trouble> {
        let described = self.described().await?;
        Ok(described.and_then(|it| look::of(it).mode))
    }

    /// Whether there was anything to set.
    async fn set(
        &self,
        name: &str,
        mode: &str,
        was: &mut Option<String>,
    ) -> Result<bool, NotSwitched> {
        let mut wait = FIRST_WAIT;
        let mut is_sent = false;
        loop {
            let mut read = self.read(name).await?;
            if read.variables.get(MODE).is_some_and(|it| it == mode) {
                return Ok(is_sent);
            }
            let before = read.variables.insert(MODE.to_owned(), mode.to_owned());
            if !is_sent {
                *was = before;
            }
            is_sent = true;
            match self.write(name, read).await {
                Ok(()) => return Ok(true),
                Err(trouble) if is_contended(&trouble) => {}
                Err(trouble) => return Err(trouble.into()),
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Until then events meet the function as it was.
    async fn takes_effect(&self, name: &str) -> Result<(), NotSwitched> {
        let mut wait = FIRST_WAIT;
        loop {
            let read = self.read(name).await?;
            match read.update {
                Some(LastUpdateStatus::InProgress) => {}
                Some(LastUpdateStatus::Failed) => {
                    return Err(NotSwitched::Failed(read.update_failed));
                }
                _ => return Ok(()),
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn read(&self, name: &str) -> Result<Read, NotSwitched> {
        let told = self.configuration(name).await?;
        let told = told.ok_or(NotSwitched::NotThere)?;
        let (variables, trouble) = match told.environment {
            Some(it) => (it.variables, it.error),
            None => (None, None),
        };
        if let Some(trouble) = trouble {
            let why = trouble.message.or(trouble.error_code).unwrap_or_default();
            return Err(NotSwitched::Unreadable(why));
        }
        Ok(Read {
            variables: variables.unwrap_or_default(),
            revision: told.revision_id,
            update: told.last_update_status,
            update_failed: told.last_update_status_reason.unwrap_or_default(),
        })
    }

    /// All variables at once: Lambda takes no single one. It refuses where somebody else was faster.
    async fn write(&self, name: &str, read: Read) -> Result<(), Trouble> {
        let environment = Environment::builder().set_variables(Some(read.variables));
        let update = self.lambda.update_function_configuration();
        let update = update.function_name(name).environment(environment.build());
        let update = update.set_revision_id(read.revision).send().await;
        update
            .map(|_| ())
            .map_err(|error| Trouble::of(UPDATE, &error))
    }
}

/// Somebody else changed it since it was read, or changes it right now.
fn is_contended(trouble: &Trouble) -> bool {
    let contended = ["PreconditionFailedException", "ResourceConflictException"];
    trouble.code().is_some_and(|it| contended.contains(&it))
}

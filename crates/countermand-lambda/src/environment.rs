//! What the environment says: where the policies are, and how far they may go.

use std::path::{Path, PathBuf};

use countermand_core::load::{Problem, Source, load};
use countermand_core::policy::{Mode, Policies};
use countermand_core::verdict::Home;

/// A policy file, or a folder of them.
const POLICIES: &str = "COUNTERMAND_POLICIES";
/// A ceiling over every policy's mode.
const MODE: &str = "COUNTERMAND_MODE";
/// The URL of the queue that feeds the function that looks again; without it, nobody does.
const VERIFY_QUEUE: &str = "COUNTERMAND_VERIFY_QUEUE_URL";
/// The name or ARN of the bus that decisions and outcomes are put on; without it, they are only logged.
const EVENT_BUS: &str = "COUNTERMAND_EVENT_BUS";
/// Where a layer of policies is mounted.
const LAYER: &str = "/opt/countermand/policies";

#[derive(Debug)]
pub(crate) struct Environment {
    policies: PathBuf,
    pub(crate) ceiling: Mode,
    /// Where we run, for an emulator that does not say it: every event of a place is from elsewhere where this
    /// is not known either.
    pub(crate) stand_in: Home,
    /// What feeds the function that looks again.
    pub(crate) verify_queue: Option<String>,
    /// Where decisions and outcomes are put.
    pub(crate) event_bus: Option<String>,
    /// What somebody should look at.
    pub(crate) doubts: Vec<String>,
}

impl Environment {
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut doubts = Vec::new();
        let ceiling = variable(MODE).map_or(Mode::Enforce, |word| {
            Mode::named(&word).unwrap_or_else(|| {
                // Whoever wrote it wanted less than everything.
                doubts.push(format!(
                    "`{MODE}` is `{word}`, which counts as `disabled`: set it to `enforce`, `observe` or `disabled`"
                ));
                Mode::Disabled
            })
        });
        let known = |name| variable(name).unwrap_or_else(|| "unknown".to_owned());
        Self {
            stand_in: Home {
                account: known("AWS_ACCOUNT_ID"),
                region: known("AWS_REGION"),
            },
            // A template may set what it has no value for to nothing.
            verify_queue: variable(VERIFY_QUEUE).filter(|it| !it.is_empty()),
            event_bus: variable(EVENT_BUS).filter(|it| !it.is_empty()),
            policies: variable(POLICIES).map_or_else(default_policies, PathBuf::from),
            ceiling,
            doubts,
        }
    }

    /// All policies, or all that is wrong with them.
    pub(crate) fn policies(&self) -> Result<Policies, String> {
        let sources = countermand_policies::read(&self.policies).map_err(|none| {
            let said = none.to_string();
            format!(
                "no policies: {}; `{POLICIES}` says where they are",
                said.replace('\n', ": ")
            )
        })?;
        let loaded = load(&sources);
        let wrong: Vec<_> = loaded
            .problems()
            .iter()
            .filter(|problem| problem.is_error())
            .map(|problem| in_words(problem, &sources))
            .collect();
        loaded.into_policies().map_err(|_| wrong.join("; "))
    }
}

/// In the layer; else beside the binary.
fn default_policies() -> PathBuf {
    let layer = Path::new(LAYER);
    if layer.exists() {
        return layer.to_owned();
    }
    let binary = std::env::current_exe().unwrap_or_default();
    binary.with_file_name("policies")
}

fn in_words(problem: &Problem, sources: &[Source]) -> String {
    let message = &problem.message;
    let Some(source) = sources.get(problem.source) else {
        return message.clone();
    };
    let place = source.place(problem.span.start);
    format!("{}:{}:{}: {message}", source.name, place.line, place.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(mode: Option<&str>) -> Environment {
        Environment::read(|name| mode.filter(|_| name == MODE).map(str::to_owned))
    }

    #[test]
    fn a_mode_that_is_not_known_switches_off_and_is_told() {
        for (written, meant, doubts) in [
            (None, Mode::Enforce, 0),
            (Some("enforce"), Mode::Enforce, 0),
            (Some("observe"), Mode::Observe, 0),
            (Some("disabled"), Mode::Disabled, 0),
            (Some("off"), Mode::Disabled, 1),
            (Some("Enforce"), Mode::Disabled, 1),
            (Some(""), Mode::Disabled, 1),
        ] {
            let environment = with(written);
            assert_eq!(
                (environment.ceiling, environment.doubts.len()),
                (meant, doubts),
                "{written:?}"
            );
        }
    }
}

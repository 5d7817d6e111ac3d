//! The settings of a function, from its environment variables.

use std::path::{Path, PathBuf};

use countermand_core::load::{Source, load};
use countermand_core::policy::Mode;
use countermand_core::policy::Policies;
use countermand_core::problem::Problem;
use countermand_core::verdict::Home;

/// A policy file, or a folder of them.
const POLICIES: &str = "COUNTERMAND_POLICIES";
/// A ceiling over every policy's mode.
const MODE: &str = "COUNTERMAND_MODE";
/// The URL of the queue of follow-ups; without it, no stop is verified.
const VERIFY_QUEUE: &str = "COUNTERMAND_VERIFY_QUEUE_URL";
/// The name or ARN of the bus for decisions and outcomes; without it, they are only logged.
const EVENT_BUS: &str = "COUNTERMAND_EVENT_BUS";
/// Where Lambda mounts a layer with policies.
const LAYER: &str = "/opt/countermand/policies";

#[derive(Debug)]
pub(crate) struct Environment {
    policies: PathBuf,
    pub(crate) ceiling: Mode,
    /// Where we run, for emulators whose function ARN does not say it. Where this is not set either, every event counts
    /// as one from another account or region.
    pub(crate) fallback_home: Home,
    pub(crate) verify_queue: Option<String>,
    pub(crate) event_bus: Option<String>,
    /// Mistakes in the settings that do not keep the function from running.
    pub(crate) warnings: Vec<String>,
}

impl Environment {
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut warnings = Vec::new();
        let ceiling = variable(MODE).map_or(Mode::Enforce, |word| {
            Mode::named(&word).unwrap_or_else(|| {
                // The safe reading of an unknown mode: whoever sets one wants to restrict the policies.
                warnings.push(format!(
                    "`{MODE}` is `{word}`, which counts as `disabled`: set it to `enforce`, `observe` or `disabled`"
                ));
                Mode::Disabled
            })
        });
        let or_unknown = |name| variable(name).unwrap_or_else(|| "unknown".to_owned());
        Self {
            fallback_home: Home {
                account: or_unknown("AWS_ACCOUNT_ID"),
                region: or_unknown("AWS_REGION"),
            },
            // A template sets an empty value where the queue is left out.
            verify_queue: variable(VERIFY_QUEUE).filter(|it| !it.is_empty()),
            event_bus: variable(EVENT_BUS).filter(|it| !it.is_empty()),
            policies: variable(POLICIES).map_or_else(default_policies, PathBuf::from),
            ceiling,
            warnings,
        }
    }

    /// All policies, or all their errors in one line.
    pub(crate) fn policies(&self) -> Result<Policies, String> {
        let sources = countermand_policies::read(&self.policies).map_err(|none| {
            let said = none.to_string();
            format!(
                "no policies: {}; `{POLICIES}` says where they are",
                said.replace('\n', ": ")
            )
        })?;
        let loaded = load(&sources);
        let errors: Vec<_> = loaded
            .problems()
            .iter()
            .filter(|problem| problem.is_error())
            .map(|problem| located(problem, &sources))
            .collect();
        loaded.into_policies().map_err(|_| errors.join("; "))
    }
}

/// The layer, if there is one; else the folder beside the binary.
fn default_policies() -> PathBuf {
    let layer = Path::new(LAYER);
    if layer.exists() {
        return layer.to_owned();
    }
    let binary = std::env::current_exe().unwrap_or_default();
    binary.with_file_name("policies")
}

fn located(problem: &Problem, sources: &[Source]) -> String {
    let message = &problem.message;
    let Some(source) = sources.get(problem.source) else {
        return message.clone();
    };
    let place = source.position(problem.span.start);
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
        for (written, meant, warnings) in [
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
                (environment.ceiling, environment.warnings.len()),
                (meant, warnings),
                "{written:?}"
            );
        }
    }
}

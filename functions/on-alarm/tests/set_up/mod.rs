//! The function, as a scenario sets it up.

use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use countermand_double::Double;
use countermand_tests::{Function, Scenario};

/// Milliseconds to answer an event.
pub(crate) const PLENTY: i64 = 60_000;

pub(crate) fn function(scenario: &Scenario, double: &Double) -> Function {
    start(scenario, double, [])
}

/// With more in its environment than the scenario says.
pub(crate) fn start<const N: usize>(
    scenario: &Scenario,
    double: &Double,
    more: [(&'static str, String); N],
) -> Function {
    let policies = policies(&scenario.policies);
    let usual = [
        ("AWS_REGION", scenario.home().region),
        ("AWS_ENDPOINT_URL", double.url().to_owned()),
        (
            "COUNTERMAND_POLICIES",
            policies.to_string_lossy().into_owned(),
        ),
        ("COUNTERMAND_MODE", scenario.mode.as_str().to_owned()),
    ];
    Function::start(
        env!("CARGO_BIN_EXE_on-alarm"),
        usual.into_iter().chain(more),
    )
}

/// The text as a file of its own.
fn policies(text: &str) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(process::id().to_string());
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{next}.yaml"));
    fs::write(&file, text).unwrap();
    file
}

//! A built function, as a scenario sets it up.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use countermand_double::Double;

use crate::{FunctionProcess, Scenario};

/// Milliseconds to answer an event.
pub const PLENTY: i64 = 60_000;

/// A function's binary, and a folder for its policy files. Cargo tells a function's own tests both.
#[derive(Debug, Clone, Copy)]
pub struct BuiltFunction {
    /// `CARGO_BIN_EXE_on-alarm`.
    pub binary: &'static str,
    /// `CARGO_TARGET_TMPDIR`.
    pub folder: &'static str,
}

impl BuiltFunction {
    /// `on-alarm`.
    pub fn name(self) -> &'static str {
        let name = Path::new(self.binary).file_stem();
        name.and_then(|it| it.to_str()).unwrap()
    }

    pub fn start(self, scenario: &Scenario, double: &Double) -> FunctionProcess {
        self.start_with(scenario, double, [])
    }

    /// With more variables than the scenario asks for.
    pub fn start_with<const N: usize>(
        self,
        scenario: &Scenario,
        double: &Double,
        more: [(&'static str, String); N],
    ) -> FunctionProcess {
        let policies = self.policies(&scenario.policies);
        let usual = [
            ("AWS_REGION", scenario.home().region),
            ("AWS_ENDPOINT_URL", double.url().to_owned()),
            (
                "COUNTERMAND_POLICIES",
                policies.to_string_lossy().into_owned(),
            ),
            ("COUNTERMAND_MODE", scenario.mode.as_str().to_owned()),
        ];
        let queue = scenario.verify_queue();
        let queue = queue.map(|url| ("COUNTERMAND_VERIFY_QUEUE_URL", url));
        let bus = scenario.event_bus();
        let bus = bus.map(|name| ("COUNTERMAND_EVENT_BUS", name));
        let more = queue.into_iter().chain(bus).chain(more);
        FunctionProcess::start(self.binary, usual.into_iter().chain(more))
    }

    /// Writes the text to a new file.
    fn policies(self, text: &str) -> PathBuf {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(self.folder)
            .join(self.name())
            .join(process::id().to_string());
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{next}.yaml"));
        fs::write(&file, text).unwrap();
        file
    }
}

//! A folder of `tests/scenarios/`.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use countermand_core::load::Source;
use countermand_core::policy::Mode;
use countermand_core::verdict::Home;
use countermand_double::{FaultKind, InjectedFault, World};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Expected, moved, repeated};

/// A story: what is there, what happens, and what is expected.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The folder's name: a sentence.
    pub name: String,
    /// `policies.yaml`.
    pub policies: String,
    /// `event.json`, which need not be JSON.
    pub event: String,
    /// What `COUNTERMAND_MODE` says.
    pub mode: Mode,
    /// How long Lambda gives the function, where that matters.
    pub time_left: Option<Duration>,
    world: String,
    expected: Expected,
}

/// `setting.json`: present where the function is not set up in the default way.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ScenarioSetUp {
    mode: Option<Mode>,
    seconds_left: Option<u64>,
}

const FILES: [&str; 5] = [
    "policies.yaml",
    "event.json",
    "world.json",
    "expected.json",
    "setting.json",
];

/// Whether a call meets it however often it is made: a function retries until its time ends.
pub fn takes_all_time(fault: &InjectedFault) -> bool {
    let is_retried = match fault.fault {
        FaultKind::Throttle
        | FaultKind::ServerError
        | FaultKind::Reset
        | FaultKind::Cut
        | FaultKind::Garbage => true,
        FaultKind::Delay => fault.seconds > 1.0,
        FaultKind::AccessDenied | FaultKind::Code(_) => false,
    };
    fault.times.is_none() && is_retried
}

/// Whether to try also what only the clock of a machine shows that is not busy.
pub fn is_nightly() -> bool {
    std::env::var_os("COUNTERMAND_NIGHTLY").is_some()
}

impl Scenario {
    /// All scenarios, by name.
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let folders = fs::read_dir(folder).unwrap();
        let mut all: Vec<_> = folders
            .map(|entry| Self::read(&entry.unwrap().path()))
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!all.is_empty());
        all
    }

    /// Those to run without a deadline of their own; at night, all.
    pub fn to_run() -> Vec<Self> {
        let mut all = Self::all();
        all.retain(|it| is_nightly() || it.time_left.is_none());
        all
    }

    fn read(folder: &Path) -> Self {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_known = FILES.iter().any(|name| path.ends_with(name));
            assert!(is_known, "{} is no file of a scenario", path.display());
        }
        let text = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let is_set_up = folder.join("setting.json").exists();
        let set_up = is_set_up.then(|| json::<ScenarioSetUp>(&name, &text("setting.json")));
        let set_up = set_up.unwrap_or_default();
        Self {
            policies: text("policies.yaml"),
            event: text("event.json"),
            mode: set_up.mode.unwrap_or(Mode::Enforce),
            time_left: set_up.seconds_left.map(Duration::from_secs),
            world: text("world.json"),
            expected: json(&name, &text("expected.json")),
            name,
        }
    }

    /// The same story at another time. Every time in policies, event and world is moved, so that the world
    /// begins at `now`, or less than a second before.
    #[must_use]
    pub fn moved_to(&self, now: Timestamp) -> Self {
        // By whole seconds: a time without a fraction would otherwise be rounded, and could pass another one.
        let by = now.duration_since(self.now()).as_secs();
        Self {
            policies: moved::policies(&self.policies, by),
            event: moved::times(&self.event, by),
            world: moved::times(&self.world, by),
            ..self.clone()
        }
    }

    pub fn now(&self) -> Timestamp {
        self.world().now
    }

    /// Whether a function answers only when its time ends. What fits into that time depends on how busy the machine is.
    pub(crate) fn takes_all_time(&self) -> bool {
        self.time_left.is_some() || self.world().faults.iter().any(takes_all_time)
    }

    /// The function runs in the account and region of its world.
    pub fn home(&self) -> Home {
        let world = self.world();
        Home {
            account: world.account,
            region: world.region,
        }
    }

    /// The URL of the world's queue. Without one, nothing that was stopped is followed.
    pub fn verify_queue(&self) -> Option<String> {
        let world = self.world();
        let (region, account) = (&world.region, &world.account);
        let queue = &world.sqs.queues.first()?.name;
        Some(format!(
            "https://sqs.{region}.amazonaws.com/{account}/{queue}"
        ))
    }

    /// The name of the world's bus, where it has one.
    pub fn event_bus(&self) -> Option<String> {
        let world = self.world();
        Some(world.events.buses.first()?.name.clone())
    }

    pub fn sources(&self) -> [Source; 1] {
        let bytes = self.policies.clone().into_bytes();
        [Source::new("policies.yaml", bytes)]
    }

    pub fn world(&self) -> World {
        let world: Value = json(&self.name, &self.world);
        World::from_value(repeated::written_out(world))
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// What is expected of each delivery of the event, in order.
    pub fn deliveries(&self) -> impl Iterator<Item = &Expected> {
        std::iter::successors(Some(&self.expected), |expected| expected.again.as_deref())
    }
}

fn json<T: DeserializeOwned>(name: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

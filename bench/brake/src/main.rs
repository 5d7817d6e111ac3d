//! Measures the time from the event to the stop: ours, beside the least that any program takes, and the same job in boto3.

mod cost;
mod endpoint;
mod machine;
mod peers;
mod plot;
mod runs;
mod scene;
mod table;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use countermand_bench::report;

use endpoint::Endpoint;
use peers::{PackageSize, Peer, Peers};
use runs::{ColdRun, ManyTargetsRun, WarmRun};
use table::BrakeLimit;

/// Odd, so that the median is one of the runs.
const COLD_STARTS: usize = 25;
const WARM_EVENTS: usize = 105;
const TARGETS: [usize; 4] = [1, 10, 100, 1_000];
const TIMES: usize = 3;
const DELAY: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let ours = std::env::args_os().nth(1).map(PathBuf::from);
    let is_trial = ours.is_some();
    match measure(ours) {
        Ok(measured) => tell(&measured, is_trial),
        Err(error) => {
            eprintln!("the brake cannot be measured: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where a binary is given as an argument, the figures are printed and not written into the documents.
fn tell(measured: &Measured, is_trial: bool) -> ExitCode {
    let held = measured.held();
    let rows: Vec<_> = held.iter().map(ToString::to_string).collect();
    let table = format!("{}\n{}", table::HEAD, rows.join("\n"));
    let behind = measured.in_words();
    let cost = cost::table(measured);
    println!("{table}\n\n{behind}\n{cost}");
    if !is_trial {
        let readme = bench().join("README.md");
        report::put(&readme, "machine", &machine::described(&measured.load));
        report::put(&readme, "limits", &table);
        report::put(&readme, "medians", behind.trim_end());
        report::put(&readme, "cost", cost.trim_end());
        report::write(&bench().join("brake.svg"), &plot::svg(measured));
    }
    if held.iter().all(BrakeLimit::is_within) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Everything that was seen.
#[derive(Debug)]
struct Measured {
    cold: Vec<(ColdStart, Vec<ColdRun>)>,
    warm: Vec<(Peer, Vec<WarmRun>)>,
    many: Vec<Vec<ManyTargetsRun>>,
    package: PackageSize,
    /// The load average at the beginning and at the end.
    load: [f64; 2],
}

/// Which peer starts, with how many policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ColdStart {
    peer: Peer,
    policies: usize,
}

/// The peers take turns, so that whatever else this machine does disturbs all of them alike.
fn measure(ours: Option<PathBuf>) -> io::Result<Measured> {
    let peers = Peers::build(ours)?;
    let endpoint = Endpoint::start(&peers.identity())?;
    let began = machine::load();
    let start = |peer, policies| (ColdStart { peer, policies }, Vec::new());
    let mut cold = vec![
        start(Peer::Floor, 0),
        start(Peer::Ours, 1),
        start(Peer::Ours, 10),
        start(Peer::Ours, 100),
        start(Peer::Ours, 1_000),
        start(Peer::Boto3, 0),
    ];
    // The first start reads from the disk, and is left out.
    for nth in 0..=COLD_STARTS {
        for (start, runs) in &mut cold {
            let first = first(start.policies);
            let policies = scene::policies(first..first + start.policies);
            let run = runs::cold(start.peer, &policies, &peers, &endpoint)?;
            if nth > 0 {
                runs.push(run);
            }
        }
    }
    let mut warm = Vec::new();
    for peer in [Peer::Floor, Peer::Ours, Peer::Boto3] {
        warm.push((peer, runs::warm(peer, WARM_EVENTS, &peers, &endpoint)?));
    }
    let many = TARGETS.map(|targets| {
        let runs = (0..TIMES).map(|_| runs::many(targets, DELAY, &peers, &endpoint));
        runs.collect::<io::Result<Vec<_>>>()
    });
    Ok(Measured {
        cold,
        warm,
        many: many.into_iter().collect::<io::Result<_>>()?,
        package: peers.package()?,
        load: [began, machine::load()],
    })
}

/// The number of the first policy, so that the matching one is among them.
fn first(policies: usize) -> usize {
    if policies == 1 { scene::THE_ONE } else { 0 }
}

fn bench() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

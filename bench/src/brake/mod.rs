//! From the event to the stop: the time that counts. Ours beside a floor, and beside the same job with boto3.

mod endpoint;
mod peers;
mod plot;
mod runs;
mod scene;
mod table;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use endpoint::Endpoint;
use peers::{Peer, Peers};
use runs::{Cold, Many, Warm};
pub(crate) use table::Held;

/// Odd, so that a median is one of them.
const COLD_STARTS: usize = 25;
const WARM_EVENTS: usize = 105;
const TARGETS: [usize; 4] = [1, 10, 100, 1_000];
const TIMES: usize = 3;
const DELAY: Duration = Duration::from_millis(20);

/// Everything that was seen.
#[derive(Debug)]
pub(crate) struct Measured {
    cold: Vec<(Start, Vec<Cold>)>,
    warm: Vec<(Peer, Vec<Warm>)>,
    many: Vec<Vec<Many>>,
    binary: u64,
}

/// Who starts, with so many policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    peer: Peer,
    policies: usize,
}

/// The peers take turns: whatever else this machine does is shared by all.
pub(crate) fn measure(ours: Option<PathBuf>) -> io::Result<Measured> {
    let is_trial = ours.is_some();
    let peers = Peers::build(ours)?;
    let endpoint = Endpoint::start(&peers.identity())?;
    let start = |peer, policies| (Start { peer, policies }, Vec::new());
    let mut cold = vec![
        start(Peer::Floor, 0),
        start(Peer::Ours, 1),
        start(Peer::Ours, 10),
        start(Peer::Ours, 100),
        start(Peer::Ours, 1_000),
        start(Peer::Boto3, 0),
    ];
    if is_trial {
        cold.retain(|(start, _)| start.peer != Peer::Boto3 && start.policies <= 1);
    }
    // The first start reads from the disk.
    for nth in 0..=COLD_STARTS {
        for (start, runs) in &mut cold {
            let policies =
                scene::policies(first(start.policies)..first(start.policies) + start.policies);
            let run = runs::cold(start.peer, &policies, &peers, &endpoint)?;
            if nth > 0 {
                runs.push(run);
            }
        }
    }
    let mut warm = Vec::new();
    for peer in [Peer::Floor, Peer::Ours, Peer::Boto3] {
        if is_trial && peer == Peer::Boto3 {
            continue;
        }
        warm.push((peer, runs::warm(peer, WARM_EVENTS, &peers, &endpoint)?));
    }
    let times = if is_trial { 0 } else { TIMES };
    let many = TARGETS.map(|targets| {
        let runs = (0..times).map(|_| runs::many(targets, DELAY, &peers, &endpoint));
        runs.collect::<io::Result<Vec<_>>>()
    });
    Ok(Measured {
        cold,
        warm,
        many: many.into_iter().collect::<io::Result<_>>()?,
        binary: std::fs::metadata(peers.ours())?.len(),
    })
}

/// So that the one that is meant is among them.
fn first(policies: usize) -> usize {
    if policies == 1 { scene::THE_ONE } else { 0 }
}

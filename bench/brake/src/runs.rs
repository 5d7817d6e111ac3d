//! Runs of a peer, and what was measured in each.

use std::io;
use std::time::{Duration, Instant};

use countermand_double::Double;
use countermand_tests::{FunctionAnswer, FunctionProcess, PLENTY};

use crate::endpoint::{Endpoint, SeenRequest};
use crate::peers::{Peer, Peers};
use crate::scene;

const STOP: &str = "StopServiceDeployment";

/// A cold start with one event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColdRun {
    /// From the start of the process until it asks for an event.
    pub(crate) ready: Duration,
    /// From the start until the stop request has arrived.
    pub(crate) stop: Duration,
    /// From the start until Lambda has the answer.
    pub(crate) done: Duration,
    /// Processor time of all its threads.
    pub(crate) processor: Duration,
    pub(crate) peak_kib: u64,
}

pub(crate) fn cold(
    peer: Peer,
    policies: &str,
    peers: &Peers,
    endpoint: &Endpoint,
) -> io::Result<ColdRun> {
    let number = scene::THE_ONE;
    let double = double(scene::world(number..number + 1), endpoint, Duration::ZERO)?;
    let function = peers.start(peer, policies, endpoint)?;
    let (handed_over, answered) = invoke(&function, number)?;
    let began = function.began();
    let seen = endpoint.seen();
    let stop = seen.iter().find(|it| it.operation == STOP);
    let stop = stop.ok_or_else(|| failed("nothing was stopped"))?;
    drop(double);
    Ok(ColdRun {
        ready: handed_over - began,
        stop: stop.came - began,
        done: answered - began,
        processor: processor(function.id())?,
        peak_kib: peak(function.id())?,
    })
}

/// One event of a process that is warm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WarmRun {
    /// From the event until the stop request has arrived.
    pub(crate) stop: Duration,
    /// From the event to the answer, without the time in which at least one request was waiting for its answer.
    pub(crate) own: Duration,
    /// Processor time between the answer before it and its own.
    pub(crate) processor: Duration,
}

pub(crate) fn warm(
    peer: Peer,
    events: usize,
    peers: &Peers,
    endpoint: &Endpoint,
) -> io::Result<Vec<WarmRun>> {
    let double = double(scene::world(0..events), endpoint, Duration::ZERO)?;
    let function = peers.start(peer, &scene::policies(0..events), endpoint)?;
    let mut runs = Vec::new();
    for number in 0..events {
        let before = endpoint.seen().len();
        let given = processor(function.id())?;
        let (handed_over, answered) = invoke(&function, number)?;
        let seen = endpoint.seen();
        let seen = seen.get(before..).unwrap_or_default();
        let stop = seen.iter().find(|it| it.operation == STOP);
        let stop = stop.ok_or_else(|| failed("nothing was stopped"))?;
        runs.push(WarmRun {
            stop: stop.came - handed_over,
            own: (answered - handed_over).saturating_sub(waited(seen)),
            processor: processor(function.id())?.saturating_sub(given),
        });
    }
    drop(double);
    // The first events do the one-time work, and are left out.
    Ok(runs.split_off(events.min(5)))
}

/// One event about so many services.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManyTargetsRun {
    pub(crate) targets: usize,
    pub(crate) calls: usize,
    /// From the event to the answer.
    pub(crate) took: Duration,
}

pub(crate) fn many(
    targets: usize,
    delay: Duration,
    peers: &Peers,
    endpoint: &Endpoint,
) -> io::Result<ManyTargetsRun> {
    let double = double(scene::large_world(targets), endpoint, delay)?;
    let function = peers.start(Peer::Ours, scene::EVERY_SERVICE, endpoint)?;
    let (handed_over, answered) = invoke(&function, scene::THE_ONE)?;
    let seen = endpoint.seen();
    let stopped = seen.iter().filter(|it| it.operation == STOP).count();
    drop(double);
    if stopped == targets {
        Ok(ManyTargetsRun {
            targets,
            calls: seen.len(),
            took: answered - handed_over,
        })
    } else {
        Err(failed(&format!("{stopped} of {targets} were stopped")))
    }
}

fn double(
    world: Result<countermand_double::World, countermand_double::BadWorld>,
    endpoint: &Endpoint,
    delay: Duration,
) -> io::Result<Double> {
    let double = Double::start(world.map_err(|bad| failed(&bad.to_string()))?)?;
    let address = double.url().trim_start_matches("http://").parse();
    endpoint.ask(address.map_err(io::Error::other)?, delay);
    Ok(double)
}

/// When the event was handed over, and when it was answered.
fn invoke(function: &FunctionProcess, number: usize) -> io::Result<(Instant, Instant)> {
    match function.invoke(&scene::event(number), &scene::home(), PLENTY) {
        Some(FunctionAnswer::Response(_)) => function
            .last_event()
            .ok_or_else(|| failed("no event was handed over")),
        other => Err(failed(&format!("the function answered {other:?}"))),
    }
}

/// How long at least one request was waiting for its answer.
fn waited(seen: &[SeenRequest]) -> Duration {
    let mut until = None;
    let mut waited = Duration::ZERO;
    for seen in seen {
        let Some(answered) = seen.answered else {
            continue;
        };
        let from = until.map_or(seen.came, |until| seen.came.max(until));
        waited += answered.saturating_duration_since(from);
        until = until.max(Some(answered));
    }
    waited
}

fn peak(process: u32) -> io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    peak.and_then(|it| it.parse().ok())
        .ok_or_else(|| failed("the kernel does not say how much memory was used"))
}

/// Processor time of the process. Other programs on this machine hardly change it.
fn processor(process: u32) -> io::Result<Duration> {
    let mut nanoseconds = 0;
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread that has ended meanwhile had been idle for long.
        let given = std::fs::read_to_string(thread?.path().join("schedstat"));
        let given = given.unwrap_or_default();
        let given = given
            .split_whitespace()
            .next()
            .and_then(|it| it.parse().ok());
        nanoseconds += given.unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanoseconds))
}

fn failed(why: &str) -> io::Error {
    io::Error::other(why.to_owned())
}

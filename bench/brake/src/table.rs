//! The table of what was measured, beside the limits.

use std::fmt::{self, Write};
use std::time::Duration;

use crate::peers::Peer;
use crate::runs::{ColdRun, ManyTargetsRun, WarmRun};
use crate::{ColdStart, DELAY, Measured};

/// How many calls `countermand-aws` makes at once, at most.
const AT_ONCE: u32 = 10;

pub(crate) const HEAD: &str = "| what | measured | at most | met |\n| --- | ---: | ---: | --- |";

/// A limit, and what was measured.
#[derive(Debug)]
pub(crate) struct BrakeLimit {
    what: &'static str,
    seen: f64,
    at_most: f64,
    unit: &'static str,
}

impl BrakeLimit {
    pub(crate) fn is_within(&self) -> bool {
        self.seen <= self.at_most
    }
}

impl fmt::Display for BrakeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            seen,
            at_most,
            unit,
        } = self;
        let met = if self.is_within() { "yes" } else { "**no**" };
        write!(f, "| {what} | {seen:.2}{unit} | {at_most}{unit} | {met} |")
    }
}

impl Measured {
    /// All limits.
    pub(crate) fn held(&self) -> Vec<BrakeLimit> {
        let stop = |peer, policies| median(self.cold(peer, policies).iter().map(|it| it.stop));
        let ours = stop(Peer::Ours, 1);
        let peak = self.cold(Peer::Ours, 1).iter().map(|it| it.peak_kib).max();
        let many = self
            .many
            .iter()
            .last()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let limit = many.first().map_or(Duration::ZERO, physical_limit);
        let row = |what, seen, at_most, unit| BrakeLimit {
            what,
            seen,
            at_most,
            unit,
        };
        vec![
            row(
                "start of the process to the stop on the wire, of what boto3 takes",
                ratio(ours, stop(Peer::Boto3, 0)) * 100.0,
                2.0,
                " %",
            ),
            row(
                "the same, of what the floor takes",
                ratio(ours, stop(Peer::Floor, 0)),
                1.5,
                " x",
            ),
            row(
                "own time of a warm event, beside what AWS takes to answer",
                milliseconds(median(self.warm(Peer::Ours).iter().map(|it| it.own))),
                0.5,
                " ms",
            ),
            row(
                "peak memory of a cold start, the largest",
                megabytes(peak.unwrap_or(u64::MAX) * 1024),
                12.0,
                " MB",
            ),
            row(
                "on-alarm, stripped",
                megabytes(self.package.binary),
                9.0,
                " MB",
            ),
            row("the same, zipped", megabytes(self.package.zip), 3.5, " MB"),
            row(
                "1,000 targets in one event, of what that many calls take ten at a time",
                ratio(median(many.iter().map(|it| it.took)), limit),
                3.0,
                " x",
            ),
            row(
                "a cold start with 1,000 policies, of one with 10",
                ratio(stop(Peer::Ours, 1_000), stop(Peer::Ours, 10)),
                2.0,
                " x",
            ),
        ]
    }

    /// The medians behind them.
    pub(crate) fn in_words(&self) -> String {
        let mut text = "| cold start | asks for an event | stop on the wire | answered | processor | peak memory |\n| --- | ---: | ---: | ---: | ---: | ---: |\n".to_owned();
        for (start, runs) in &self.cold {
            let of = |of: fn(&ColdRun) -> Duration| milliseconds(median(runs.iter().map(of)));
            let (ready, stop, done) = (of(|it| it.ready), of(|it| it.stop), of(|it| it.done));
            let processor = of(|it| it.processor);
            let peak = median(runs.iter().map(|it| it.peak_kib));
            let peak = megabytes(peak * 1024);
            let _ = writeln!(
                text,
                "| {start} | {ready:.2} ms | **{stop:.2} ms** | {done:.2} ms | {processor:.2} ms | {peak:.1} MB |"
            );
        }
        text += "\n| warm event | stop on the wire | own time | processor |\n| --- | ---: | ---: | ---: |\n";
        for (peer, runs) in &self.warm {
            let of = |of: fn(&WarmRun) -> Duration| milliseconds(median(runs.iter().map(of)));
            let (stop, own) = (of(|it| it.stop), of(|it| it.own));
            let processor = of(|it| it.processor);
            let _ = writeln!(
                text,
                "| {peer} | {stop:.2} ms | **{own:.2} ms** | {processor:.2} ms |"
            );
        }
        text += "\n| targets in one event | calls | took | ten calls at a time, 20 ms each |\n| ---: | ---: | ---: | ---: |\n";
        for runs in &self.many {
            let Some(one) = runs.first() else { continue };
            let took = milliseconds(median(runs.iter().map(|it| it.took)));
            let limit = milliseconds(physical_limit(one));
            let _ = writeln!(
                text,
                "| {} | {} | {took:.0} ms | {limit:.0} ms |",
                one.targets, one.calls
            );
        }
        text
    }

    pub(crate) fn cold(&self, peer: Peer, policies: usize) -> &[ColdRun] {
        let meant = ColdStart { peer, policies };
        let mut found = self.cold.iter();
        let found = found.find(|(start, _)| *start == meant);
        found.map(|(_, runs)| runs.as_slice()).unwrap_or_default()
    }

    pub(crate) fn warm(&self, peer: Peer) -> &[WarmRun] {
        let found = self.warm.iter().find(|(of, _)| *of == peer);
        found.map(|(_, runs)| runs.as_slice()).unwrap_or_default()
    }
}

impl fmt::Display for ColdStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.peer, self.policies) {
            (Peer::Ours, 1) => write!(f, "ours, 1 policy"),
            (Peer::Ours, policies) => write!(f, "ours, {policies} policies"),
            (peer, _) => write!(f, "{peer}"),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Floor => "floor",
            Self::Ours => "ours",
            Self::Boto3 => "boto3",
        })
    }
}

/// How long its calls would take if the most that are allowed were always under way.
fn physical_limit(many: &ManyTargetsRun) -> Duration {
    let calls = u32::try_from(many.calls).unwrap_or(u32::MAX);
    DELAY * calls.div_ceil(AT_ONCE)
}

pub(crate) fn median<T: Ord + Copy + Default>(of: impl Iterator<Item = T>) -> T {
    let mut of: Vec<_> = of.collect();
    of.sort_unstable();
    of.get(of.len() / 2).copied().unwrap_or_default()
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "it is for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

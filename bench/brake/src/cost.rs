//! What a million events would cost on Lambda, by what was measured here.

use std::fmt::Write;
use std::time::Duration;

use crate::Measured;
use crate::peers::Peer;
use crate::table::{median, milliseconds};

/// In dollars, for arm64 in us-east-1.
const GIGABYTE_SECOND: f64 = 0.000_013_333_4;
const MILLION_REQUESTS: f64 = 0.20;
/// The smallest function there is.
const MEGABYTES: f64 = 128.0;
/// A function with this much memory gets one core. With less it gets a proportional share, except during its init.
const MEGABYTES_OF_A_CORE: f64 = 1_769.0;
/// In milliseconds: how long AWS takes to answer the three calls that depend on one another.
const WAITED: f64 = 3.0 * 20.0;

pub(crate) fn table(measured: &Measured) -> String {
    let mut text = "| a million events | billed for each | of them in init | cost |\n| --- | ---: | ---: | ---: |\n".to_owned();
    for (name, peer, policies) in [("ours", Peer::Ours, 1), ("boto3", Peer::Boto3, 0)] {
        let of = |of: fn(&crate::ColdRun) -> Duration| {
            milliseconds(median(measured.cold(peer, policies).iter().map(of)))
        };
        let init = of(|it| it.ready);
        let cold = WAITED + slowed(of(|it| it.done.saturating_sub(it.ready)));
        let processor = measured.warm(peer).iter().map(|it| it.processor);
        let warm = WAITED + slowed(milliseconds(median(processor)));
        for (how, init, event) in [("each of them cold", init, cold), ("warm", 0.0, warm)] {
            let billed = (init + event).ceil();
            let dollars = billed / 1e3 * MEGABYTES / 1024.0 * GIGABYTE_SECOND * 1e6;
            let _ = writeln!(
                text,
                "| {name}, {how} | {billed:.0} ms | {init:.0} ms | ${:.2} |",
                dollars + MILLION_REQUESTS
            );
        }
    }
    text
}

/// The same work on the share of a core that this memory size gets.
fn slowed(milliseconds: f64) -> f64 {
    milliseconds * MEGABYTES_OF_A_CORE / MEGABYTES
}

//! Wall-clock time: the median of many runs, since others use this machine too.

use std::time::{Duration, Instant};

const SPEND: Duration = Duration::from_millis(400);
const LEAST: usize = 15;

/// The median time of a run. Short runs are timed a hundred at a time, since reading the clock takes tens of nanoseconds.
pub(crate) fn median(work: &mut dyn FnMut()) -> Duration {
    let first = time(work, 1);
    let together = if first < Duration::from_micros(100) {
        100
    } else {
        1
    };
    let mut times = Vec::new();
    let begun = Instant::now();
    while times.len() < LEAST || begun.elapsed() < SPEND {
        times.push(time(work, together));
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn time(work: &mut dyn FnMut(), together: u32) -> Duration {
    let begun = Instant::now();
    for _ in 0..together {
        work();
    }
    begun.elapsed() / together
}

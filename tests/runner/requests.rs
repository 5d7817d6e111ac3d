//! What the double's log of calls tells.

use std::collections::BTreeMap;

use countermand_double::RecordedCall;

/// How often each operation was called. What failed for a while and was asked again is one call.
pub(crate) fn counted(calls: &[RecordedCall]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    let calls: Vec<_> = calls.iter().filter(|it| !is_beside(it)).collect();
    for (at, call) in calls.iter().enumerate() {
        let mut later = calls.iter().skip(at + 1);
        let is_same = |it: &&RecordedCall| it.name() == call.name() && it.input == call.input;
        if !(is_spoiled(call) && later.any(is_same)) {
            *counted.entry(call.name()).or_default() += 1;
        }
    }
    counted
}

/// What tells others, and neither finds nor stops.
fn is_beside(call: &RecordedCall) -> bool {
    matches!(call.service.as_str(), "sqs" | "events")
}

/// By a fault of which clients hope that it passes.
fn is_spoiled(call: &RecordedCall) -> bool {
    let passing = ["throttle", "500", "reset", "cut", "garbage"];
    call.fault
        .as_deref()
        .is_some_and(|fault| passing.contains(&fault))
}

/// The longest row of calls of which each came after the answer to the one before it had left.
pub(crate) fn depth(calls: &[RecordedCall]) -> usize {
    let mut depths: Vec<usize> = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let earlier = calls.iter().take(at).zip(&depths);
        let waited_for = earlier.filter(|(it, _)| it.answered.is_some_and(|it| it < call.came));
        let below = waited_for.map(|(_, depth)| *depth).max().unwrap_or(0);
        // Alarm reads are no part of the way.
        depths.push(below + usize::from(call.service != "cloudwatch"));
    }
    depths.into_iter().max().unwrap_or(0)
}

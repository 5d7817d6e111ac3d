//! Counts the calls in the double's log.

use std::collections::BTreeMap;

use countermand_double::RecordedCall;

/// How often each operation was called. A call that failed for a while and was retried counts once.
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

/// Calls that publish what was decided: they neither find nor stop anything.
fn is_beside(call: &RecordedCall) -> bool {
    matches!(call.service.as_str(), "sqs" | "events")
}

/// By a fault that clients retry.
fn is_spoiled(call: &RecordedCall) -> bool {
    let passing = ["throttle", "500", "reset", "cut", "garbage"];
    call.fault
        .as_deref()
        .is_some_and(|fault| passing.contains(&fault))
}

/// The longest chain of calls of which each arrived after the one before it was answered.
pub(crate) fn depth(calls: &[RecordedCall]) -> usize {
    let mut depths: Vec<usize> = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let earlier = calls.iter().take(at).zip(&depths);
        let waited_for = earlier.filter(|(it, _)| it.answered.is_some_and(|it| it < call.came));
        let below = waited_for.map(|(_, depth)| *depth).max().unwrap_or(0);
        // Alarm reads are made beside the others, and are left out.
        depths.push(below + usize::from(call.service != "cloudwatch"));
    }
    depths.into_iter().max().unwrap_or(0)
}

//! The time until the invocation times out.

use std::time::{Duration, SystemTime};

use countermand_aws::TimeLeft;
use lambda_runtime::Context;

/// Ignores a deadline in the past: some emulators send one of 1970.
pub(crate) fn left(context: &Context) -> TimeLeft {
    let left = context.deadline().duration_since(SystemTime::now());
    match left {
        Ok(left) if left > Duration::ZERO => TimeLeft::of(left),
        _ => TimeLeft::ENDLESS,
    }
}

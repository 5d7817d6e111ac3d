//! How long Lambda gives us.

use std::time::{Duration, SystemTime};

use countermand_aws::TimeLeft;
use lambda_runtime::Context;

/// A deadline that is past was not meant: emulators send one of 1970.
pub(crate) fn left(context: &Context) -> TimeLeft {
    let left = context.deadline().duration_since(SystemTime::now());
    match left {
        Ok(left) if left > Duration::ZERO => TimeLeft::of(left),
        _ => TimeLeft::ENDLESS,
    }
}

//! A course of states: each step is a status, and how long after the step before it comes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A status that something takes without a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatusStep {
    /// Seconds after the step before, or after what began this course.
    pub after: u32,
    /// The status that it then has, as AWS names it.
    pub status: String,
}

impl StatusStep {
    pub fn new(after: u32, status: &str) -> Self {
        Self {
            after,
            status: status.to_owned(),
        }
    }
}

/// Takes the next step off the course if it is due, and says when it fell due.
pub(crate) fn next(
    since: Timestamp,
    then: &mut Vec<StatusStep>,
    now: Timestamp,
) -> Option<(Timestamp, String)> {
    let due = since
        .checked_add(SignedDuration::from_secs(i64::from(then.first()?.after)))
        .ok()?;
    (due <= now).then(|| (due, then.remove(0).status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_fall_due_one_after_the_other() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut then = vec![
            StatusStep::new(5, "IN_PROGRESS"),
            StatusStep::new(60, "DONE"),
        ];
        assert_eq!(next(at(0), &mut then, at(4)), None);
        assert_eq!(
            next(at(0), &mut then, at(100)),
            Some((at(5), "IN_PROGRESS".to_owned()))
        );
        assert_eq!(next(at(5), &mut then, at(64)), None);
        assert_eq!(
            next(at(5), &mut then, at(65)),
            Some((at(65), "DONE".to_owned()))
        );
        assert_eq!(next(at(65), &mut then, at(1000)), None);
    }
}

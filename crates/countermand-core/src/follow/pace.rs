//! How often a change is looked at.

use jiff::SignedDuration;

/// The intervals between looks, which grow with the time that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    shortest: SignedDuration,
    longest: SignedDuration,
    /// Each wait is this part of the time that has passed.
    part: i32,
}

impl Pace {
    /// For messages of a queue: each look is an invocation.
    pub const QUEUE: Self = Self {
        shortest: SignedDuration::from_secs(15),
        longest: SignedDuration::from_hours(1),
        part: 3,
    };

    /// While a person waits.
    pub const ATTENDED: Self = Self {
        shortest: SignedDuration::from_secs(2),
        longest: SignedDuration::from_secs(30),
        part: 4,
    };

    /// How long to wait after the first or a later look.
    pub fn wait(self, passed: SignedDuration) -> SignedDuration {
        (passed / self.part).clamp(self.shortest, self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_it_takes_the_less_often_it_is_looked_at() {
        for (passed, queue, attended) in [
            (0, 15, 2),
            (8, 15, 2),
            (60, 20, 15),
            (120, 40, 30),
            (3600, 1200, 30),
            (36_000, 3600, 30),
        ] {
            let passed = SignedDuration::from_secs(passed);
            let waits = [Pace::QUEUE, Pace::ATTENDED].map(|it| it.wait(passed).as_secs());
            assert_eq!(waits, [queue, attended], "{passed:?}");
        }
    }
}

//! The world's clock: it stands still until it is turned, unless the world says that it runs.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

#[derive(Debug)]
pub(crate) struct Clock {
    shows: Timestamp,
    running_since: Option<Instant>,
}

impl Clock {
    pub(crate) fn still(shows: Timestamp) -> Self {
        Self {
            shows,
            running_since: None,
        }
    }

    pub(crate) fn running(shows: Timestamp) -> Self {
        Self {
            shows,
            running_since: Some(Instant::now()),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let ran = self
            .running_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        later(self.shows, ran)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.shows = later(self.shows, by);
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_clock_moves_only_when_it_is_turned() {
        let mut clock = Clock::still(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().as_second(), 90);
    }

    #[test]
    fn a_clock_stops_at_the_end_of_time() {
        let mut clock = Clock::still(Timestamp::UNIX_EPOCH);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}

//! Everything that changes while the double runs: the world, its clock and the log of calls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::calls::RecordedCall;
use crate::clock::Clock;
use crate::world::World;

pub(crate) struct DoubleState {
    pub(crate) world: World,
    clock: Clock,
    pub(crate) calls: Vec<RecordedCall>,
    /// How many requests came and answers left.
    passed: usize,
}

impl DoubleState {
    pub(crate) fn new(world: World) -> Self {
        let clock = if world.runs {
            Clock::running(world.now)
        } else {
            Clock::still(world.now)
        };
        let mut state = Self {
            world,
            clock,
            calls: Vec::new(),
            passed: 0,
        };
        state.settle();
        state
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
        self.settle();
    }

    /// Brings the world to the clock's time.
    pub(crate) fn settle(&mut self) -> Timestamp {
        let now = self.clock.now();
        self.world.settle(now);
        now
    }

    /// The next number for a request that comes or an answer that leaves.
    pub(crate) fn pass(&mut self) -> usize {
        self.passed += 1;
        self.passed
    }

    /// Notes that the answer to the call that came with this number leaves.
    pub(crate) fn leaves(&mut self, came: usize) {
        let number = self.pass();
        if let Some(call) = self.calls.iter_mut().rfind(|call| call.came == came) {
            call.answered = Some(number);
        }
    }
}

/// A test that panicked while it held the lock is no reason to fail the next one.
pub(crate) fn lock(state: &Mutex<DoubleState>) -> MutexGuard<'_, DoubleState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

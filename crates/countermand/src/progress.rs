//! A progress line on stderr, while a command waits for AWS. Shown on terminals only, and removed afterwards.

use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::Duration;

use countermand_aws::Clients;
use tokio::time::{MissedTickBehavior, interval};

use crate::text::counted;

const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_TIME: Duration = Duration::from_millis(100);
/// Shows nothing for an answer that comes before this frame.
const FIRST_FRAME: usize = 3;
/// Returns to the begin of the line and erases it.
const CLEAR: &str = "\r\u{1b}[K";

/// Runs `work`, and shows how many calls to AWS it has made so far.
pub(crate) async fn with_call_count<A, T>(aws: &Clients<A>, work: impl Future<Output = T>) -> T {
    let calls = || counted(aws.calls() as usize, "call");
    with_line(|| format!("reading AWS: {} so far", calls()), work).await
}

/// Runs `work`, and shows `line`, evaluated again for each frame.
pub(crate) async fn with_line<T>(line: impl Fn() -> String, work: impl Future<Output = T>) -> T {
    let mut err = io::stderr();
    if !err.is_terminal() {
        return work.await;
    }
    let mut work = pin!(work);
    let mut ticks = interval(FRAME_TIME);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut frames = FRAMES.iter().cycle().enumerate();
    loop {
        tokio::select! {
            result = &mut work => {
                // A line that cannot be erased is no reason to fail.
                let _ = write!(err, "{CLEAR}");
                return result;
            }
            _ = ticks.tick() => {
                let frame = frames.next().filter(|(at, _)| *at >= FIRST_FRAME);
                if let Some((_, frame)) = frame {
                    let _ = write!(err, "{CLEAR}{frame} {}", line());
                    let _ = err.flush();
                }
            }
        }
    }
}

//! How far a look at AWS has come, or what is waited for: on a terminal only, and gone afterwards.

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::Duration;

use countermand_aws::Aws;
use tokio::time::{MissedTickBehavior, interval};

use crate::text::counted;

const TURNS: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const TURN: Duration = Duration::from_millis(100);
/// What is there at once needs no progress.
const AT_ONCE: usize = 3;
/// To the line's begin, and everything after it away.
const CLEAR: &str = "\r\u{1b}[K";

/// What comes of `looking`, with a line on stderr while it takes its time.
pub(crate) async fn shown<T>(aws: &Aws, looking: impl Future<Output = T>) -> T {
    let calls = || counted(aws.calls() as usize, "call");
    told(|| format!("reading AWS: {} so far", calls()), looking).await
}

/// The same with another line, made anew for each turn.
pub(crate) async fn told<T>(line: impl Fn() -> String, looking: impl Future<Output = T>) -> T {
    let mut err = io::stderr();
    if !err.is_terminal() {
        return looking.await;
    }
    let mut looking = pin!(looking);
    let mut ticks = interval(TURN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut turns = TURNS.iter().cycle().enumerate();
    loop {
        tokio::select! {
            found = &mut looking => {
                // A line that stays is no reason to fail.
                let _ = write!(err, "{CLEAR}");
                return found;
            }
            _ = ticks.tick() => {
                let shown = turns.next().filter(|(at, _)| *at >= AT_ONCE);
                if let Some((_, turn)) = shown {
                    let _ = write!(err, "{CLEAR}{turn} {}", line());
                    let _ = err.flush();
                }
            }
        }
    }
}

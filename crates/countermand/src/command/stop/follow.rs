//! Follows changes that AWS was asked to stop to their ends, as `verify` does, while a person waits.

use std::io;
use std::time::Duration;

use countermand_aws::{ReadClients, TimeLeft, look};
use countermand_core::follow::{Ending, Followed, Next, Pace};
use countermand_core::operation::Outcome;
use countermand_core::policy;
use countermand_core::record::{OutcomeRecord, text};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::aws::AwsConnections;
use crate::exit::Exit;
use crate::heading::titled;
use crate::progress;
use crate::terminal::{self, Terminal};
use crate::text::{BAD, FAINT, GOOD, as_written, counted};

/// What became of one change.
#[derive(Debug, Serialize)]
pub(super) struct StopOutcome {
    operation: String,
    target: String,
    outcome: Outcome,
    /// As AWS called it last.
    state: Option<String>,
    /// How long it was followed, in seconds.
    after: u64,
    /// Why it could not be followed to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Changes under way to their ends.
pub(super) struct Following<'a> {
    open: Vec<OpenChange>,
    ended: Vec<StopOutcome>,
    began: Timestamp,
    waited: Duration,
    /// Who is told of each step.
    to: Option<&'a Terminal>,
}

struct OpenChange {
    followed: Followed,
    /// As AWS called it last.
    state: Option<String>,
    /// Why AWS did not say it at the last look.
    unheard: Option<String>,
}

impl<'a> Following<'a> {
    pub(super) fn new(
        changes: impl Iterator<Item = Followed>,
        began: Timestamp,
        to: Option<&'a Terminal>,
    ) -> Self {
        let open = changes.map(|followed| OpenChange {
            followed,
            state: None,
            unheard: None,
        });
        Self {
            open: open.collect(),
            ended: Vec::new(),
            began,
            waited: Duration::ZERO,
            to,
        }
    }

    pub(super) async fn see_through(
        mut self,
        aws: &ReadClients,
        connections: &AwsConnections<'_>,
    ) -> io::Result<Vec<StopOutcome>> {
        let most = in_words(self.longest());
        let changes = counted(self.open.len(), "change");
        self.say(
            FAINT,
            &format!("following {changes} for at most {most}: Ctrl-C ends that, not the stop"),
        )?;
        loop {
            self.look_at_all(aws).await?;
            let Some(next) = self.open.iter().map(|it| it.followed.look_at).min() else {
                return Ok(self.ended);
            };
            let pause = Duration::try_from(next.duration_since(self.now())).unwrap_or_default();
            let waiting = counted(self.open.len(), "change");
            let so_far = in_words(self.waited);
            let line = || format!("waiting for {waiting} to stop: {so_far} of at most {most}");
            progress::with_line(line, connections.wait(pause)).await;
            self.waited += pause;
        }
    }

    async fn look_at_all(&mut self, aws: &ReadClients) -> io::Result<()> {
        let now = self.now();
        for mut open in std::mem::take(&mut self.open) {
            if self.waited > Duration::ZERO && !open.followed.is_due(now) {
                self.open.push(open);
                continue;
            }
            let looked = look(&open.followed, aws, now, Pace::ATTENDED, TimeLeft::ENDLESS).await;
            match looked {
                Ok(Next::Over(ending)) => self.end(open, &ending)?,
                Ok(Next::Later { again, seen }) => {
                    open.followed = again;
                    let unheard = seen.as_ref().err().cloned();
                    match seen {
                        Ok(latest) if open.state.as_ref() != Some(&latest.state) => {
                            open.state = Some(latest.state);
                            self.say_state(&open)?;
                        }
                        // Told once: whoever knows it may not want to wait.
                        Err(why) if open.unheard.is_none() => {
                            self.say(FAINT, &text::unknown(&open.followed.target, &why))?;
                        }
                        Ok(_) | Err(_) => {}
                    }
                    open.unheard = unheard;
                    self.open.push(open);
                }
                // There is no deadline for a call, so this does not happen; the change is looked at once more.
                Err(_) => self.open.push(open),
            }
        }
        Ok(())
    }

    fn end(&mut self, open: OpenChange, ending: &Ending) -> io::Result<()> {
        let told = OutcomeRecord::new(&open.followed, ending, self.now());
        let style = match told.outcome {
            Outcome::Confirmed => GOOD,
            _ => BAD,
        };
        self.say(
            style,
            &format!("{}: {}", as_written(&told.outcome), told.text),
        )?;
        self.ended.push(StopOutcome {
            operation: told.operation,
            target: told.target,
            outcome: told.outcome,
            state: told.state.or(open.state),
            after: self.waited.as_secs(),
            why: ending.seen.as_ref().err().cloned(),
        });
        Ok(())
    }

    fn say_state(&self, open: &OpenChange) -> io::Result<()> {
        let target = &open.followed.target;
        let state = open.state.as_deref().unwrap_or_default();
        let after = in_words(self.waited);
        self.say(FAINT, &format!("{target} is in `{state}` after {after}"))
    }

    fn say(&self, style: anstyle::Style, text: &str) -> io::Result<()> {
        match self.to {
            Some(to) => to.out(&titled(text, style, terminal::out_width())),
            None => Ok(()),
        }
    }

    fn now(&self) -> Timestamp {
        let waited = SignedDuration::try_from(self.waited).unwrap_or_default();
        self.began.saturating_add(waited).unwrap_or(Timestamp::MAX)
    }

    fn longest(&self) -> Duration {
        let deadlines = self.open.iter().map(|it| it.followed.deadline());
        let longest = deadlines.max().map(|it| it.duration_since(self.now()));
        longest
            .and_then(|it| Duration::try_from(it).ok())
            .unwrap_or_default()
    }
}

impl StopOutcome {
    pub(super) fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::Confirmed => Exit::Done,
            _ => Exit::Unconfirmed,
        }
    }
}

fn in_words(time: Duration) -> String {
    let whole = SignedDuration::try_from(Duration::from_secs(time.as_secs()));
    policy::Duration::from(whole.unwrap_or(SignedDuration::MAX)).to_string()
}

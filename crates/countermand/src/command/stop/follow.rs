//! What becomes of changes that AWS was asked to stop: looked at again until it is final.

use std::io;
use std::time::Duration;

use countermand_aws::{Aws, ChangeView, Trouble};
use countermand_core::operations::Outcome;
use countermand_core::policy;
use jiff::SignedDuration;
use serde::Serialize;

use crate::aws::Reach;
use crate::exit::Exit;
use crate::heading::titled;
use crate::progress;
use crate::terminal::{self, Terminal};
use crate::text::{BAD, FAINT, GOOD, counted};

/// A stop takes seconds or many minutes: the longer it takes, the less often it is looked at.
const SHORTEST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(30);

/// What became of one change.
#[derive(Debug, Serialize)]
pub(super) struct Followed {
    operation: &'static str,
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
    open: Vec<One<'a>>,
    ended: Vec<Followed>,
    waited: Duration,
    /// Who is told of each step.
    to: Option<&'a Terminal>,
}

struct One<'a> {
    change: &'a ChangeView<'a>,
    state: Option<String>,
    /// Why nothing new is known of it.
    why: Option<String>,
}

impl<'a> Following<'a> {
    pub(super) fn new(changes: &[&'a ChangeView<'a>], to: Option<&'a Terminal>) -> Self {
        let open = changes.iter().map(|change| One {
            change,
            state: None,
            why: None,
        });
        Self {
            open: open.collect(),
            ended: Vec::new(),
            waited: Duration::ZERO,
            to,
        }
    }

    pub(super) async fn see_through(
        mut self,
        aws: &Aws,
        reach: &Reach<'_>,
    ) -> io::Result<Vec<Followed>> {
        let most = in_words(self.longest());
        let changes = counted(self.open.len(), "change");
        self.say(
            FAINT,
            &format!("following {changes} for at most {most}: Ctrl-C ends that, not the stop"),
        )?;
        loop {
            self.look(aws).await?;
            if self.open.is_empty() {
                return Ok(self.ended);
            }
            let pause = pause(self.waited).min(self.longest().saturating_sub(self.waited));
            let waiting = counted(self.open.len(), "change");
            let so_far = in_words(self.waited);
            let line = || format!("waiting for {waiting} to stop: {so_far} of at most {most}");
            progress::with_line(line, reach.wait(pause)).await;
            self.waited += pause;
        }
    }

    async fn look(&mut self, aws: &Aws) -> io::Result<()> {
        for mut one in std::mem::take(&mut self.open) {
            match one.change.look_again(aws).await {
                Ok(again) => {
                    let is_new = one.state.as_ref() != Some(&again.state);
                    one.state = Some(again.state);
                    one.why = None;
                    match again.outcome {
                        Some(outcome) => {
                            self.end(one, outcome)?;
                            continue;
                        }
                        None if is_new => self.say_state(&one)?,
                        None => {}
                    }
                }
                Err(trouble) => {
                    one.why = Some(trouble.to_string());
                    if matches!(trouble, Trouble::Refused { .. }) {
                        self.end(one, Outcome::Unconfirmed)?;
                        continue;
                    }
                }
            }
            if self.waited >= deadline(one.change) {
                self.end(one, Outcome::Unconfirmed)?;
            } else {
                self.open.push(one);
            }
        }
        Ok(())
    }

    fn end(&mut self, one: One<'_>, outcome: Outcome) -> io::Result<()> {
        let followed = Followed {
            operation: one.change.about().name,
            target: one.change.target(),
            outcome,
            state: one.state,
            after: self.waited.as_secs(),
            why: one.why,
        };
        let style = match outcome {
            Outcome::Confirmed => GOOD,
            _ => BAD,
        };
        self.say(style, &followed.in_words())?;
        self.ended.push(followed);
        Ok(())
    }

    fn say_state(&self, one: &One<'_>) -> io::Result<()> {
        let target = one.change.target();
        let state = one.state.as_deref().unwrap_or_default();
        let after = in_words(self.waited);
        self.say(FAINT, &format!("{target} is in `{state}` after {after}"))
    }

    fn say(&self, style: anstyle::Style, text: &str) -> io::Result<()> {
        match self.to {
            Some(to) => to.out(&titled(text, style, terminal::out_width())),
            None => Ok(()),
        }
    }

    fn longest(&self) -> Duration {
        let deadlines = self.open.iter().map(|it| deadline(it.change));
        deadlines.max().unwrap_or_default()
    }
}

impl Followed {
    pub(super) fn exit(&self) -> Exit {
        match self.outcome {
            Outcome::Confirmed => Exit::Done,
            _ => Exit::Unconfirmed,
        }
    }

    fn in_words(&self) -> String {
        let Self { target, state, .. } = self;
        let after = in_words(Duration::from_secs(self.after));
        let state = state.as_ref().map_or_else(
            || "its state is not known".to_owned(),
            |state| format!("it is in `{state}` after {after}"),
        );
        let why = self
            .why
            .as_ref()
            .map(|why| format!(": {why}"))
            .unwrap_or_default();
        match self.outcome {
            Outcome::Confirmed => format!("confirmed: {target} stopped: {state}"),
            Outcome::Overtaken => format!("overtaken: {target} came to its own end first: {state}"),
            Outcome::Failed => {
                format!("failed: {target} neither stopped nor ended well: {state}: look at it")
            }
            // The others are of what nobody was to stop.
            Outcome::Unconfirmed | Outcome::EndedWell | Outcome::EndedBadly => {
                format!("unconfirmed: it is not known whether {target} stops: {state}{why}")
            }
        }
    }
}

fn deadline(change: &ChangeView<'_>) -> Duration {
    change.about().deadline.unsigned_abs()
}

fn pause(waited: Duration) -> Duration {
    (waited / 4).clamp(SHORTEST, LONGEST)
}

fn in_words(time: Duration) -> String {
    let whole = SignedDuration::try_from(Duration::from_secs(time.as_secs()));
    policy::Duration::from(whole.unwrap_or(SignedDuration::MAX)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_it_takes_the_less_often_it_is_looked_at() {
        for (waited, next) in [(0, 2), (8, 2), (60, 15), (120, 30), (3600, 30)] {
            let waited = Duration::from_secs(waited);
            assert_eq!(pause(waited), Duration::from_secs(next), "{waited:?}");
        }
    }
}

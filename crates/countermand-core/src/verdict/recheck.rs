//! The look at a change after a stop that got no answer.

use super::{HoldCode, Verdict};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recheck {
    /// AWS had accepted the stop: how that shows, in words.
    Taken(String),
    /// The change had ended: how that shows.
    Over(String),
    /// It continues, and the stop may be retried.
    InFlight,
    /// That cannot be told from what was found.
    Unknown,
}

impl Recheck {
    /// `found` is the verdict on the change as it is now; `None` if it is no longer in flight, or was not found because
    /// a look-up failed.
    pub fn of(found: Option<Verdict>, is_complete: bool) -> Self {
        match found {
            None if is_complete => Self::Taken("it is not in flight any more".to_owned()),
            None => Self::Unknown,
            Some(Verdict::Stop) => Self::InFlight,
            Some(Verdict::Hold(reasons)) => {
                let shown = reasons.into_iter().find_map(|it| match it.code {
                    HoldCode::AlreadyStopping | HoldCode::RollingBackNatively => {
                        Some(Self::Taken(it.text))
                    }
                    HoldCode::NotInAStoppableState => Some(Self::Over(it.text)),
                    _ => None,
                });
                shown.unwrap_or(Self::Unknown)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reason;
    use super::*;

    #[test]
    fn what_is_found_after_a_lost_stop_tells_whether_it_was_done() {
        let held = |code| {
            let text = "words".to_owned();
            Some(Verdict::Hold(vec![Reason { code, text }]))
        };
        let gone = "it is not in flight any more".to_owned();
        for (found, is_complete, wanted) in [
            (None, true, Recheck::Taken(gone)),
            (None, false, Recheck::Unknown),
            (Some(Verdict::Stop), true, Recheck::InFlight),
            (Some(Verdict::Stop), false, Recheck::InFlight),
            (
                held(HoldCode::AlreadyStopping),
                true,
                Recheck::Taken("words".to_owned()),
            ),
            (
                held(HoldCode::RollingBackNatively),
                true,
                Recheck::Taken("words".to_owned()),
            ),
            (
                held(HoldCode::NotInAStoppableState),
                true,
                Recheck::Over("words".to_owned()),
            ),
            (held(HoldCode::HeldByTag), true, Recheck::Unknown),
        ] {
            assert_eq!(Recheck::of(found.clone(), is_complete), wanted, "{found:?}");
        }
    }
}

//! What a change is found to be after a stop of which nobody knows whether it was done.

use super::{HoldCode, Verdict};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recheck {
    /// AWS had taken the stop: how that shows, in words.
    Taken(String),
    /// The change had ended: how that shows.
    Over(String),
    /// It goes on, and may be stopped again.
    InFlight,
    /// What was found does not tell.
    Unknown,
}

impl Recheck {
    /// By the verdict on the change as it is now; `None` where it is not in flight any more, or could not be found because
    /// a look-up failed.
    pub fn of(found: Option<Verdict>, is_complete: bool) -> Self {
        match found {
            None if is_complete => Self::Taken("it is not in flight any more".to_owned()),
            None => Self::Unknown,
            Some(Verdict::Stop) => Self::InFlight,
            Some(Verdict::Hold(reasons)) => {
                let told = reasons.into_iter().find_map(|it| match it.code {
                    HoldCode::AlreadyStopping | HoldCode::RollingBackNatively => {
                        Some(Self::Taken(it.text))
                    }
                    HoldCode::NotInAStoppableState => Some(Self::Over(it.text)),
                    _ => None,
                });
                told.unwrap_or(Self::Unknown)
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
        for (found, is_complete, told) in [
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
            assert_eq!(Recheck::of(found.clone(), is_complete), told, "{found:?}");
        }
    }
}

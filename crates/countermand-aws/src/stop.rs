//! AWS is asked to stop a change, until it is known what came of that.

use countermand_core::record::Answer;
use countermand_core::verdict::{Code, Verdict};
use tokio::time::sleep;

use crate::Trouble;
use crate::look::{Looked, Seen, find_all};
use crate::operations::{InFlight, Stopping};
use crate::retries::{ATTEMPTS, wait};
use crate::run::Prepared;
use crate::take::why;

/// What came of it, and the same in words.
pub(crate) async fn stop(
    seen: &Seen<'_>,
    order: &str,
    looked: &Looked<'_>,
    prepared: &Prepared<'_>,
) -> (Answer, String) {
    let time_left = prepared.setting.time_left;
    if !time_left.is_enough_for_a_call() {
        let text = format!("did not {order} yet: time ran out");
        return (Answer::NotTried, text);
    }
    let change = seen.change.as_ref();
    match until_known(change, looked, prepared).await {
        Came::Requested { how } => {
            let why = why(change, looked, prepared);
            let mut text = format!("asked AWS to {order}{how}: {why}");
            for more in stop_along(change, prepared).await {
                text = format!("{text}; {more}");
            }
            (Answer::Requested, text)
        }
        Came::Over(said) => {
            let text = format!("did not {order}: it was over: {said}");
            (Answer::AlreadyOver, text)
        }
        Came::Trouble(trouble) => {
            let answer = match trouble {
                Trouble::Refused { .. } => Answer::Refused,
                Trouble::Throttled { .. } | Trouble::NoAnswer { .. } | Trouble::NoTime => {
                    Answer::NoAnswer
                }
            };
            (answer, format!("could not {order}: {trouble}"))
        }
    }
}

enum Came {
    /// AWS has taken it; `how` tells where that is not known by its answer.
    Requested {
        how: String,
    },
    Over(String),
    Trouble(Trouble),
}

/// While nobody knows whether a stop was done, it is looked at before it is asked for again: a call that names its
/// target alone would stop what has begun there since, and a refusal may mean the first one.
async fn until_known(change: &dyn InFlight, looked: &Looked<'_>, prepared: &Prepared<'_>) -> Came {
    let setting = prepared.setting;
    let mut lost = None;
    for attempt in 1.. {
        let asked = change.stop(setting.aws);
        match setting.time_left.answer(asked).await {
            Ok(Stopping::Requested) => return Came::Requested { how: String::new() },
            Ok(Stopping::AlreadyOver(said)) if lost.is_none() => return Came::Over(said),
            Err(trouble @ Trouble::Refused { .. }) if lost.is_none() => {
                return Came::Trouble(trouble);
            }
            Err(trouble @ (Trouble::Throttled { .. } | Trouble::NoTime)) => {
                return Came::Trouble(lost.unwrap_or(trouble));
            }
            Err(trouble @ Trouble::NoAnswer { .. }) => lost = Some(trouble),
            Ok(Stopping::AlreadyOver(_)) | Err(Trouble::Refused { .. }) => {}
        }
        match look_again(change, looked, prepared).await {
            Some(Again::Stopping(how)) => return Came::Requested { how },
            Some(Again::Over(said)) => return Came::Over(said),
            Some(Again::InFlight) => {}
            None => break,
        }
        let left = setting.time_left.left();
        let is_last = left.is_none() && attempt >= ATTEMPTS;
        match wait(attempt, left) {
            Some(time) if !is_last => sleep(time).await,
            _ => break,
        }
    }
    Came::Trouble(lost.unwrap_or(Trouble::NoTime))
}

/// What a change is that may have been stopped.
enum Again {
    Stopping(String),
    Over(String),
    InFlight,
}

/// By the very look-up that has found it, and the same guards; `None` where that does not tell.
async fn look_again(
    change: &dyn InFlight,
    looked: &Looked<'_>,
    prepared: &Prepared<'_>,
) -> Option<Again> {
    let name = change.about().name;
    let meant = looked.meant.iter();
    let meant = meant.filter(|it| it.action.about().name == name);
    let found = find_all(meant, &looked.case, prepared.setting).await;
    let mut changes = found.iter().flat_map(|it| &it.changes);
    let Some(now) = changes.find(|it| it.id() == change.id()) else {
        let is_known = found.iter().all(|it| it.troubles.is_empty());
        let how = ", which did not answer, and it is not in flight any more".to_owned();
        return is_known.then_some(Again::Stopping(how));
    };
    match now.judge(&looked.case) {
        Verdict::Stop => Some(Again::InFlight),
        Verdict::Hold(reasons) => reasons.into_iter().find_map(|it| match it.code {
            Code::AlreadyStopping | Code::RollingBackNatively => Some(Again::Stopping(format!(
                ", which did not answer, and {}",
                it.text
            ))),
            Code::NotInAStoppableState => Some(Again::Over(it.text)),
            _ => None,
        }),
    }
}

/// What was asked for is told in any case.
async fn stop_along(change: &dyn InFlight, prepared: &Prepared<'_>) -> Vec<String> {
    let setting = prepared.setting;
    let along = setting.time_left.wait(change.stop_along(setting.aws)).await;
    along.unwrap_or_else(|| vec!["time ran out before the rest was told".to_owned()])
}

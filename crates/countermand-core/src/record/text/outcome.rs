//! The outcome of a followed change.

use crate::follow::{Aim, Ending, Followed};
use crate::operation::Outcome;
use crate::quantity::Duration;

pub(in crate::record) fn outcome(followed: &Followed, ending: &Ending) -> String {
    let Followed { target, why, .. } = followed;
    let (order, done) = followed
        .spec()
        .map_or(("stop", "stopped"), |it| (it.order, it.done));
    let seen = ending.seen.as_ref();
    let state = seen.map_or("", |it| it.state.as_str());
    let is_superseded = seen.is_ok_and(|it| it.is_superseded);
    match (ending.outcome, followed.aim) {
        (Outcome::Confirmed, _) => format!("{done} {target}: {why}"),
        (Outcome::Overtaken, _) if is_superseded => {
            format!("did not {order} {target}: a newer one took its place first")
        }
        (Outcome::Overtaken, _) => {
            format!("did not {order} {target}: it was in `{state}` first")
        }
        (Outcome::Failed, _) => {
            format!(
                "could not {order} {target}: it is in `{state}`, and a person should look at it"
            )
        }
        (Outcome::EndedWell, _) => {
            format!(
                "{target} ended well, in `{state}`: to {order} it would have been a false alarm"
            )
        }
        (Outcome::EndedBadly, _) => {
            format!("{target} ended badly, in `{state}`: to {order} it would have been right")
        }
        (Outcome::Unconfirmed, aim) => {
            let after = Duration::from(followed.deadline().duration_since(followed.since));
            let what = match aim {
                Aim::Stop => format!("asked AWS to {order} {target}"),
                Aim::Preview => format!("would {order} {target}"),
            };
            match seen {
                Ok(_) => format!("{what}, and {after} later that was not over: it is in `{state}`"),
                Err(failure) => {
                    format!("{what}, and {after} later nothing is known of it: {failure}")
                }
            }
        }
    }
}

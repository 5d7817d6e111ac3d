//! What an operation declares of itself, and what it is asked.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::declare::Parameters;
use super::{Announcement, ById, Call, Change, Doubt, End, Latest, PermissionNeed, Phase};
use crate::quantity::Duration;
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Envelope, EventRefusal, NotOurs};

/// One AWS call that stops something. The type is its parameters.
pub trait Operation: Parameters + DeserializeOwned + fmt::Debug + Send + Sync + 'static {
    const SPEC: OperationSpec;

    /// The IAM actions that it uses.
    const PERMISSIONS: &'static [PermissionNeed<Self>];

    /// What AWS says of such a change, beyond what it says of any.
    type Facts: Clone + fmt::Debug + Serialize;

    /// Adds the operation's own reasons not to stop the change: of [`OperationSpec::hold_codes`].
    fn hold(
        &self,
        change: &Change<Self::Facts>,
        circumstances: &Circumstances,
        reasons: &mut Reasons,
    );

    /// The call that stops the change.
    fn call(&self, change: &Change<Self::Facts>) -> Call;

    /// How a change came to its end; `None` while its state is not final, or not known.
    fn end(latest: &Latest) -> Option<End> {
        let mut states = Self::SPEC.final_states.iter();
        let (_, end) = states.find(|(state, _)| *state == latest.state)?;
        Some(match end {
            End::Stopped if latest.is_superseded => End::Superseded,
            end => *end,
        })
    }

    /// Whether nothing is in flight any more in this state.
    fn is_over(state: &str) -> bool {
        let end = Self::end(&Latest::of(state));
        end.is_some_and(|it| it != End::BeyondStopping)
    }

    /// Further names of its target, by the keys that a policy uses: an exception may use any of them.
    fn also_called(_: &Change<Self::Facts>) -> Vec<(&'static str, &str)> {
        Vec::new()
    }

    /// How far the change is.
    fn phase(_: &Change<Self::Facts>) -> Phase {
        Phase::Running
    }

    /// The call that tags the target, so that it is left alone: the engineer's own override. `tag` is a key and a value.
    fn tagging(change: &Change<Self::Facts>, tag: (&str, &str)) -> Option<Call>;

    /// What a person who reads that it is to be stopped should know besides.
    fn remark(&self, _: &Change<Self::Facts>) -> Option<String> {
        None
    }

    /// The change that an event announces, which is one of [`OperationSpec::announced_by`] and says that it begins.
    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        Err(EventRefusal::NotOurs(NotOurs::OtherEvent {
            from: event.source.to_string(),
            detail_type: event.detail_type.to_string(),
        }))
    }

    /// What a person should look at twice in these parameters.
    fn doubts(&self) -> Vec<Doubt> {
        Vec::new()
    }
}

/// All about an operation that is the same for every policy.
#[derive(Debug)]
pub struct OperationSpec {
    /// As the AWS CLI would name it.
    pub name: &'static str,
    /// What it does, as `rolls back an ECS service deployment`.
    pub does: &'static str,
    /// The same as an order, up to its target: `roll back the deployment of`.
    pub order: &'static str,
    /// The same when it is done: `rolled back the deployment of`.
    pub done: &'static str,
    /// The keys that name its targets.
    pub targets: &'static [&'static str],
    /// A policy that uses it.
    pub example: &'static str,
    /// The events that say such a change has begun or is planned.
    pub announced_by: &'static [Announcement],
    /// A key for which AWS gives an id although a policy may give a name.
    pub by_id: Option<ById>,
    /// The codes that its own guards hold by, in the order of all codes.
    pub hold_codes: &'static [HoldCode],
    /// The states in which a change has ended, or goes on and cannot be stopped any more.
    pub final_states: &'static [(&'static str, End)],
    /// When an outcome that is not final yet counts as unconfirmed.
    pub deadline: SignedDuration,
    /// Why it is of no use any more.
    pub ended: Option<&'static str>,
}

/// What an operation's own guards are asked in.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    pub now: Timestamp,
    /// How long a target is left alone after it was rolled back; absent where nobody asks for that.
    pub settle: Option<Duration>,
    /// An alarm led here, and no freeze, schedule or person.
    pub is_alarm: bool,
    /// The event itself says that the change undoes another one: that is told already.
    pub is_told_rollback: bool,
}

impl OperationSpec {
    /// The service, as the name of the operation begins with it: `ecs`.
    pub fn service(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(it, _)| it)
    }
}

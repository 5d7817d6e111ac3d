//! What an operation declares and decides.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::declare::Parameters;
use super::{Announcement, Call, Change, Doubt, End, Latest, PermissionNeed, Phase, TargetIn};
use crate::quantity::Duration;
use crate::reason::{HoldCode, Reasons};
use crate::trigger::AnnouncedChange;
use crate::wire::{Envelope, EventRefusal, NotOurs};

/// One AWS call that stops something. The implementing type is its parameters.
pub trait Operation: Parameters + DeserializeOwned + fmt::Debug + Send + Sync + 'static {
    const SPEC: OperationSpec;

    /// The IAM actions that it uses.
    const PERMISSIONS: &'static [PermissionNeed<Self>];

    /// Facts about such a change that other changes do not have.
    type Facts: Clone + fmt::Debug + Serialize;

    /// The operation's own guards: adds their reasons, with the codes in [`OperationSpec::hold_codes`].
    fn hold(
        &self,
        change: &Change<Self::Facts>,
        circumstances: &Circumstances,
        reasons: &mut Reasons,
    );

    /// The call that stops the change.
    fn call(&self, change: &Change<Self::Facts>) -> Call;

    /// How a change ended; `None` if its state is not final, or not known.
    fn end(latest: &Latest) -> Option<End> {
        let mut states = Self::SPEC.final_states.iter();
        let (_, end) = states.find(|(state, _)| *state == latest.state)?;
        Some(match end {
            End::Stopped if latest.is_superseded => End::Superseded,
            end => *end,
        })
    }

    /// Whether a change in this state is no longer in flight.
    fn is_over(state: &str) -> bool {
        let end = Self::end(&Latest::of(state));
        end.is_some_and(|it| it != End::BeyondStopping)
    }

    /// Other names of the target, by the keys of policies: an exception may use any of them.
    fn also_called(_: &Change<Self::Facts>) -> Vec<(&'static str, &str)> {
        Vec::new()
    }

    /// How far the change has come.
    fn phase(_: &Change<Self::Facts>) -> Phase {
        Phase::Running
    }

    /// The call that tags the target so that it is left alone, for an engineer to run. `tag` is a key and a value.
    fn tagging(change: &Change<Self::Facts>, tag: (&str, &str)) -> Option<Call>;

    /// What people should know besides, when they read that it is to be stopped.
    fn remark(&self, _: &Change<Self::Facts>) -> Option<String> {
        None
    }

    /// Reads the change from an event that announces it by one of [`OperationSpec::announced_by`].
    fn announced(event: &Envelope<'_>, _: &Announcement) -> Result<AnnouncedChange, EventRefusal> {
        Err(EventRefusal::NotOurs(NotOurs::OtherEvent {
            from: event.source.to_string(),
            detail_type: event.detail_type.to_string(),
        }))
    }

    /// What people should double-check in these parameters.
    fn doubts(&self) -> Vec<Doubt> {
        Vec::new()
    }
}

/// Everything about an operation that is the same for every policy.
#[derive(Debug)]
pub struct OperationSpec {
    /// As the AWS CLI would call it.
    pub name: &'static str,
    /// What it does, as `rolls back an ECS service deployment`.
    pub does: &'static str,
    /// The same as an order, up to its target: `roll back the deployment of`.
    pub order: &'static str,
    /// The same in the past tense: `rolled back the deployment of`.
    pub done: &'static str,
    /// The keys that name its targets.
    pub targets: &'static [&'static str],
    /// A policy that uses it.
    pub example: &'static str,
    /// The events that announce that such a change has begun or is planned.
    pub announced_by: &'static [Announcement],
    /// The hold codes of its own guards, in the order of all codes.
    pub hold_codes: &'static [HoldCode],
    /// The states in which a change has ended, or can no longer be stopped.
    pub final_states: &'static [(&'static str, End)],
    /// After this time, an outcome that is not final counts as unconfirmed.
    pub deadline: SignedDuration,
    /// Why the operation is of no use any more, if the service has ended.
    pub ended: Option<&'static str>,
}

/// What an operation's own guards know besides the change.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    pub now: Timestamp,
    /// How long a target is left alone after it was rolled back; `None` if it is not.
    pub settle: Option<Duration>,
    /// Whether the trigger is an alarm, rather than a freeze, a schedule or a person.
    pub is_alarm: bool,
    /// The event itself says that the change is a rollback: then that reason has been given already.
    pub is_announced_rollback: bool,
}

impl OperationSpec {
    /// The service's prefix in the name of the operation: `ecs`.
    pub fn service(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(it, _)| it)
    }

    /// Whether its events have an id for this target key, while a policy may have a name.
    pub fn is_announced_by_id(&self, key: &str) -> bool {
        self.id_test(key).is_some()
    }

    /// Whether what a policy says for this target key is a name, while events have an id. `exact` is its one meaning.
    pub fn is_name_of_id(&self, key: &str, exact: Option<&str>) -> bool {
        let is_id = self.id_test(key);
        is_id.is_some_and(|is_id| !exact.is_some_and(is_id))
    }

    fn id_test(&self, key: &str) -> Option<fn(&str) -> bool> {
        let names = self.announced_by.iter().flat_map(|it| match it.target_in {
            TargetIn::Detail(names) => names,
            TargetIn::Resource(_) => &[],
        });
        names.filter(|it| it.key == key).find_map(|it| it.is_id)
    }
}

//! What an operation is.

use std::fmt;

use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::declare::Parameters;
use super::{Announced, Call, Change, Doubt, End, Latest, Phase};
use crate::event::{Envelope, NotOurs, Refusal};
use crate::policy::Policy;
use crate::verdict::{Case, Reasons};

/// One AWS call that stops something. The type is its parameters.
pub trait Operation: Parameters + DeserializeOwned + fmt::Debug + Send + Sync + 'static {
    const ABOUT: About;

    /// What AWS says of such a change, beyond what it says of any.
    type Facts: Clone + fmt::Debug + Serialize;

    /// Adds the operation's own reasons not to stop the change.
    fn hold(&self, change: &Change<Self::Facts>, case: &Case<'_>, reasons: &mut Reasons);

    /// The call that stops the change.
    fn call(&self, change: &Change<Self::Facts>) -> Call;

    /// How a change came to its end; `None` while its state is not final, or not known.
    fn end(latest: &Latest) -> Option<End>;

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

    /// The change that an event announces, which is one of [`About::announced_by`].
    fn announced(event: &Envelope<'_>) -> Result<Announced, Refusal> {
        Err(Refusal::NotOurs(NotOurs::OtherEvent {
            from: event.source.to_string(),
            detail_type: event.detail_type.to_string(),
        }))
    }

    /// Whether this action of [`About::permissions`] is ever used with these parameters.
    fn needs(&self, _action: &str, _by: Use<'_>) -> bool {
        true
    }

    /// What a person should look at twice in these parameters.
    fn doubts(&self) -> Vec<Doubt> {
        Vec::new()
    }
}

/// All about an operation that is the same for every policy.
#[derive(Debug)]
pub struct About {
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
    pub permissions: &'static [Permission],
    /// Those of them by which it is found out what became of a change.
    pub look_again: &'static [&'static str],
    /// A policy that uses it.
    pub example: &'static str,
    /// The events that say such a change has begun or is planned.
    pub announced_by: Option<Announcement>,
    /// When an outcome that is not final yet counts as unconfirmed.
    pub deadline: SignedDuration,
    /// Why it is of no use any more.
    pub ended: Option<&'static str>,
}

/// Who uses permissions, and how.
#[derive(Debug, Clone, Copy)]
pub struct Use<'p> {
    pub policy: &'p Policy,
    /// An event names the one change that is looked at: nothing is listed.
    pub by_event: bool,
}

/// One IAM action, on what, and what for.
#[derive(Debug)]
pub struct Permission {
    pub action: &'static str,
    /// ARNs with the target keys, `{partition}`, `{region}` and `{account}` in braces, or `*` where AWS knows no other.
    /// The first is that of what carries the tags.
    pub on: &'static [&'static str],
    pub why: &'static str,
}

/// An event by what EventBridge can tell of it.
#[derive(Debug)]
pub struct Announcement {
    pub source: &'static str,
    pub detail_types: &'static [&'static str],
    /// The field of `detail` that tells a beginning from the rest, and its values that are one.
    pub field: &'static str,
    pub values: &'static [&'static str],
    pub target_in: TargetIn,
    pub by_id: Option<ById>,
}

/// Where an event names its target.
#[derive(Debug)]
pub enum TargetIn {
    /// An ARN among its resources ends so, in one of these ways.
    Resource(&'static [ArnEnd]),
    /// A field of its detail is the name.
    Detail {
        field: &'static str,
        key: &'static str,
    },
}

/// A key for which the event gives an id although a policy may give a name.
#[derive(Debug, Clone, Copy)]
pub struct ById {
    pub key: &'static str,
    pub is_id: fn(&str) -> bool,
}

/// The end of an ARN, with target keys in braces.
#[derive(Debug)]
pub struct ArnEnd {
    pub end: &'static str,
    /// A field of the detail with an ARN that ends so: for a key that the first does not have.
    pub beside: Option<(&'static str, &'static str)>,
}

impl Permission {
    /// It changes nothing: AWS names its actions that way.
    pub fn is_read(&self) -> bool {
        let name = self.action.split_once(':').map_or("", |(_, name)| name);
        let reads = ["Describe", "Get", "List"];
        reads.iter().any(|verb| name.starts_with(verb))
    }
}

impl Announcement {
    /// By source and type alone: whether it is a beginning is in its detail.
    pub fn is_of(&self, event: &Envelope<'_>) -> bool {
        event.source == self.source && self.detail_types.contains(&&*event.detail_type)
    }
}

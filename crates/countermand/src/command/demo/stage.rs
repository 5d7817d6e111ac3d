//! Runs the story: the policies of a function against a simulated AWS with its own clock.

use std::collections::BTreeSet;
use std::time::Duration;

use countermand_aws::{Context, Executor, TimeLeft, answer, verify};
use countermand_core::event::{Reading, read as read_event};
use countermand_core::follow::Followed;
use countermand_core::load::{Source, load};
use countermand_core::policy::Policies;
use countermand_core::record::Record;
use countermand_core::trigger::Trigger;
use countermand_core::verdict::Home;
use countermand_double::World;
use countermand_double::services::sqs::SqsMessage;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::narrator::Narrator;
use crate::aws::{AwsConnection, RunningWorld};
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::text::as_written;

pub(super) const POLICIES: &str = include_str!("../../../demo/policies.yaml");
pub(super) const NIGHT: &str = include_str!("../../../demo/night.json");
pub(super) const STORM: &str = include_str!("../../../demo/storm.json");
pub(super) const QUIET_WEEKENDS: &str = include_str!("../../../demo/weekend.yaml");
pub(super) const WEEKEND: &str = include_str!("../../../demo/weekend.json");
pub(super) const EVENING: &str = include_str!("../../../demo/evening.json");

/// The queue of `verify`.
const QUEUE: &str = "verify";

pub(super) struct DemoStage {
    policies: Policies,
    world: RunningWorld,
    connection: AwsConnection,
    began: Timestamp,
}

impl DemoStage {
    pub(super) async fn open(world: &str, policies: &str, begins: &str) -> Result<Self, Complaint> {
        let wrong = |error: &dyn ToString| Complaint::of(&error.to_string(), Exit::Wrong);
        let mut value: Value = serde_json::from_str(world).map_err(|error| wrong(&error))?;
        if let Some(members) = value.as_object_mut() {
            members.insert("now".to_owned(), json!(begins));
            members.insert("sqs".to_owned(), json!({ "queues": [{ "name": QUEUE }] }));
        }
        let world = World::from_value(value).map_err(|error| wrong(&error))?;
        let began = world.now;
        let world = RunningWorld::of(world)?;
        let sources = [Source::new("policies.yaml", policies.into())];
        let policies = load(&sources).into_policies();
        let policies = policies.map_err(|_| wrong(&"the policies of the demo are wrong"))?;
        let mut connection = world.connect().await;
        let Home { account, region } = &connection.home;
        let queue = format!("https://sqs.{region}.amazonaws.com/{account}/{QUEUE}");
        connection.aws = connection.aws.with_verify_queue(Some(queue));
        Ok(Self {
            policies,
            world,
            connection,
            began,
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.world.double.world().now
    }

    /// The time since the story began.
    pub(super) fn elapsed(&self) -> SignedDuration {
        self.now().duration_since(self.began)
    }

    pub(super) fn before_now(&self, ago: SignedDuration) -> Timestamp {
        self.now().checked_sub(ago).unwrap_or(Timestamp::MIN)
    }

    pub(super) fn home(&self) -> &Home {
        &self.connection.home
    }

    pub(super) fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The context of an answer, at the time of the world.
    pub(super) fn context(&self) -> Context<'_> {
        self.connection.context(&self.policies, self.now())
    }

    pub(super) fn executor(&self) -> Executor<'_> {
        self.connection.aws.executor()
    }

    /// Answers an event as the function does.
    pub(super) async fn answer(&self, event: &Value) -> Result<Record, Complaint> {
        let trigger = read(event)?;
        Ok(answer(&trigger, self.context(), self.executor()).await)
    }

    /// Handles the messages of the queue as `verify` does: turns the clock to the time when each becomes visible.
    pub(super) async fn verify(&self, narrator: &mut Narrator) -> Result<(), Complaint> {
        let mut read = 0;
        let mut waits_for = BTreeSet::new();
        while let Some(message) = self.message(read) {
            read += 1;
            let wait = message.visible_at.duration_since(self.now());
            let wait = Duration::try_from(wait).unwrap_or_default();
            self.world.double.advance(wait);
            let wrong = |why: &dyn ToString| Complaint::of(&why.to_string(), Exit::Wrong);
            let followed = Followed::read(&message.body).map_err(|error| wrong(&error))?;
            let aws = &self.connection.aws;
            let (queue, now) = (aws.queue.as_ref(), self.now());
            let outcome = verify(&followed, &aws.read, queue, now, TimeLeft::ENDLESS).await;
            match outcome.map_err(|trouble| wrong(&trouble))? {
                None if waits_for.contains(&followed.target) => {}
                None => {
                    let text = format!("{}: not over yet, so it looks again", followed.target);
                    narrator.at(self.now(), &text);
                    waits_for.insert(followed.target);
                }
                Some(ended) => {
                    let outcome = as_written(&ended.outcome);
                    narrator.outcome(self.now(), &format!("{outcome}: {}", ended.text));
                }
            }
        }
        Ok(())
    }

    fn message(&self, nth: usize) -> Option<SqsMessage> {
        let world = self.world.double.world();
        world.sqs.queues.first()?.messages.get(nth).cloned()
    }
}

pub(super) fn read(event: &Value) -> Result<Trigger, Complaint> {
    match read_event(event.to_string().as_bytes()) {
        Reading::Ours(trigger) => Ok(trigger),
        other => Err(Complaint::of(&format!("{other:?}"), Exit::Wrong)),
    }
}

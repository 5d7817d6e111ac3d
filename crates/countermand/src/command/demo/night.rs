//! The first act: alarms at night.

use countermand_aws::{carry_out, survey};
use jiff::SignedDuration;

use super::events::alarm;
use super::narrator::Narrator;
use super::stage::{self, DemoStage};
use crate::complaint::Complaint;

/// When alarms like to fire.
const BEGINS: &str = "2026-11-20T03:00:20Z";

pub(super) async fn tell(narrator: &mut Narrator) -> Result<(), Complaint> {
    narrator.say(
        "Countermand is a brake: when an alarm fires or a freeze begins while a change is under way, it finds the change, decides whether it is the one to stop, and stops it. This is a night and an evening in a made-up AWS inside this process; what is decided and called is what the deployed functions would decide and call.",
    );
    narrator.heading("A policy for alarms");
    narrator.file(stage::POLICIES);
    let night = DemoStage::open(stage::NIGHT, stage::POLICIES, BEGINS).await?;
    roll_back(&night, narrator).await?;
    leave_alone(&night, narrator).await?;
    storm(narrator).await
}

/// An alarm fires during a deployment, which is rolled back until that is confirmed.
async fn roll_back(night: &DemoStage, narrator: &mut Narrator) -> Result<(), Complaint> {
    let ago = SignedDuration::from_secs(6);
    let event = alarm("checkout", night.before_now(ago), night.home());
    narrator.heading("1. A deployment breaks the checkout");
    narrator.at(
        night.before_now(SignedDuration::from_secs(500)),
        "somebody deploys a new revision of shop/checkout",
    );
    narrator.at(night.before_now(ago), "the alarm `checkout-5xx` fires");
    narrator.at(
        night.now(),
        "Countermand gets the event, and asks AWS what is in flight",
    );
    let trigger = stage::read(&event)?;
    let context = night.context();
    let survey = survey(&trigger, context).await;
    let plan = survey.plan();
    for view in survey
        .views(&plan, &trigger, context)
        .flat_map(|it| it.changes)
    {
        let change = view.change();
        let found = format!(
            "a deployment of {} is in flight: is it the one to stop?",
            change.target()
        );
        narrator.at(night.now(), &found);
        for checked in view.checked() {
            narrator.guard(&checked.text);
        }
        narrator.at(night.now(), "no guard holds it, so this call is made");
        narrator.command(&change.call().to_string());
    }
    let record = carry_out(&survey, &plan, &trigger, context.calls, night.executor()).await;
    for target in record.targets() {
        narrator.at(night.now(), &target.text);
    }
    narrator.at(
        night.now(),
        "requested is not done: `verify` looks again until it is over",
    );
    night.verify(narrator).await?;
    let hold_with = record.targets().find_map(|it| it.hold_with.clone());
    if let Some(command) = hold_with {
        narrator.say("The record tells all of this, and how an engineer keeps the brake off while at work on it:");
        narrator.command(&command);
    }
    Ok(())
}

/// The same night and policy: events that stop nothing.
async fn leave_alone(night: &DemoStage, narrator: &mut Narrator) -> Result<(), Complaint> {
    narrator.heading("2. What it leaves alone, and why");
    for (service, seconds, happened) in [
        ("checkout", 6, "the same event is delivered once more"),
        (
            "search",
            180,
            "search is broken too; somebody deploys the fix while its alarm still fires",
        ),
        (
            "basket",
            120,
            "an engineer has tagged basket to be left alone",
        ),
        ("payments", 90, "the policy excepts payments"),
    ] {
        narrator.case(happened);
        let ago = SignedDuration::from_secs(seconds) + night.elapsed();
        let event = alarm(service, night.before_now(ago), night.home());
        narrator.decided(&night.answer(&event).await?);
    }
    Ok(())
}

/// More alarms at once than one deployment can cause.
async fn storm(narrator: &mut Narrator) -> Result<(), Complaint> {
    let stage = DemoStage::open(stage::STORM, stage::POLICIES, BEGINS).await?;
    narrator.heading("3. A storm");
    narrator.case(
        "the network fails: seven alarms fire at once, and a deployment happens to be in flight",
    );
    let ago = SignedDuration::from_secs(10);
    let event = alarm("checkout", stage.before_now(ago), stage.home());
    narrator.decided(&stage.answer(&event).await?);
    Ok(())
}

//! The first act: alarms, in a night.

use jiff::SignedDuration;

use super::events::alarm;
use super::stage::{self, Stage};
use super::teller::Teller;
use crate::complaint::Complaint;

/// When alarms like to fire.
const BEGINS: &str = "2026-11-20T03:00:20Z";

pub(super) async fn tell(teller: &mut Teller) -> Result<(), Complaint> {
    teller.say(
        "Countermand is a brake: when an alarm fires or a freeze begins while a change is under way, it finds the change, decides whether it is the one to stop, and stops it. This is a night and an evening in a made-up AWS inside this process; what is decided and called is what the deployed functions would decide and call.",
    );
    teller.heading("A policy for alarms");
    teller.file(stage::POLICIES);
    let night = Stage::open(stage::NIGHT, stage::POLICIES, BEGINS).await?;
    roll_back(&night, teller).await?;
    leave_alone(&night, teller).await?;
    storm(teller).await
}

/// An alarm fires in the middle of a deployment, which is rolled back, and seen to be.
async fn roll_back(night: &Stage, teller: &mut Teller) -> Result<(), Complaint> {
    let ago = SignedDuration::from_secs(6);
    let event = alarm("checkout", night.now_less(ago), night.home());
    teller.heading("1. A deployment breaks the checkout");
    teller.at(
        night.now_less(SignedDuration::from_secs(500)),
        "somebody deploys a new revision of shop/checkout",
    );
    teller.at(night.now_less(ago), "the alarm `checkout-5xx` fires");
    teller.at(
        night.now(),
        "Countermand gets the event, and asks AWS what is in flight",
    );
    let trigger = stage::read(&event)?;
    let prepared = night.prepare(&trigger).await;
    for change in prepared.policies().flat_map(|it| it.changes) {
        let found = format!(
            "a deployment of {} is in flight: is it the one to stop?",
            change.target()
        );
        teller.at(night.now(), &found);
        for checked in change.checked() {
            teller.guard(&checked.text);
        }
        teller.at(
            night.now(),
            "nothing speaks against it, so this call is made",
        );
        teller.command(&change.call().to_string());
    }
    let record = prepared.carry_out().await;
    for target in record.targets() {
        teller.at(night.now(), &target.text);
    }
    teller.at(
        night.now(),
        "requested is not done: `verify` looks again until it is over",
    );
    night.verify(teller).await?;
    let hold_with = record.targets().find_map(|it| it.hold_with.clone());
    if let Some(command) = hold_with {
        teller.say("The record tells all of this, and how an engineer keeps the brake off while at work on it:");
        teller.command(&command);
    }
    Ok(())
}

/// The same night, the same policy: events about which nothing is to be done.
async fn leave_alone(night: &Stage, teller: &mut Teller) -> Result<(), Complaint> {
    teller.heading("2. What it leaves alone, and why");
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
        teller.case(happened);
        let ago = SignedDuration::from_secs(seconds) + night.gone();
        let event = alarm(service, night.now_less(ago), night.home());
        teller.decided(&night.answer(&event).await?);
    }
    Ok(())
}

/// Too much at once for it to have been one deployment.
async fn storm(teller: &mut Teller) -> Result<(), Complaint> {
    let stage = Stage::open(stage::STORM, stage::POLICIES, BEGINS).await?;
    teller.heading("3. A storm");
    teller.case(
        "the network fails: seven alarms fire at once, and a deployment happens to be in flight",
    );
    let ago = SignedDuration::from_secs(10);
    let event = alarm("checkout", stage.now_less(ago), stage.home());
    teller.decided(&stage.answer(&event).await?);
    Ok(())
}

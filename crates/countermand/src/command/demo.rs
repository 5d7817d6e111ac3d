//! `countermand demo`: the whole story on this machine, in an AWS that is made up.

mod stage;
mod teller;
mod write;

use std::io;
use std::path::PathBuf;

use jiff::SignedDuration;

use crate::aws::block_on;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::terminal::{self, Terminal};
use stage::Stage;
use teller::Teller;

/// tell the whole story on this machine: an alarm, a rollback, and what is left alone
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Nothing outside this process is touched: the AWS in it is made up, and speaks the real\nprotocols. What is decided and called is what the deployed function would decide\nand call.\n\nexamples:\n  countermand demo\n  countermand demo --write try    # its policies, world and event, as of now"
)]
pub(crate) struct Args {
    /// write what the story is made of into this folder, as of now, to try it in other ways
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    if let Some(folder) = &args.write {
        return match write::write(folder) {
            Ok(said) => to.out(&said).map(|()| Exit::Done),
            Err(complaint) => to.refuse(&complaint),
        };
    }
    let mut teller = Teller::new(terminal::out_width());
    match tell(&mut teller) {
        Ok(()) => to.out(&teller.told()).map(|()| Exit::Done),
        Err(complaint) => to.refuse(&complaint),
    }
}

fn tell(teller: &mut Teller) -> Result<(), Complaint> {
    block_on(async {
        introduce(teller);
        let night = Stage::open(stage::NIGHT).await?;
        roll_back(&night, teller).await?;
        leave_alone(&night, teller).await?;
        storm(teller).await?;
        teller.close();
        Ok(())
    })
    .flatten()
}

fn introduce(teller: &mut Teller) {
    teller.say(
        "Countermand is a brake: when an alarm fires while a change is under way, it finds the change, decides whether it is the one to stop, and stops it. This is a night in a made-up AWS inside this process; what is decided and called is what the deployed function would decide and call.",
    );
    teller.heading("The policy");
    teller.file(stage::POLICIES);
}

/// An alarm fires in the middle of a deployment, which is rolled back, and seen to be.
async fn roll_back(night: &Stage, teller: &mut Teller) -> Result<(), Complaint> {
    let ago = SignedDuration::from_secs(6);
    let event = night.alarm("checkout", ago);
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
        "requested is not done: it looks again until the state is final",
    );
    for change in prepared.policies().flat_map(|it| it.changes) {
        for (at, state) in night.follow(&change).await? {
            teller.at(at, &state);
        }
    }
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
        let event = night.alarm(service, SignedDuration::from_secs(seconds) + night.gone());
        let trigger = stage::read(&event)?;
        let record = night.prepare(&trigger).await.carry_out().await;
        teller.held(&record);
    }
    Ok(())
}

/// Too much at once for it to have been one deployment.
async fn storm(teller: &mut Teller) -> Result<(), Complaint> {
    let stage = Stage::open(stage::STORM).await?;
    teller.heading("3. A storm");
    teller.case(
        "the network fails: seven alarms fire at once, and a deployment happens to be in flight",
    );
    let trigger = stage::read(&stage.alarm("checkout", SignedDuration::from_secs(10)))?;
    let record = stage.prepare(&trigger).await.carry_out().await;
    teller.held(&record);
    Ok(())
}

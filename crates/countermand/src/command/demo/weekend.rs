//! The second act: a freeze, from Friday to Saturday.

use serde_json::json;

use super::events::{deployment, execution};
use super::narrator::Narrator;
use super::stage::{self, DemoStage};
use crate::calendars;
use crate::command::calendar::{Agenda, Weeks, picture};
use crate::complaint::Complaint;

const WEEKEND_BEGINS: &str = "2026-11-20T17:00:00Z";

pub(super) async fn tell(narrator: &mut Narrator) -> Result<(), Complaint> {
    let friday = DemoStage::open(
        stage::WEEKEND,
        stage::QUIET_WEEKENDS,
        "2026-11-20T17:00:05Z",
    )
    .await?;
    narrator.heading("A policy for weekends, and what `countermand calendar` shows of it");
    narrator.file(stage::QUIET_WEEKENDS);
    draw(&friday, narrator)?;
    begin(&friday, narrator).await?;
    let evening = DemoStage::open(
        stage::EVENING,
        stage::QUIET_WEEKENDS,
        "2026-11-20T18:12:10Z",
    )
    .await?;
    catch(&evening, narrator).await?;
    open(narrator).await
}

fn draw(friday: &DemoStage, narrator: &mut Narrator) -> Result<(), Complaint> {
    let weeks = Weeks {
        at: friday.now(),
        count: 2,
    };
    let calendars = calendars::select(friday.policies(), None)?;
    let agendas: Vec<_> = calendars
        .iter()
        .map(|(name, it)| Agenda::of(name, it, weeks, friday.policies()))
        .collect();
    narrator.picture(|width| picture(&agendas, weeks, width));
    Ok(())
}

/// The freeze begins: planned changes are cancelled, running ones may finish.
async fn begin(friday: &DemoStage, narrator: &mut Narrator) -> Result<(), Complaint> {
    narrator.heading("4. The weekend begins");
    narrator.at(friday.now(), "the schedule that `synth` made for it fires");
    let due = json!({ "policy": "quiet-weekends", "scheduledTime": WEEKEND_BEGINS });
    narrator.decided(&friday.answer(&due).await?);
    friday.verify(narrator).await
}

/// Changes that begin during the freeze are stopped as soon as AWS announces them.
async fn catch(evening: &DemoStage, narrator: &mut Narrator) -> Result<(), Complaint> {
    narrator.heading("5. Friday evening");
    let home = evening.home();
    for (happened, event) in [
        (
            "somebody deploys basket after all",
            deployment("basket", evening.now(), home),
        ),
        (
            "the maintenance window patch-web starts",
            execution(
                "mw-0c50858d01234abcd",
                "0b1d4a5e-6f3c-4f0a-9a55-2c1d0e7f8a01",
                evening.now(),
                home,
            ),
        ),
        (
            "so does the window backup",
            execution(
                "mw-0c50858d01234abce",
                "0b1d4a5e-6f3c-4f0a-9a55-2c1d0e7f8a03",
                evening.now(),
                home,
            ),
        ),
    ] {
        narrator.case(happened);
        narrator.decided(&evening.answer(&event).await?);
    }
    evening.verify(narrator).await
}

/// During an exception the same deployment is left alone.
async fn open(narrator: &mut Narrator) -> Result<(), Complaint> {
    let saturday = DemoStage::open(
        stage::EVENING,
        stage::QUIET_WEEKENDS,
        "2026-11-21T09:30:10Z",
    )
    .await?;
    narrator.heading("6. Saturday morning");
    narrator.case("the same deployment, while the calendar is open for the quarterly patch");
    let event = deployment("basket", saturday.now(), saturday.home());
    narrator.decided(&saturday.answer(&event).await?);
    Ok(())
}

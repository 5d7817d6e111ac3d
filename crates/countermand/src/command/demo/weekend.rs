//! The second act: a freeze, from a Friday to a Saturday.

use serde_json::json;

use super::events::{deployment, execution};
use super::stage::{self, Stage};
use super::teller::Teller;
use crate::calendars;
use crate::command::calendar::{Told, Weeks, picture};
use crate::complaint::Complaint;

const WEEKEND_BEGINS: &str = "2026-11-20T17:00:00Z";

pub(super) async fn tell(teller: &mut Teller) -> Result<(), Complaint> {
    let friday = Stage::open(
        stage::WEEKEND,
        stage::QUIET_WEEKENDS,
        "2026-11-20T17:00:05Z",
    )
    .await?;
    teller.heading("A policy for weekends, and what `countermand calendar` shows of it");
    teller.file(stage::QUIET_WEEKENDS);
    draw(&friday, teller)?;
    begin(&friday, teller).await?;
    let evening = Stage::open(
        stage::EVENING,
        stage::QUIET_WEEKENDS,
        "2026-11-20T18:12:10Z",
    )
    .await?;
    catch(&evening, teller).await?;
    open(teller).await
}

fn draw(friday: &Stage, teller: &mut Teller) -> Result<(), Complaint> {
    let weeks = Weeks {
        at: friday.now(),
        count: 2,
    };
    let calendars = calendars::asked(friday.policies(), None)?;
    let told: Vec<_> = calendars
        .iter()
        .map(|(name, it)| Told::of(name, it, weeks, friday.policies()))
        .collect();
    teller.drawn(|width| picture(&told, weeks, width));
    Ok(())
}

/// What would run inside it is cancelled, what runs may finish.
async fn begin(friday: &Stage, teller: &mut Teller) -> Result<(), Complaint> {
    teller.heading("4. The weekend begins");
    teller.at(friday.now(), "the schedule that `synth` made for it fires");
    let due = json!({ "policy": "quiet-weekends", "scheduledTime": WEEKEND_BEGINS });
    teller.decided(&friday.answer(&due).await?);
    friday.verify(teller).await
}

/// What begins inside it is stopped as soon as AWS says that it begins.
async fn catch(evening: &Stage, teller: &mut Teller) -> Result<(), Complaint> {
    teller.heading("5. Friday evening");
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
        teller.case(happened);
        teller.decided(&evening.answer(&event).await?);
    }
    evening.verify(teller).await
}

/// An exception: the same deployment is nobody's business then.
async fn open(teller: &mut Teller) -> Result<(), Complaint> {
    let saturday = Stage::open(
        stage::EVENING,
        stage::QUIET_WEEKENDS,
        "2026-11-21T09:30:10Z",
    )
    .await?;
    teller.heading("6. Saturday morning");
    teller.case("the same deployment, while the calendar is open for the quarterly patch");
    let event = deployment("basket", saturday.now(), saturday.home());
    teller.decided(&saturday.answer(&event).await?);
    Ok(())
}

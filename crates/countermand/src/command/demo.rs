//! `countermand demo`: tells the whole story on this machine, against a simulated AWS.

mod events;
mod narrator;
mod night;
mod stage;
mod weekend;
mod write;

use std::path::PathBuf;

use crate::aws::block_on;
use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::terminal::{self, Terminal};
use narrator::Narrator;

/// tell the whole story on this machine: an alarm, a rollback, a freeze, and what is left alone
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It touches nothing outside this process: the AWS in it is made up, and speaks the real\nprotocols. It decides and calls what the deployed functions would decide and call.\n\nexamples:\n  countermand demo\n  countermand demo --write try    # its policies, world and event"
)]
pub(crate) struct DemoArgs {
    /// write the files of the story into this folder, with the current time, to try more with them
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
}

pub(crate) fn run(args: &DemoArgs, to: &Terminal) -> Result<Exit, Complaint> {
    if let Some(folder) = &args.write {
        to.out(&write::write(folder)?)?;
        return Ok(Exit::Done);
    }
    let mut narrator = Narrator::new(terminal::out_width());
    block_on(async {
        night::tell(&mut narrator).await?;
        weekend::tell(&mut narrator).await
    })?;
    narrator.close();
    to.out(&narrator.text)?;
    Ok(Exit::Done)
}

//! `countermand demo`: tells the whole story on this machine, against a simulated AWS.

mod events;
mod narrator;
mod night;
mod stage;
mod weekend;
mod write;

use std::io;
use std::path::PathBuf;

use crate::aws::block_on;
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

pub(crate) fn run(args: &DemoArgs, to: &Terminal) -> io::Result<Exit> {
    if let Some(folder) = &args.write {
        return match write::write(folder) {
            Ok(files) => to.out(&files).map(|()| Exit::Done),
            Err(complaint) => to.refuse(&complaint),
        };
    }
    let mut narrator = Narrator::new(terminal::out_width());
    let story = block_on(async {
        night::tell(&mut narrator).await?;
        weekend::tell(&mut narrator).await
    });
    narrator.close();
    match story.flatten() {
        Ok(()) => to.out(&narrator.into_text()).map(|()| Exit::Done),
        Err(complaint) => to.refuse(&complaint),
    }
}

//! `countermand demo`: the whole story on this machine, in an AWS that is made up.

mod events;
mod night;
mod stage;
mod teller;
mod weekend;
mod write;

use std::io;
use std::path::PathBuf;

use crate::aws::block_on;
use crate::exit::Exit;
use crate::terminal::{self, Terminal};
use teller::Teller;

/// tell the whole story on this machine: an alarm, a rollback, a freeze, and what is left alone
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Nothing outside this process is touched: the AWS in it is made up, and speaks the real\nprotocols. What is decided and called is what the deployed functions would decide\nand call.\n\nexamples:\n  countermand demo\n  countermand demo --write try    # its policies, world and event, as of now"
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
    let told = block_on(async {
        night::tell(&mut teller).await?;
        weekend::tell(&mut teller).await
    });
    teller.close();
    match told.flatten() {
        Ok(()) => to.out(&teller.told()).map(|()| Exit::Done),
        Err(complaint) => to.refuse(&complaint),
    }
}

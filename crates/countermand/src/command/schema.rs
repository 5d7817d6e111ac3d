//! `countermand schema`: prints the JSON Schema of policies.

use std::io;

use countermand_core::policy::schema;

use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(terminal: &Terminal) -> io::Result<Exit> {
    terminal.out(&format!("{:#}\n", schema()))?;
    Ok(Exit::Done)
}

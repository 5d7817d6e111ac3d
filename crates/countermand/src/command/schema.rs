//! `countermand schema`: prints the JSON Schema of policies.

use countermand_core::policy::schema;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(terminal: &Terminal) -> Result<Exit, Complaint> {
    terminal.out(&format!("{:#}\n", schema()))?;
    Ok(Exit::Done)
}

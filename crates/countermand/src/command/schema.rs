//! `countermand schema`

use std::io;

use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(terminal: &Terminal) -> io::Result<Exit> {
    let schema = schema();
    terminal.out(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}

// STUB: `use countermand_core::policy::schema;` when it is there.
fn schema() -> serde_json::Value {
    serde_json::json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" })
}

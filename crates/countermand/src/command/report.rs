//! `countermand report`: what the policies did in a time, and what became of it; or would have done.

mod read;
mod sum;
mod words;

use std::io;
use std::path::{Path, PathBuf};

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::input;
use crate::json;
use crate::options::{Format, Output};
use crate::terminal::{self, Terminal};
use read::Entries;
use sum::Report;

/// sum up records: what was stopped and proven, what would have been, and was it right
#[derive(Debug, clap::Args)]
#[command(
    after_help = "examples:\n  aws logs tail /aws/lambda/countermand-verify --since 7d > week.log\n  aws logs tail /aws/lambda/countermand-on-alarm --since 7d >> week.log\n  countermand report week.log\n\n  aws logs filter-log-events --log-group-name /aws/lambda/countermand-verify \\\n    | countermand report - --format json\n\nReads the log of the functions as it is, what the AWS CLI makes of a log group, and events of\nthe bus, in lines or in a JSON array. What else is in there is passed over, and what is there\ntwice counts once."
)]
pub(crate) struct Args {
    /// files of records; `-` for what is piped in
    #[arg(required = true)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(args: &Args, to: &Terminal) -> io::Result<Exit> {
    let mut entries = Entries::default();
    for file in &args.files {
        match text(file) {
            Ok(text) => entries.read(&text),
            Err(complaint) => return to.refuse(&complaint),
        }
    }
    let Some(report) = Report::of(&entries) else {
        return to.refuse(&Complaint::of(&NOTHING, Exit::Wrong));
    };
    to.out(&match args.output.format {
        Format::Json => json::render(&report),
        Format::Human => words::render(&report, terminal::out_width()),
    })?;
    Ok(Exit::Done)
}

const NOTHING: &str = "there is no record in it\ngive the log of a function, or events of the bus: `countermand report --help` shows how to get them";

/// Whatever in it is not text cannot be a record's.
fn text(file: &Path) -> Result<String, Complaint> {
    let name = file.display().to_string();
    let help = "name a file with records, or `-` for what is piped in";
    let bytes =
        input::read(file, u64::MAX).map_err(|error| Complaint::unreadable(&name, &error, help))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
